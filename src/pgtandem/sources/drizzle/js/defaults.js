// Defaults as drizzle-kit 1.0 writes them: each type has its own grammar, chosen by the text of the type.

const trimCast = (value) =>
  (value.endsWith("[]") ? value.slice(0, -2) : value).replace(/(::["\w.\s]+(?:\([^)]*\))?(?:\swith(?:out)?\stime\szone)?(?:\[\])?)+$/gi, "");
const wrapIn = (value, mark) => (value.startsWith(mark) && value.endsWith(mark) ? value : `${mark}${value}${mark}`);
const nested = (value, write, [before, after] = ["{", "}"]) =>
  Array.isArray(value) ? `${before}${value.map((one) => nested(one, write, [before, after])).join(",")}${after}` : write(value);
// Where the items are arrays themselves, an array of arrays is the list of them.
function nestedTuples(value, write, marks = ["{", "}"]) {
  if (!value.some((one) => Array.isArray(one))) return write(value);
  const items = value.map((one) => (Array.isArray(one) && one.some((inner) => Array.isArray(inner)) ? nestedTuples(one, write, marks) : write(one)));
  return `${marks[0]}${items.join(",")}${marks[1]}`;
}

const hasZone = (text) => /([+-]\d{2}(:\d{2})?|Z)$/i.test(text);
const escaped = (text) => String(text).replace(/\\/g, "\\\\").replace(/'/g, "''");
const needsQuotes = (text) => text.includes("\\") || text.includes('"') || text.includes(",");
const asItem = (text, alsoEmpty) => {
  const written = escaped(text).replace(/"/g, '\\"');
  return needsQuotes(text) || (alsoEmpty && text.length === 0) ? `"${written}"` : written;
};
const jsonOf = (value) => stringify(value, (key, inner) => {
  refuseStandIn(inner, "a default", null);
  if (typeof inner === "bigint") return Number(inner);
  return typeof inner === "string" ? inner.replace(/'/g, "''") : inner;
});
function jsonItems(value, dimensions, depth = 0) {
  if (depth === dimensions) return `"${jsonOf(value).replace(/"/g, '\\"')}"`;
  if (!Array.isArray(value)) return jsonOf(value);
  const inner = value.map((one) => jsonItems(one, dimensions, depth + 1)).join(",");
  return depth === 0 ? `{${inner}}` : inner;
}
const instant = (value, zoned) => {
  if (!(value instanceof Date)) return zoned && !hasZone(value) ? `${value}+00` : value;
  const text = value.toISOString().replace("T", " ");
  return zoned ? text.replace("Z", "+00") : text.replace("Z", " ").slice(0, 23);
};
const day = (value) => (value instanceof Date ? value.toISOString().split("T")[0] : value);

const plainly = { one: String, many: (value) => `'${nested(value, String)}'` };
const quotedly = { one: (value) => `'${value}'`, many: (value) => `'${nested(value, String)}'` };
const quotedItems = { one: (value) => `'${value}'`, many: (value) => `'${nested(value, (one) => `"${one}"`)}'` };
const textual = { one: (value) => `'${escaped(value)}'`, many: (value) => `'${nested(value, (one) => asItem(one, true))}'` };
const jsonly = { one: (value) => `'${jsonOf(value)}'`, many: (value, dimensions) => `'${jsonItems(value, dimensions)}'` };
const instants = (zoned) => ({
  one: (value) => wrapIn(instant(value, zoned), "'"),
  many: (value) => wrapIn(nested(value, (one) => wrapIn(instant(one, zoned), '"')), "'"),
});
const times = (zoned) => ({
  one: (value) => wrapIn(instant(String(value), zoned), "'"),
  many: (value) => wrapIn(nested(value, (one) => instant(String(one), zoned)), "'"),
});
const vectors = {
  one: (value) => `'[${String(value).replace(/ /g, "")}]'`,
  many: (value) => wrapIn(nestedTuples(value, (one) => `"[${String(one).replace(/ /g, "")}]"`).replace(/ /g, ""), "'"),
};
const refused = { one: (value) => { throw new SchemaError(`a serial column has no default of its own, and it is given ${value}`, null); } };
refused.many = refused.one;

// The first that matches the type; as in drizzle-kit, some match more than they name.
const GRAMMARS = [
  [/^\s*(smallint|integer|bigint|real|double|double precision)\s*$/i, plainly],
  [/^\s*numeric|decimal/i, quotedly],
  [/^\s*boolean\s*$/i, { one: String, many: (value) => `'${nested(value, (one) => (one === true ? "t" : "f"))}'` }],
  [/^\s*char|character|^\s*varchar|^\s*text\s*$/i, textual],
  [/^\s*jsonb?\s*$/i, jsonly],
  [/^\s*time(?:\(\d+\))?\s*$/i, times(false)],
  [/^\s*time(?:\(\d+\))?\s+with time zone\s*$/i, times(true)],
  [/^\s*timestamp\s?(?:\(\d+\))?\s*$/i, instants(false)],
  [/^\s*timestamp\s?(?:\(\d+\))?\s+with time zone\s*$/i, instants(true)],
  [/^interval(\s+(year|month|day|hour|minute|second)(\s+to\s+(month|day|hour|minute|second))?)?(?:\(\d+\))?\s*$/i, quotedItems],
  [/^\s*(uuid|inet|cidr|macaddr8?)\s*$/i, { one: (value) => `'${value}'`, many: (value) => wrapIn(nested(value, String), "'") }],
  [/^\s*(vector|halfvec)(?:\(\d+(?:,\d+)?\))?\s*$/i, vectors],
  [/^\s*sparsevec(?:\(\d+(?:,\d+)?\))?\s*$/i, { one: (value) => wrapIn(String(value), "'"), many: (value) => wrapIn(nested(value, (one) => `"${String(one).replace(/ /g, "")}"`), "'") }],
  [/^\s*bit(?:\(\d+(?:,\d+)?\))?\s*$/i, quotedly],
  [/^\s*date\s*$/i, { one: (value) => wrapIn(day(value), "'"), many: (value) => wrapIn(nested(value, day), "'") }],
  [/^(small|big)?serial(?:[\s(].*)?$/i, refused],
];
const OWN = { one: (value) => (value ? String(value) : ""), many: String };
const ENUM_VALUES = {
  one: (value) => (value ? `'${String(value).replace(/'/g, "''")}'` : ""),
  many: (value) => `'${nested(value, (one) => asItem(one, false))}'`,
};

// Points, lines and geometries: how one is written, and how the values in an array of them are marked.
const SHAPES = {
  PgPointTuple: { write: ([x, y]) => `(${x},${y})`, tuple: true },
  PgPointObject: { write: ({ x, y }) => `(${x},${y})` },
  PgLine: { write: ([a, b, c]) => `{${a},${b},${c}}`, tuple: true },
  PgLineABC: { write: ({ a, b, c }) => `{${a},${b},${c}}` },
  PgGeometry: { write: ([x, y], srid) => `${srid ? `SRID=${srid};` : ""}POINT(${x} ${y})`, tuple: true, isGeometry: true },
  PgGeometryObject: { write: ({ x, y }, srid) => `${srid ? `SRID=${srid};` : ""}POINT(${x} ${y})`, isGeometry: true },
};
function shapeDefault({ write, tuple, isGeometry }, value, isArray, srid) {
  if (!isArray) return value ? `'${write(value, srid)}'` : "";
  if (value.flat(5).length === 0) return "'{}'";
  const mark = isGeometry ? "'" : '"';
  const item = (one) => `${mark}${write(one, srid)}${mark}`;
  const marks = isGeometry ? ["ARRAY[", "]"] : ["{", "}"];
  const items = tuple ? nestedTuples(value, item, marks) : nested(value, item, marks);
  return isGeometry ? items : wrapIn(items, "'");
}

function grammarDefault(column, what) {
  const value = column.default;
  const at = column.config.defaultAt ?? column.at;
  refuseStandIn(value, what, at);
  if (value === undefined) return null;
  if (value instanceof SQL) return trimCast(text(value, {}, what, at));
  if (value instanceof Date && clockReads.has(value)) noteClock(what);
  const dimensions = dimensionsOf(column);
  const isArray = dimensions > 0 && Array.isArray(value);
  if (isArray) value.flat(Infinity).forEach((item) => refuseStandIn(item, what, at));
  const shape = SHAPES[column.columnType];
  if (shape) return shapeDefault(shape, value, isArray, column.config.options?.srid);
  if (isArray && value.flat(5).length === 0) return "'{}'";
  const type = column.getSQLType();
  if (typeof value === "number" && !Number.isFinite(value) && !/^jsonb?$/i.test(type)) return numberDefault(value, type, what, at);
  const base = type.replace(/(?:\s*\[\s*\])+\s*$/, "");
  const found = column.enum ? ENUM_VALUES : (GRAMMARS.find(([matches]) => matches.test(base))?.[1] ?? OWN);
  try {
    return isArray ? found.many(value, dimensions) : found.one(value);
  } catch (error) {
    if (error instanceof SchemaError) error.at ??= at;
    throw error;
  }
}

// The name of a foreign key that has none; a long one becomes a hash, as drizzle-kit makes it.
const HASH_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
function nameHash(input) {
  const combinations = 62n ** 12n;
  let power = 1n;
  let hash = 0n;
  for (const letter of input) {
    hash = (hash + BigInt(letter.codePointAt(0)) * power) % combinations;
    power = (power * 53n) % combinations;
  }
  let written = "";
  for (let index = 0; index < 12; index++) {
    written = HASH_LETTERS[Number(hash % 62n)] + written;
    hash /= 62n;
  }
  return written;
}
function foreignKeyName(table, columns, tableTo, columnsTo) {
  const wanted = `${table}_${columns.join("_")}_${tableTo}_${columnsTo.join("_")}_fkey`;
  if (wanted.length <= 63) return wanted;
  return table.length < 45 ? `${table}_${nameHash(wanted)}_fkey` : `${nameHash(wanted)}_fkey`;
}
