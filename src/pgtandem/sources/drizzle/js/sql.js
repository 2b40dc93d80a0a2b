// `sql` and everything that makes pieces of SQL: fragments, names, parameters, operators, and writing them as text.

class SQLWrapper {}

class Text {
  constructor(value) {
    this.value = Array.isArray(value) ? value : [value];
  }
  getSQL() {
    return new SQL([this]);
  }
}

class SQL extends SQLWrapper {
  constructor(queryChunks) {
    super();
    this.queryChunks = queryChunks;
    this.inlined = false;
    this.decoder = { mapFromDriverValue: (value) => value };
  }
  append(other) {
    this.queryChunks.push(...other.queryChunks);
    return this;
  }
  getSQL() {
    return this;
  }
  as(alias) {
    return alias === undefined ? this : new Aliased(this, alias);
  }
  mapWith(decoder) {
    this.decoder = decoder;
    return this;
  }
  inlineParams() {
    this.inlined = true;
    return this;
  }
  if(condition) {
    return condition ? this : undefined;
  }
  nullable() {
    return this;
  }
  toQuery() {
    return { sql: write(this), params: [] };
  }
}

class Aliased extends SQLWrapper {
  constructor(inner, fieldAlias) {
    super();
    this.sql = inner;
    this.fieldAlias = fieldAlias;
    this.isSelectionField = false;
  }
  getSQL() {
    return this.sql;
  }
  clone() {
    return new Aliased(this.sql, this.fieldAlias);
  }
}
SQL.Aliased = Aliased;

class Name {
  constructor(value) {
    this.value = value;
  }
  getSQL() {
    return new SQL([this]);
  }
}

const asIs = { mapToDriverValue: (value) => value };

class Param {
  constructor(value, encoder = asIs) {
    this.value = value;
    this.encoder = encoder;
  }
  getSQL() {
    return new SQL([this]);
  }
}

class Placeholder {
  constructor(name) {
    this.name = name;
  }
  getSQL() {
    return new SQL([this]);
  }
}

function sql(strings, ...values) {
  const chunks = [];
  if (values.length > 0 || (strings.length > 0 && strings[0] !== "")) chunks.push(new Text(strings[0]));
  values.forEach((value, index) => chunks.push(value, new Text(strings[index + 1])));
  return new SQL(chunks);
}
sql.empty = () => new SQL([]);
sql.fromList = (chunks) => new SQL(chunks);
sql.raw = (text) => new SQL([new Text(text)]);
sql.join = (chunks, separator) => {
  const joined = [];
  [...chunks].forEach((chunk, index) => {
    if (index > 0 && separator !== undefined) joined.push(separator);
    joined.push(chunk);
  });
  return new SQL(joined);
};
sql.identifier = (value) => new Name(value);
sql.placeholder = (name) => new Placeholder(name);
sql.param = (value, encoder) => new Param(value, encoder);

// ---- names in snake_case and camelCase -------------------------------------------------------------------------------

const words = (text) => text.replace(/['\u2019]/g, "").match(/[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g) ?? [];
const toSnakeCase = (text) => words(text).map((word) => word.toLowerCase()).join("_");
const toCamelCase = (text) =>
  words(text).reduce((name, word, index) => name + (index === 0 ? word.toLowerCase() : word[0].toUpperCase() + word.slice(1)), "");

let casing = null;
// Which drizzle-kit is meant: "0.31" or "1.0".
let dialect = null;
const applyCasing = (name) =>
  casing === "snake_case" ? toSnakeCase(name) : casing === "camelCase" ? toCamelCase(name) : name;
// A name that was written in the schema stays; one that came from the key follows the casing.
const columnName = (column) => (column.keyAsName && typeof column.name === "string" ? applyCasing(column.name) : column.name);

// ---- writing -----------------------------------------------------------------------------------------------------------

const quoteName = (name) => {
  refuseStandIn(name, "a name in sql``", null);
  return `"${String(name).replace(/"/g, '""')}"`;
};
const quoteText = (text) => `'${text.replace(/'/g, "''")}'`;

function literal(value) {
  refuseStandIn(value, "a value in sql``", null);
  if (value === null) return "null";
  switch (typeof value) {
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "string":
      return quoteText(value);
    case "object": {
      if (Object.values(value).some((one) => one instanceof Column))
        throw new SchemaError("the columns of a table cannot be written in sql`` together: one of them can, or the table", null);
      const text = String(value);
      return quoteText(text === "[object Object]" ? stringify(value) : text);
    }
    default:
      throw new SchemaError(`a ${typeof value} cannot be written in sql\`\``, null);
  }
}

// `mode.index` writes columns without their table, as an index's expression needs them; `mode.plain` allows neither names nor
// parameters (a column's default); `mode.inline` is set inside a view, whose values are always written out.
const write = (fragment, mode = {}) => writeAll(fragment.queryChunks, { ...mode, inline: mode.inline || fragment.inlined });

const writeAll = (chunks, mode) => chunks.map((chunk) => writeChunk(chunk, mode)).join("");

function onlyPlain(mode) {
  if (mode.plain) throw new SchemaError("a default may hold plain SQL only: no columns, names or values in sql`` (sql.raw writes text as it is)", null);
}

function qualified(schema, name, isAlias) {
  return schema === undefined || isAlias ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;
}

function writeChunk(chunk, mode) {
  if (chunk === undefined) return "";
  refuseStandIn(chunk, "a part of sql``", null);
  if (chunk instanceof Text) {
    chunk.value.forEach((text) => refuseStandIn(text, "the text of sql.raw()", null));
    return chunk.value.join("");
  }
  if (chunk instanceof Name) {
    onlyPlain(mode);
    return quoteName(chunk.value);
  }
  if (Array.isArray(chunk)) return `(${chunk.map((one) => writeChunk(one, mode)).join(", ")})`;
  if (chunk instanceof SQL) return writeAll(chunk.queryChunks, { ...mode, inline: mode.inline || chunk.inlined });
  if (chunk instanceof Table) {
    onlyPlain(mode);
    const { schema, name, isAlias } = chunk[META];
    return qualified(schema, name, isAlias);
  }
  if (chunk instanceof Column) {
    onlyPlain(mode);
    if (mode.index || chunk[ALIASED]) return quoteName(columnName(chunk));
    const { schema, name, isAlias } = chunk.table[META];
    return `${qualified(schema, name, isAlias)}.${quoteName(columnName(chunk))}`;
  }
  if (chunk instanceof View) {
    onlyPlain(mode);
    const { schema, name, isAlias } = chunk[VIEW];
    return qualified(schema, name, isAlias);
  }
  if (chunk instanceof Param) {
    onlyPlain(mode);
    if (chunk.value instanceof Placeholder) throw new SchemaError("a placeholder has no value in a schema", null);
    refuseStandIn(chunk.value, "a value in sql``", null);
    const value = chunk.value === null ? null : chunk.encoder.mapToDriverValue(chunk.value);
    return value instanceof SQL ? writeChunk(value, mode) : writeValue(value, mode);
  }
  if (chunk instanceof Placeholder) throw new SchemaError("a placeholder has no value in a schema", null);
  if (chunk instanceof Aliased && chunk.fieldAlias !== undefined) {
    onlyPlain(mode);
    return dialect === "1.0" && chunk.origin !== undefined ? qualified(chunk.origin, chunk.fieldAlias, false) : quoteName(chunk.fieldAlias);
  }
  if (chunk instanceof Subquery) {
    if (chunk._.isWith) return quoteName(chunk._.alias);
    return `(${writeChunk(chunk._.sql, mode)}) ${quoteName(chunk._.alias)}`;
  }
  if (isPgEnum(chunk)) {
    onlyPlain(mode);
    return chunk.schema ? `${quoteName(chunk.schema)}.${quoteName(chunk.enumName)}` : quoteName(chunk.enumName);
  }
  if (isWrapper(chunk)) {
    const inner = writeChunk(chunk.getSQL(), mode);
    return chunk.shouldOmitSQLParens?.() ? inner : `(${inner})`;
  }
  onlyPlain(mode);
  return writeValue(chunk, mode);
}

function writeValue(value, mode) {
  if (!mode.inline && value instanceof Date) return quoteText(value.toISOString());
  return literal(value);
}

const isWrapper = (value) => value !== null && value !== undefined && typeof value.getSQL === "function";

// ---- operators ---------------------------------------------------------------------------------------------------------

const isEncoder = (value) => typeof value === "object" && value !== null && typeof value.mapToDriverValue === "function";
function bound(value, column) {
  if (!isEncoder(column) || isWrapper(value) || value instanceof Placeholder) return value;
  return new Param(value, column);
}
const compare = (operator) => {
  const middle = ` ${operator} `;
  return (left, right) => new SQL([new Text(""), left, new Text(middle), bound(right, left), new Text("")]);
};
const unbound = (operator) => (left, right) => new SQL([left, new Text(` ${operator} `), right]);
const junction = (word) => (...conditions) => {
  const kept = conditions.filter((condition) => condition !== undefined);
  if (kept.length === 0) return undefined;
  if (kept.length === 1) return new SQL(kept);
  const parts = dialect === "1.0" ? kept.map((condition) => sql`(${condition})`) : kept;
  return new SQL([new Text("("), sql.join(parts, new Text(` ${word} `)), new Text(")")]);
};
const membership = (operator, whenEmpty) => (column, values) => {
  if (!Array.isArray(values)) return sql`${column} ${sql.raw(operator)} ${bound(values, column)}`;
  if (values.length === 0) return sql.raw(whenEmpty[dialect]);
  return sql`${column} ${sql.raw(operator)} ${values.map((value) => bound(value, column))}`;
};
const arrayOperator = (operator, name) => (column, values) => {
  if (Array.isArray(values) && values.length === 0) throw new Error(`${name} requires at least one value`);
  return sql`${column} ${sql.raw(operator)} ${bound(values, column)}`;
};
const range = (operator) => (column, min, max) =>
  sql`${column} ${sql.raw(operator)} ${bound(min, column)} and ${bound(max, column)}`;
const distance = (operator) => (column, value) =>
  sql`${column} ${sql.raw(operator)} ${Array.isArray(value) ? stringify(value) : value}`;
const aggregate = (before) => (expression) => sql`${sql.raw(before)}${expression})`;

const operators = {
  eq: compare("="),
  ne: compare("<>"),
  gt: compare(">"),
  gte: compare(">="),
  lt: compare("<"),
  lte: compare("<="),
  and: junction("and"),
  or: junction("or"),
  not: (condition) => (dialect === "1.0" && condition instanceof SQL ? sql`not (${condition})` : sql`not ${condition}`),
  inArray: membership("in", { "0.31": "false", "1.0": "1 = 0" }),
  notInArray: membership("not in", { "0.31": "true", "1.0": "1 = 1" }),
  isNull: (value) => (dialect === "1.0" ? sql`(${value} is null)` : sql`${value} is null`),
  isNotNull: (value) => (dialect === "1.0" ? sql`(${value} is not null)` : sql`${value} is not null`),
  exists: (query) => sql`exists ${query}`,
  notExists: (query) => sql`not exists ${query}`,
  between: range("between"),
  notBetween: range("not between"),
  like: unbound("like"),
  notLike: unbound("not like"),
  ilike: unbound("ilike"),
  notIlike: unbound("not ilike"),
  arrayContains: arrayOperator("@>", "arrayContains"),
  arrayContained: arrayOperator("<@", "arrayContained"),
  arrayOverlaps: arrayOperator("&&", "arrayOverlaps"),
  asc: (column) => sql`${column} asc`,
  desc: (column) => sql`${column} desc`,
};
const functions = {
  count: (expression) => sql`count(${expression || sql.raw("*")})`,
  countDistinct: aggregate("count(distinct "),
  avg: aggregate("avg("),
  avgDistinct: aggregate("avg(distinct "),
  sum: aggregate("sum("),
  sumDistinct: aggregate("sum(distinct "),
  max: aggregate("max("),
  min: aggregate("min("),
  l2Distance: distance("<->"),
  l1Distance: distance("<+>"),
  innerProduct: distance("<#>"),
  cosineDistance: distance("<=>"),
  hammingDistance: distance("<~>"),
  jaccardDistance: distance("<%>"),
};
const pgExpressions = {
  concat: (column, value) => sql`${column} || ${bound(value, column)}`,
  substring: (column, { from, for: length }) => {
    const chunks = [sql`substring(`, column];
    if (from !== undefined) chunks.push(sql` from `, bound(from, column));
    if (length !== undefined) chunks.push(sql` for `, bound(length, column));
    return sql.join([...chunks, sql`)`]);
  },
};
