// Column builders and columns: what `text("name").notNull()` and its like record.

const META = Symbol.for("pgtandem:table");
const VIEW = Symbol.for("pgtandem:view");

class ColumnBuilder {
  constructor(name, kind, options) {
    this.kind = kind;
    this.at = here();
    this.foreignKeyConfigs = [];
    this.config = {
      name, keyAsName: name === "", notNull: kind.notNull === true, default: undefined, hasDefault: kind.hasDefault === true,
      primaryKey: false, isUnique: false, uniqueName: undefined, uniqueType: undefined, generated: undefined,
      generatedIdentity: undefined, dataType: kind.dataType, columnType: kind.columnType, options,
    };
  }
  $type() {
    return this;
  }
  notNull() {
    this.config.notNull = true;
    return this;
  }
  default(value) {
    this.config.default = value;
    this.config.defaultAt = here();
    this.config.hasDefault = true;
    return this;
  }
  // Run when a row is written, so the database never hears of them.
  $defaultFn() {
    this.config.hasDefault = true;
    return this;
  }
  $default() {
    return this.$defaultFn();
  }
  $onUpdateFn() {
    return this.$defaultFn();
  }
  $onUpdate() {
    return this.$defaultFn();
  }
  defaultNow() {
    return this.default(sql`now()`);
  }
  defaultRandom() {
    return this.default(sql`gen_random_uuid()`);
  }
  primaryKey() {
    this.config.primaryKey = true;
    this.config.notNull = true;
    return this;
  }
  array(size) {
    if (dialect === "1.0") {
      if (size !== undefined && typeof size !== "string") noteOnce(`array(${String(size)}) makes no array: drizzle-orm 1.0 takes a text of brackets`);
      this.config.dimensions = (size ?? "[]").length / 2;
      return this;
    }
    return new ColumnBuilder(this.config.name, ARRAY, { base: this, size });
  }
  references(ref, actions = {}) {
    needFunction(ref, "the argument of references()", here());
    this.foreignKeyConfigs.push({ ref, actions, at: here() });
    return this;
  }
  unique(name, config) {
    this.config.isUnique = true;
    this.config.uniqueName = name;
    this.config.uniqueType = config?.nulls;
    this.config.uniqueAt = here();
    return this;
  }
  generatedAlwaysAs(as) {
    this.config.generated = { as, type: "always", mode: "stored" };
    return this;
  }
  identity(type, sequence) {
    const { name, ...options } = sequence ?? {};
    this.config.generatedIdentity = { type, sequenceName: name, sequenceOptions: sequence ? options : undefined };
    this.config.hasDefault = true;
    this.config.notNull = true;
    return this;
  }
  generatedAlwaysAsIdentity(sequence) {
    return this.identity("always", sequence);
  }
  generatedByDefaultAsIdentity(sequence) {
    return this.identity("byDefault", sequence);
  }
  setName(name, rename) {
    if (this.config.name === "") this.config.name = rename(name);
  }
  build(table) {
    return new Column(table, this);
  }
}

// A column under another name in a query, `column.as("name")`: what is behind it.
const ALIASED = Symbol.for("pgtandem:aliased");

class Column extends SQLWrapper {
  constructor(table, builder) {
    super();
    const config = builder.config;
    // The builder keeps the name that its first table gave: a builder that two tables share has one name of its unique key.
    if (!config.uniqueName && dialect === "0.31") config.uniqueName = uniqueKeyName(table, [config.name]);
    this.table = table;
    this.config = config;
    this.kind = builder.kind;
    this.at = builder.at;
    this.name = config.name;
    this.keyAsName = config.keyAsName;
    this.notNull = config.notNull;
    this.default = config.default;
    this.hasDefault = config.hasDefault;
    this.primary = config.primaryKey;
    this.isUnique = config.isUnique;
    this.uniqueName = config.uniqueName;
    this.uniqueType = config.uniqueType;
    this.dataType = config.dataType;
    this.columnType = config.columnType;
    this.generated = config.generated;
    this.generatedIdentity = config.generatedIdentity;
    const { enum: values, length, precision, scale, withTimezone } = config.options ?? {};
    Object.assign(this, { length, precision, scale, withTimezone });
    this.enumValues = values?.enumValues ?? values;
    if (builder.kind === ARRAY) {
      this.baseColumn = config.options.base.build(table);
      this.size = config.options.size;
    } else if (values?.enumName) {
      this.enum = values;
    }
    this.dimensions = config.dimensions;
    this.sqlType = undefined;
    if (builder.kind.early) this.sqlType = this.getSQLType();
  }
  getSQL() {
    return new SQL([this]);
  }
  as(alias) {
    const known = { [ALIASED]: this, name: alias, keyAsName: false };
    return new Proxy(this, { get: (target, key) => (key in known ? known[key] : target[key]) });
  }
  // drizzle-orm 1.0: the builder again, for another table, with some of what it says put otherwise.
  toBuilder(overrides = {}) {
    const builder = new ColumnBuilder(this.config.name, this.kind, this.config.options);
    const { name, unique, ...rest } = overrides;
    builder.config = { ...this.config, ...rest };
    if (name !== undefined) Object.assign(builder.config, { name, keyAsName: false });
    if (unique !== undefined) Object.assign(builder.config, { isUnique: unique !== false, uniqueName: unique.name, uniqueType: unique.nulls });
    return builder;
  }
  getSQLType() {
    return this.sqlType ?? this.kind.type(this.config.options ?? {}, this);
  }
  mapToDriverValue(value) {
    return this.kind.encode ? this.kind.encode(value, this.config.options, this) : value;
  }
  mapFromDriverValue(value) {
    return value;
  }
}

// The columns that a table's extras see: an index orders them in place.
class ExtraColumn extends Column {
  constructor(table, builder) {
    super(table, builder);
    this.indexConfig = { order: "asc", nulls: "last", opClass: undefined };
    this.defaultConfig = { order: "asc", nulls: "last", opClass: undefined };
  }
  asc() {
    this.indexConfig.order = "asc";
    return this;
  }
  desc() {
    this.indexConfig.order = "desc";
    return this;
  }
  nullsFirst() {
    this.indexConfig.nulls = "first";
    return this;
  }
  nullsLast() {
    this.indexConfig.nulls = "last";
    return this;
  }
  op(opClass) {
    this.indexConfig.opClass = opClass;
    return this;
  }
}

// What a project extends for types of its own: the builder's build() makes a column that knows its type.
class OwnColumnBuilder extends ColumnBuilder {
  constructor(name, dataType, columnType) {
    super(name, kind(columnType, dataType, (options, column) => this.build(column.table).getSQLType()), undefined);
    this.config.builder = this;
  }
  static [Symbol.hasInstance](value) {
    return this === OwnColumnBuilder ? value instanceof ColumnBuilder : extended(this, value);
  }
}
class OwnColumn extends Column {
  constructor(table, config) {
    super(table, config.builder);
  }
  static [Symbol.hasInstance](value) {
    return this === OwnColumn ? value instanceof Column : extended(this, value);
  }
}
const extended = (type, value) => Function.prototype[Symbol.hasInstance].call(type, value);

const arrayText = (items) =>
  `{${items
    .map((item) => {
      if (Array.isArray(item)) return arrayText(item);
      if (typeof item === "string") return `"${item.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
      return `${item}`;
    })
    .join(",")}}`;
const encodeItems = (value, column) =>
  value.map((item) =>
    item === null ? null : column.baseColumn.kind === ARRAY ? encodeItems(item, column.baseColumn) : column.baseColumn.mapToDriverValue(item),
  );
const ARRAY = {
  columnType: "PgArray",
  dataType: "array",
  type: ({ size }, column) => {
    refuseStandIn(size, "the size of an array", column.at);
    return `${column.baseColumn.getSQLType()}[${typeof size === "number" ? size : ""}]`;
  },
  encode: (value, options, column) => arrayText(encodeItems(value, column)),
};

// ---- the column types --------------------------------------------------------------------------------------------------

const nameAndOptions = (a, b) => {
  refuseStandIn(a, "the name of a column", here());
  return { name: typeof a === "string" && a.length > 0 ? a : "", options: typeof a === "object" && a !== null ? a : b };
};
// `choose(options)` picks the kind where one function makes several ("mode").
const columnFunction = (choose) => (a, b) => {
  const { name, options } = nameAndOptions(a, b);
  refuseStandIn(options, "the options of a column", here());
  return new ColumnBuilder(name, typeof choose === "function" ? choose(options ?? {}) : choose, options ?? {});
};

const kind = (columnType, dataType, type, more = {}) => ({
  columnType,
  dataType,
  type: typeof type === "function" ? type : () => type,
  ...more,
});
const sized = (name) => ({ length }) => (length === undefined ? name : `${name}(${length})`);
const dimensioned = (name) => ({ dimensions }) => `${name}(${dimensions})`;
const precise = (name, gap) => ({ precision, withTimezone }) =>
  `${name}${precision === undefined ? "" : `${gap}(${precision})`}${withTimezone ? " with time zone" : ""}`;
// drizzle-kit 0.31 leaves out which system the coordinates are of.
const pointIn = ({ srid }) => (dialect === "1.0" && srid !== undefined ? `geometry(point,${srid})` : "geometry(point)");
const numericType = ({ precision, scale }) => {
  if (precision === undefined) return "numeric";
  return scale === undefined ? `numeric(${precision})` : `numeric(${precision}, ${scale})`;
};
const asText = { encode: String };
const asJson = { encode: (value) => stringify(value) };
const asInstant = { encode: (value) => value.toISOString() };

const KINDS = {
  bigint53: kind("PgBigInt53", "number", "bigint"),
  bigint64: kind("PgBigInt64", "bigint", "bigint"),
  bigserial53: kind("PgBigSerial53", "number", "bigserial", { notNull: true, hasDefault: true }),
  bigserial64: kind("PgBigSerial64", "bigint", "bigserial", { hasDefault: true }),
  bytea: kind("PgBytea", "buffer", "bytea"),
  bit: kind("PgBinaryVector", "string", dimensioned("bit")),
  boolean: kind("PgBoolean", "boolean", "boolean"),
  char: kind("PgChar", "string", sized("char")),
  cidr: kind("PgCidr", "string", "cidr"),
  date: kind("PgDate", "date", "date", asInstant),
  dateString: kind("PgDateString", "string", "date"),
  doublePrecision: kind("PgDoublePrecision", "number", "double precision"),
  geometry: kind("PgGeometry", "array", pointIn, { encode: ([x, y]) => `point(${x} ${y})` }),
  geometryObject: kind("PgGeometryObject", "json", pointIn, { encode: ({ x, y }) => `point(${x} ${y})` }),
  halfvec: kind("PgHalfVector", "array", dimensioned("halfvec"), asJson),
  inet: kind("PgInet", "string", "inet"),
  integer: kind("PgInteger", "number", "integer"),
  interval: kind("PgInterval", "string", ({ fields, precision }) =>
    `interval${fields ? ` ${fields}` : ""}${precision ? `(${precision})` : ""}`),
  json: kind("PgJson", "json", "json", asJson),
  jsonb: kind("PgJsonb", "json", "jsonb", asJson),
  line: kind("PgLine", "array", "line", { encode: ([a, b, c]) => `{${a},${b},${c}}` }),
  lineObject: kind("PgLineABC", "json", "line", { encode: ({ a, b, c }) => `{${a},${b},${c}}` }),
  macaddr: kind("PgMacaddr", "string", "macaddr"),
  macaddr8: kind("PgMacaddr8", "string", "macaddr8"),
  numeric: kind("PgNumeric", "string", numericType),
  numericNumber: kind("PgNumericNumber", "number", numericType, asText),
  numericBigInt: kind("PgNumericBigInt", "bigint", numericType, asText),
  point: kind("PgPointTuple", "array", "point", { encode: ([x, y]) => `(${x},${y})` }),
  pointObject: kind("PgPointObject", "json", "point", { encode: ({ x, y }) => `(${x},${y})` }),
  real: kind("PgReal", "number", "real"),
  serial: kind("PgSerial", "number", "serial", { notNull: true, hasDefault: true }),
  smallint: kind("PgSmallInt", "number", "smallint"),
  smallserial: kind("PgSmallSerial", "number", "smallserial", { notNull: true, hasDefault: true }),
  sparsevec: kind("PgSparseVector", "string", dimensioned("sparsevec")),
  text: kind("PgText", "string", "text"),
  time: kind("PgTime", "string", precise("time", "")),
  timestamp: kind("PgTimestamp", "date", precise("timestamp", " "), asInstant),
  timestampString: kind("PgTimestampString", "string", precise("timestamp", "")),
  uuid: kind("PgUUID", "string", "uuid"),
  varchar: kind("PgVarchar", "string", sized("varchar")),
  vector: kind("PgVector", "array", dimensioned("vector"), asJson),
};
const ENUM = kind("PgEnumColumn", "string", ({ enum: values }) => values.enumName);
const ENUM_OBJECT = kind("PgEnumObjectColumn", "string", ({ enum: values }) => values.enumName);

const byMode = (kinds, otherwise) => ({ mode }) => KINDS[kinds[mode] ?? otherwise];
const tupleOr = (name) => ({ mode }) => KINDS[!mode || mode === "tuple" ? name : `${name}Object`];
const columnFunctions = {
  bigint: columnFunction(byMode({ number: "bigint53" }, "bigint64")),
  bigserial: columnFunction(byMode({ number: "bigserial53" }, "bigserial64")),
  date: columnFunction(byMode({ date: "date" }, "dateString")),
  geometry: columnFunction(tupleOr("geometry")),
  line: columnFunction(tupleOr("line")),
  numeric: columnFunction(byMode({ number: "numericNumber", bigint: "numericBigInt" }, "numeric")),
  point: columnFunction(tupleOr("point")),
  timestamp: columnFunction(byMode({ string: "timestampString" }, "timestamp")),
};
for (const name of [
  "bit", "boolean", "bytea", "char", "cidr", "doublePrecision", "halfvec", "inet", "integer", "interval", "json", "jsonb", "macaddr",
  "macaddr8", "real", "serial", "smallint", "smallserial", "sparsevec", "text", "time", "uuid", "varchar", "vector",
]) columnFunctions[name] = columnFunction(KINDS[name]);
columnFunctions.decimal = columnFunctions.numeric;

function customType(definition) {
  needFunction(definition?.dataType, "the dataType of a custom type", here());
  const custom = {
    columnType: "PgCustomColumn",
    dataType: "custom",
    early: true,
    type: (options, column) => {
      const type = definition.dataType(column.config.fieldConfig);
      refuseStandIn(type, "a column's type", column.at);
      if (typeof type !== "string") throw new SchemaError(`the dataType() of a custom type gives ${typeof type}, not a string`, column.at);
      return type;
    },
    encode: (value) => (typeof definition.toDriver === "function" ? definition.toDriver(value) : value),
  };
  return (a, b) => {
    const { name, options } = nameAndOptions(a, b);
    const builder = new ColumnBuilder(name, custom, undefined);
    builder.config.fieldConfig = options;
    return builder;
  };
}
columnFunctions.customType = customType;

// ---- enums -------------------------------------------------------------------------------------------------------------

const isEnum = Symbol.for("pgtandem:enum");
const isPgEnum = (value) => typeof value === "function" && !isStandIn(value) && value[isEnum] === true;
function enumeration(enumName, values, schema) {
  refuseStandIn(values, `the values of the enum ${describe(enumName)}`, here());
  if (typeof values !== "object" || values === null)
    throw new SchemaError(`the values of the enum ${describe(enumName)} are not a list`, here());
  const listed = Array.isArray(values);
  const type = (name) => new ColumnBuilder(name ?? "", listed ? ENUM : ENUM_OBJECT, { enum: type });
  const enumValues = listed ? [...values] : Object.values(values);
  return Object.assign(type, { enumName, enumValues, schema, [isEnum]: true, at: here() });
}
const pgEnum = (name, values) => enumeration(name, values, undefined);
