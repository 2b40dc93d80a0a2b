// Tables with their extras (keys, indexes, checks, policies), schemas, sequences, roles and relations.

class Table extends SQLWrapper {
  constructor(meta) {
    super();
    this[META] = meta;
    meta.self = this;
  }
  getSQL() {
    return new SQL([this]);
  }
}

function makeTable(name, columns, extras, schema, { baseName = name, rename = (key) => key, rls = false } = {}) {
  const meta = {
    name, schema, originalName: name, baseName, columns: {}, extraColumns: {}, inlineForeignKeys: [], extras, rls,
    isAlias: false, at: here(),
  };
  const table = new Table(meta);
  const declared = typeof columns === "function" ? columns(columnFunctions) : columns;
  refuseStandIn(declared, `the columns of the table ${describe(name)}`, meta.at);
  for (const [key, builder] of Object.entries(declared ?? {})) {
    refuseStandIn(builder, `the column ${describe(key)} of the table ${describe(name)}`, meta.at);
    if (!(builder instanceof ColumnBuilder))
      throw new SchemaError(`${describe(key)} in the table ${describe(name)} is not a column`, meta.at);
    builder.setName(key, rename);
    const column = builder.build(table);
    meta.columns[key] = column;
    for (const { ref, actions, at } of builder.foreignKeyConfigs) {
      const named = dialect === "1.0" ? actions?.name : undefined;
      const foreignKey = new ForeignKeyBuilder(() => ({ name: named, columns: [column], foreignColumns: [ref()] }), at);
      foreignKey.onUpdate(actions?.onUpdate || undefined);
      foreignKey.onDelete(actions?.onDelete || undefined);
      meta.inlineForeignKeys.push(foreignKey.build(table));
    }
  }
  for (const [key, builder] of Object.entries(declared ?? {})) meta.extraColumns[key] = new ExtraColumn(table, builder);
  Object.assign(table, meta.columns);
  table.enableRLS = () => {
    meta.rls = true;
    return table;
  };
  return table;
}

const describe = (name) => (typeof name === "string" ? stringify(name) : "without a name");
// What makes tables: `customize` gives a table its name, `rename` the columns that have none; `.withRLS` is drizzle-orm 1.0's.
function tableFunction(schema, { customize = (name) => name, rename } = {}) {
  const make = (rls) => (name, columns, extras) => makeTable(customize(name), columns, extras, schema, { baseName: name, rename, rls });
  return Object.assign(make(false), { withRLS: make(true) });
}
const renaming = (given) => (given === "snake_case" ? toSnakeCase : given === "camelCase" ? toCamelCase : undefined);
const pgTable = tableFunction(undefined);
const pgTableCreator = (customize, given) => tableFunction(undefined, { customize, rename: renaming(given) });
const casedFunctions = (given) => ({
  table: tableFunction(undefined, { rename: renaming(given) }),
  view: (name, columns) => viewBuilder(name, columns, undefined, false, renaming(given)),
  materializedView: (name, columns) => viewBuilder(name, columns, undefined, true, renaming(given)),
  schema: (name) => pgSchema(name, given),
});

function extrasOf(table) {
  const { extras, extraColumns } = table[META];
  if (extras === undefined || extras === null) return [];
  const { name, at } = table[META];
  needFunction(extras, `the last argument of the table ${describe(name)}`, at);
  const made = extras(extraColumns);
  refuseStandIn(made, `what the extras of the table ${describe(name)} give`, at);
  if (made === undefined || made === null) throw new SchemaError(`the extras of the table ${describe(name)} return nothing`, at);
  return Array.isArray(made) ? made.flat(1) : Object.values(made);
}

function tableConfig(table) {
  const meta = table[META];
  const config = {
    columns: Object.values(meta.columns), indexes: [], foreignKeys: [...meta.inlineForeignKeys], checks: [], primaryKeys: [],
    uniqueConstraints: [], name: meta.name, schema: meta.schema, policies: [], enableRLS: meta.rls,
  };
  for (const extra of extrasOf(table)) {
    refuseStandIn(extra, `an extra of the table ${describe(meta.name)}`, meta.at);
    if (extra instanceof IndexBuilder) config.indexes.push(extra);
    else if (extra instanceof CheckBuilder) config.checks.push(extra);
    else if (extra instanceof UniqueBuilder) config.uniqueConstraints.push(extra.build(table));
    else if (extra instanceof PrimaryKeyBuilder) config.primaryKeys.push(extra.build(table));
    else if (extra instanceof ForeignKeyBuilder) config.foreignKeys.push(extra.build(table));
    else if (extra instanceof Policy) config.policies.push(extra);
    else if (typeof extra === "object" && extra !== null) leaveOut(extra, meta);
  }
  return config;
}

// drizzle-kit 0.31 leaves it out without a word; 1.0 stops.
function leaveOut(extra, { name, at }) {
  const isIndex = extra instanceof IndexBuilderOn;
  const what = isIndex ? `the index ${describe(extra.name)} has no .on()` : `an extra of the table ${describe(name)} is no index, key, check or policy`;
  if (dialect === "1.0") throw new SchemaError(what, isIndex ? extra.at : at);
  noteOnce(`${what}, so it is left out`);
}

// ---- keys --------------------------------------------------------------------------------------------------------------

class ForeignKeyBuilder {
  constructor(config, at) {
    this.config = config;
    this.at = at;
    this.update = "no action";
    this.delete = "no action";
  }
  onUpdate(action) {
    this.update = action === undefined ? "no action" : action;
    return this;
  }
  onDelete(action) {
    this.delete = action === undefined ? "no action" : action;
    return this;
  }
  build(table) {
    return new ForeignKey(table, this);
  }
}

class ForeignKey {
  constructor(table, builder) {
    this.table = table;
    this.at = builder.at;
    this.onUpdate = builder.update;
    this.onDelete = builder.delete;
    this.config = builder.config;
  }
  reference() {
    const { name, columns, foreignColumns } = this.config();
    refuseStandIn(foreignColumns, "the columns that a foreign key references", this.at);
    for (const column of [...(columns ?? []), ...(foreignColumns ?? [])]) {
      refuseStandIn(column, "a column of a foreign key", this.at);
      if (!(column instanceof Column)) throw new SchemaError(`a foreign key names ${column === undefined ? "a column that does not exist" : "something that is not a column"}`, this.at);
    }
    if (!foreignColumns?.length) throw new SchemaError("a foreign key references no column", this.at);
    return { name, columns, foreignTable: foreignColumns[0].table, foreignColumns };
  }
  getName() {
    const { name, columns, foreignColumns } = this.reference();
    if (name !== null && name !== undefined) return name;
    const parts = [this.table[META].name, ...columns.map((column) => column.name), foreignColumns[0].table[META].name];
    return `${[...parts, ...foreignColumns.map((column) => column.name)].join("_")}_fk`;
  }
}
const foreignKey = (config) => new ForeignKeyBuilder(() => config, here());

class PrimaryKeyBuilder {
  constructor(columns, name, at) {
    this.columns = columns;
    this.name = name;
    this.at = at;
  }
  build(table) {
    const { columns, at } = this;
    checkColumns(columns, "a primary key", at);
    const name = this.name ?? `${table[META].name}_${columns.map((column) => column.name).join("_")}_pk`;
    return { columns, name, getName: () => name, isNamed: Boolean(this.name), at };
  }
}
const primaryKey = (...config) =>
  config[0]?.columns ? new PrimaryKeyBuilder(config[0].columns, config[0].name, here()) : new PrimaryKeyBuilder(config, undefined, here());

const uniqueKeyName = (table, columns) => `${table[META].name}_${columns.join("_")}_unique`;
class UniqueBuilder {
  constructor(columns, name, at) {
    this.columns = columns;
    this.name = name;
    this.at = at;
    this.notDistinct = false;
  }
  nullsNotDistinct() {
    this.notDistinct = true;
    return this;
  }
  build(table) {
    const { columns, at } = this;
    checkColumns(columns, "a unique key", at);
    const name = this.name ?? uniqueKeyName(table, columns.map((column) => column.name));
    return { columns, name, getName: () => name, isNamed: Boolean(this.name), nullsNotDistinct: this.notDistinct, at };
  }
}
const unique = (name) => {
  const at = here();
  return { on: (...columns) => new UniqueBuilder(columns, name, at) };
};

function checkColumns(columns, what, at) {
  for (const column of columns) {
    refuseStandIn(column, `a column of ${what}`, at);
    if (!(column instanceof Column)) throw new SchemaError(`${what} names ${column === undefined ? "a column that does not exist" : "something that is not a column"}`, at);
  }
}

class CheckBuilder {
  constructor(name, value) {
    this.name = name;
    this.value = value;
    this.at = here();
  }
}
const check = (name, value) => new CheckBuilder(name, value);

// ---- indexes -----------------------------------------------------------------------------------------------------------

class IndexBuilderOn {
  constructor(unique, name) {
    this.unique = unique;
    this.name = name;
    this.at = here();
  }
  make(columns, method) {
    const indexed = columns.map((column) => {
      refuseStandIn(column, "a column of an index", this.at);
      if (column instanceof SQL) return column;
      if (!(column instanceof Column))
        throw new SchemaError(`an index names ${column === undefined ? "a column that does not exist" : "something that is not a column"}`, this.at);
      const order = column.indexConfig ?? { order: "asc", nulls: "last", opClass: undefined };
      if (column.defaultConfig) column.indexConfig = { ...column.defaultConfig };
      return { name: column.name, keyAsName: column.keyAsName, columnType: column.columnType, indexConfig: order };
    });
    return new IndexBuilder({ name: this.name, columns: indexed, unique: this.unique, method }, this.at);
  }
  on(...columns) {
    return this.make(columns, "btree");
  }
  onOnly(...columns) {
    return this.make(columns, "btree");
  }
  using(method, ...columns) {
    return this.make(columns, method);
  }
}
class IndexBuilder {
  constructor(config, at) {
    this.config = config;
    this.at = at;
  }
  concurrently() {
    this.config.concurrently = true;
    return this;
  }
  with(options) {
    this.config.with = options;
    return this;
  }
  where(condition) {
    this.config.where = condition;
    return this;
  }
}
const index = (name) => new IndexBuilderOn(false, name);
const uniqueIndex = (name) => new IndexBuilderOn(true, name);

// ---- policies, roles, sequences, schemas -------------------------------------------------------------------------------

class Policy {
  constructor(name, config) {
    this.name = name;
    Object.assign(this, { as: config?.as, for: config?.for, to: config?.to, using: config?.using, withCheck: config?.withCheck });
    this.at = here();
  }
  link(table) {
    this.linkedTable = table;
    return this;
  }
}
const pgPolicy = (name, config) => new Policy(name, config);

class Role {
  constructor(name, config) {
    this.name = name;
    Object.assign(this, { createDb: config?.createDb, createRole: config?.createRole, inherit: config?.inherit });
    this.at = here();
  }
  existing() {
    this.isExisting = true;
    return this;
  }
}
const pgRole = (name, config) => new Role(name, config);

class Sequence {
  constructor(seqName, seqOptions, schema) {
    Object.assign(this, { seqName, seqOptions, schema });
    this.at = here();
  }
}
const pgSequence = (name, options) => new Sequence(name, options, undefined);

class Schema extends SQLWrapper {
  constructor(schemaName, given) {
    super();
    this.schemaName = schemaName;
    this.at = here();
    this.table = tableFunction(schemaName, { rename: renaming(given) });
    this.enum = (name, values) => enumeration(name, values, schemaName);
    this.sequence = (name, options) => new Sequence(name, options, schemaName);
    this.view = (name, columns) => viewBuilder(name, columns, schemaName, false, renaming(given));
    this.materializedView = (name, columns) => viewBuilder(name, columns, schemaName, true, renaming(given));
  }
  existing() {
    this.isExisting = true;
    return this;
  }
  getSQL() {
    return new SQL([new Name(this.schemaName)]);
  }
  shouldOmitSQLParens() {
    return true;
  }
}
function pgSchema(name, given) {
  if (name === "public") throw new SchemaError('pgSchema("public") is not allowed: a table without a schema is in "public"', here());
  return new Schema(name, given);
}

// ---- relations ---------------------------------------------------------------------------------------------------------

class Relations {
  constructor(table, config) {
    this.table = table;
    this.config = config;
    this.at = here();
  }
}
const relations = (table, config) => new Relations(table, config);

// ---- what the schema says about itself -----------------------------------------------------------------------------------

const is = (value, type) => {
  if (value === null || value === undefined || typeof type !== "function" || isStandIn(type)) return false;
  return value instanceof type;
};
const getTableColumns = (table) => table[META].columns;
const getTableName = (table) => table[META].name;
