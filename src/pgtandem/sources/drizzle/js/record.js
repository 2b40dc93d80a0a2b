// What the loaded modules export, as plain data: the model from which the statements are printed.

const record = {
  tables: [], enums: [], schemas: [], sequences: [], roles: [], policies: [], views: [], relations: [],
};

// ---- checked values ------------------------------------------------------------------------------------------------------

function name(value, what, at) {
  refuseStandIn(value, what, at);
  if (typeof value !== "string") throw new SchemaError(`${what} is ${value === null ? "null" : typeof value}, not a string`, at);
  return value;
}
const optional = (value, what, at) => (value === undefined || value === null ? null : name(value, what, at));
const flag = (value, what, at) => {
  refuseStandIn(value, what, at);
  return Boolean(value);
};
// Written once for each key, a later one in place of an earlier one, as an object's keys go.
const keyed = (entries) => {
  const object = Object.create(null);
  for (const entry of entries) object[entry.name] = entry;
  return Object.values(object);
};
function distinct(entries, complain) {
  const seen = new Set();
  for (const entry of entries) {
    if (seen.has(entry.name)) throw new SchemaError(complain(entry), entry.at);
    seen.add(entry.name);
  }
  return entries;
}
const text = (fragment, mode, what, at) => {
  refuseStandIn(fragment, what, at);
  if (fragment === undefined || fragment === null) return null;
  if (isWrapper(fragment) && !(fragment instanceof SQL)) return write(new SQL([fragment]), mode);
  if (!(fragment instanceof SQL)) throw new SchemaError(`${what} is not sql\`\``, at);
  try {
    return write(fragment, mode);
  } catch (error) {
    if (error instanceof SchemaError && (error.at ?? null) === null) error.at = at;
    throw error;
  }
};

// ---- defaults ------------------------------------------------------------------------------------------------------------

const escapeQuotes = (value) => value.replace(/'/g, "''");
const isJson = (value) => {
  try {
    parse(value);
    return true;
  } catch {
    return false;
  }
};
function dateText(value, type) {
  const text = value.toISOString();
  if (type === "date") return text.split("T")[0];
  return type === "timestamp" ? text.replace("T", " ").slice(0, 23) : text;
}
const quoteItem = (value) => `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
function arrayDefault(values, type) {
  const element = type.split("[")[0];
  const items = values.map((value) => {
    if (value === null) return "NULL";
    if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
    if (Array.isArray(value)) return arrayDefault(value, element);
    if (value instanceof Date) return `"${dateText(value, element)}"`;
    return quoteItem(typeof value === "object" ? stringify(value) : String(value));
  });
  return `{${items.join(",")}}`;
}
function jsonText(value) {
  return stringify(value, (key, inner) => {
    refuseStandIn(inner, "a default", null);
    return typeof inner === "bigint" ? Number(inner) : inner;
  });
}

const noteClock = (what) => noteOnce(`${what} is the time of reading, which differs at each run; it is written as 1970-01-01`);

function defaultText(column, what) {
  if (dialect === "1.0") return grammarDefault(column, what);
  const value = column.default;
  const at = column.config.defaultAt ?? column.at;
  refuseStandIn(value, what, at);
  if (value === undefined || typeof value === "function" || typeof value === "symbol") return null;
  if (value instanceof SQL) return text(value, { plain: true }, what, at);
  const type = column.getSQLType().toLowerCase();
  const isJsonColumn = type === "jsonb" || type === "json";
  if (typeof value === "string") return quoteText(isJsonColumn && !isJson(value) ? jsonText(value) : value);
  if (isJsonColumn) {
    const written = jsonText(value);
    return written === undefined ? null : `${quoteText(written)}::${type}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) return numberDefault(value, type, what, at);
  if (value instanceof Date) {
    if (clockReads.has(value)) noteClock(what);
    return `'${dateText(value, type)}'`;
  }
  if (Array.isArray(value) && /.*\[\d*\].*|.*\[\].*/.test(type)) {
    value.flat(Infinity).forEach((item) => refuseStandIn(item, what, at));
    return `'${escapeQuotes(arrayDefault(value, type))}'`;
  }
  if (typeof value === "object" && value !== null) {
    const written = column.mapToDriverValue(value);
    if (written instanceof Uint8Array) return `'\\x${hex(written)}'`;
    return typeof written === "string" ? quoteText(written) : quoteText(stringify(written));
  }
  return String(value);
}
function numberDefault(value, type, what, at) {
  if (numbersFrom !== null) throw standInError(numbersFrom, what, at);
  if (/^(?:real|double precision|numeric)/.test(type)) return `'${value}'`;
  throw new SchemaError(`${what} is ${value}, which is not a value that a column of ${type} can hold`, at);
}

// ---- columns ---------------------------------------------------------------------------------------------------------------

function enumSchema(column) {
  let inner = column;
  while (inner.baseColumn) inner = inner.baseColumn;
  return inner.kind === ENUM || (inner.kind === ENUM_OBJECT && dialect === "1.0") ? inner.enum.schema || "public" : null;
}
const LIMITS = { integer: ["-2147483648", "2147483647"], bigint: ["-9223372036854775808", "9223372036854775807"] };
const SMALL = ["-32768", "32767"];
function sequenceValues(options, [lowest, highest], what, at) {
  const given = (key) => {
    const value = options?.[key];
    refuseStandIn(value, `${key} of ${what}`, at);
    return value === undefined ? undefined : String(value);
  };
  const increment = given("increment") ?? "1";
  const falling = parseFloat(increment) < 0;
  const minValue = given("minValue") ?? (falling ? lowest : "1");
  const maxValue = given("maxValue") ?? (falling ? "-1" : highest);
  const startWith = given("startWith") ?? (falling ? maxValue : minValue);
  return { increment, minValue, maxValue, startWith, cache: given("cache") ?? "1", cycle: flag(options?.cycle ?? false, `cycle of ${what}`, at) };
}
function identityOf(column, ownName, tableName, what) {
  const identity = column.generatedIdentity;
  if (!identity) return null;
  const own = optional(identity.sequenceName, `the sequence of ${what}`, column.at) ?? `${tableName}_${ownName}_seq`;
  // drizzle-kit takes the lowest value of smallint for every falling identity.
  const limits = [SMALL[0], (LIMITS[column.getSQLType()] ?? SMALL)[1]];
  return { type: identity.type, name: own, ...sequenceValues(identity.sequenceOptions, limits, `the sequence of ${what}`, column.at) };
}
function generatedText(column, what) {
  if (!column.generated) return null;
  const { as } = column.generated;
  refuseStandIn(as, `the expression of ${what}`, column.at);
  const made = typeof as === "function" ? as() : as;
  if (made instanceof SQL) return text(made, {}, `the expression of ${what}`, column.at);
  refuseStandIn(made, `the expression of ${what}`, column.at);
  return String(made);
}

// In drizzle-kit 1.0, what a type of the project's own is called may make it an array.
function dimensionsOf(column) {
  const own = Math.trunc(column.dimensions) || 0;
  return dialect === "1.0" ? own + (column.getSQLType().match(/\[\d*\]/g)?.length ?? 0) : own;
}
function recordColumn(column, tableName) {
  lastCall = column.at ?? lastCall;
  const ownName = name(columnName(column), `the name of a column of ${stringify(tableName)}`, column.at);
  const what = `the column ${stringify(ownName)} of ${stringify(tableName)}`;
  return {
    name: ownName,
    type: name(column.getSQLType(), `the type of ${what}`, column.at),
    dimensions: dimensionsOf(column),
    typeSchema: optional(enumSchema(column), `the schema of the type of ${what}`, column.at),
    primary: column.primary,
    notNull: column.notNull,
    default: defaultText(column, `the default of ${what}`),
    generated: generatedText(column, what),
    identity: identityOf(column, ownName, tableName, what),
    at: column.at ?? null,
  };
}
function columnUnique(column, ownName, what, tableName) {
  const isNamed = Boolean(column.uniqueName);
  const ownKey = `${tableName}_${ownName}_${dialect === "1.0" ? "key" : "unique"}`;
  return {
    name: name(isNamed ? column.uniqueName : ownKey, `the name of a unique key of ${what}`, column.config.uniqueAt),
    isNamed,
    columns: [ownName],
    nullsNotDistinct: column.uniqueType === "not distinct",
    at: column.config.uniqueAt ?? null,
  };
}

// ---- tables ----------------------------------------------------------------------------------------------------------------

const withCasing = (keyName, columns) => {
  if (casing === null) return keyName;
  return columns.reduce((renamed, column) => renamed.replace(column.name, columnName(column)), keyName);
};
const columnNames = (columns, what, at) => columns.map((column) => name(columnName(column), `a column of ${what}`, at));

function recordForeignKey(foreignKey, tableName) {
  const at = foreignKey.at;
  const { columns, foreignColumns, foreignTable } = foreignKey.reference();
  const what = `a foreign key of ${stringify(tableName)}`;
  const target = foreignTable[META];
  const own = () => foreignKeyName(tableName, columns.map((column) => column.name), target.name, foreignColumns.map((column) => column.name));
  const keyName = dialect === "1.0" ? foreignKey.reference().name || own() : withCasing(foreignKey.getName(), [...columns, ...foreignColumns]);
  return {
    name: name(keyName, `the name of ${what}`, at),
    columns: columnNames(columns, what, at),
    schemaTo: optional(target.schema, `the schema that ${what} references`, at),
    tableTo: name(target.name, `the table that ${what} references`, at),
    columnsTo: columnNames(foreignColumns, what, at),
    onDelete: optional(foreignKey.onDelete, `the action of ${what}`, at),
    onUpdate: optional(foreignKey.onUpdate, `the action of ${what}`, at),
    at: at ?? null,
  };
}

const VECTOR_CLASSES =
  "vector_l2_ops, vector_ip_ops, vector_cosine_ops, vector_l1_ops, bit_hamming_ops, bit_jaccard_ops, halfvec_l2_ops, sparsevec_l2_ops";
function recordIndex({ config, at }, tableName) {
  const what = config.name ? `the index ${stringify(config.name)}` : `an index of ${stringify(tableName)}`;
  const columns = config.columns.map((column) => {
    if (column instanceof SQL) {
      if (config.name === undefined) throw new SchemaError(`${what} is on an expression, so it needs a name`, at);
      return { expression: text(column, { index: true }, what, at), isExpression: true, asc: true, nulls: "last", opclass: null };
    }
    const { order, nulls, opClass } = column.indexConfig;
    if (column.columnType === "PgVector" && opClass === undefined)
      throw new SchemaError(`${what} is on a vector, so it needs an operator class: .op("…") with one of ${VECTOR_CLASSES}`, at);
    return {
      expression: name(columnName(column), `a column of ${what}`, at),
      isExpression: false,
      asc: order === "asc",
      nulls: nulls ?? (order === "desc" ? "first" : "last"),
      opclass: optional(opClass, `the operator class of ${what}`, at),
    };
  });
  const generated = () => `${tableName}_${columns.map((column) => column.expression).join("_")}_index`;
  return {
    name: name(config.name || generated(), "the name of an index", at),
    columns,
    unique: Boolean(config.unique),
    where: config.where ? text(config.where, dialect === "1.0" ? { index: true, inline: true } : {}, `the condition of ${what}`, at) : null,
    concurrently: Boolean(config.concurrently),
    method: name(config.method ?? "btree", `the method of ${what}`, at),
    with: Object.entries(config.with ?? {}).map(([key, value]) => {
      refuseStandIn(value, `the storage options of ${what}`, at);
      return [key, String(value)];
    }),
    at: at ?? null,
  };
}

function policyRoles({ to }, what, at) {
  refuseStandIn(to, `the role of ${what}`, at);
  if (!to) return ["public"];
  const roles = Array.isArray(to) ? to : [to];
  if (roles.length === 0) throw new SchemaError(`${what} names no role`, at);
  return roles
    .map((role) => {
      refuseStandIn(role, `a role of ${what}`, at);
      return role instanceof Role ? name(role.name, `a role of ${what}`, at) : role;
    })
    .filter((role) => typeof role === "string")
    .sort();
}
function recordPolicy(policy) {
  const { at } = policy;
  const ownName = name(policy.name, "the name of a policy", at);
  const what = `the policy ${stringify(ownName)}`;
  const expression = (value, clause) => {
    if (value instanceof SQL || isStandIn(value)) return text(value, {}, `${clause} of ${what}`, at);
    if (value !== undefined && value !== null) noteOnce(`${clause} of ${what} is not sql\`\`, so it is left out`);
    return null;
  };
  return {
    name: ownName,
    as: (optional(policy.as, `"as" of ${what}`, at) ?? "PERMISSIVE").toUpperCase(),
    for: (optional(policy.for, `"for" of ${what}`, at) ?? "ALL").toUpperCase(),
    to: policyRoles(policy, what, at),
    using: expression(policy.using, "USING"),
    withCheck: expression(policy.withCheck, "WITH CHECK"),
    at: at ?? null,
  };
}

function recordTable(table) {
  lastCall = table[META].at ?? lastCall;
  const { at } = table[META];
  const config = tableConfig(table);
  const tableName = name(config.name, "the name of a table", at);
  const what = `the table ${stringify(tableName)}`;
  const ofColumns = [];
  const ofTable = [];
  const columns = config.columns.map((column) => {
    const recorded = recordColumn(column, tableName);
    if (column.isUnique) ofColumns.push(columnUnique(column, recorded.name, what, tableName));
    return recorded;
  });
  for (const { columns: keyColumns, name: keyName, isNamed, nullsNotDistinct, at: keyAt } of config.uniqueConstraints) {
    // drizzle-kit 1.0 writes a key of one column without a name beside the column, so PostgreSQL names it.
    const own = dialect === "1.0" && !isNamed && keyColumns.length === 1 ? `${tableName}_${keyColumns[0].name}_key` : keyName;
    ofTable.push({
      name: name(own, `the name of a unique key of ${what}`, keyAt),
      isNamed,
      columns: columnNames(keyColumns, `a unique key of ${what}`, keyAt),
      nullsNotDistinct,
      at: keyAt ?? null,
    });
  }
  // In drizzle-kit 1.0 a key of the table goes before that of the column, which is not written a second time.
  const isOther = (key) => !ofTable.some((one) => one.columns.length === 1 && one.columns[0] === key.columns[0]);
  const uniques = dialect === "1.0" ? [...ofTable, ...ofColumns.filter(isOther)] : [...ofColumns, ...ofTable];
  const primaryKeys = config.primaryKeys.map(({ columns: keyColumns, name: keyName, isNamed, at: keyAt }) => ({
    name: name(dialect === "1.0" && !isNamed ? `${tableName}_pkey` : withCasing(keyName, keyColumns), `the name of the primary key of ${what}`, keyAt),
    columns: columnNames(keyColumns, `the primary key of ${what}`, keyAt),
    at: keyAt ?? null,
  }));
  const checks = config.checks.map((constraint) => ({
    name: name(constraint.name, `the name of a check of ${what}`, constraint.at),
    value: text(constraint.value, dialect === "1.0" ? { index: true, inline: true } : {}, `the check ${describe(constraint.name)}`, constraint.at) ?? "",
    at: constraint.at ?? null,
  }));
  return {
    schema: optional(config.schema, `the schema of ${what}`, at),
    name: tableName,
    rls: config.enableRLS,
    columns: keyed(dialect === "1.0" ? distinct(columns, (column) => `${what} has two columns named ${stringify(column.name)}`) : columns),
    primaryKeys: keyed(primaryKeys),
    uniques: keyed(distinct(uniques, (key) => `${what} has two unique keys named ${stringify(key.name)}`)),
    foreignKeys: keyed(config.foreignKeys.map((foreignKey) => recordForeignKey(foreignKey, tableName))),
    indexes: config.indexes.map((one) => recordIndex(one, tableName)),
    policies: keyed(distinct(config.policies.map(recordPolicy), (policy) => `${what} has two policies named ${stringify(policy.name)}`)),
    checks: keyed(distinct(checks, (constraint) => `${what} has two checks named ${stringify(constraint.name)}`)),
    at: at ?? null,
  };
}

// ---- everything else ---------------------------------------------------------------------------------------------------------

function recordView(view) {
  const { name: ownName, schema, query, options, materialized, at } = view[VIEW];
  const viewName = name(ownName, "the name of a view", at);
  const what = `the view ${stringify(viewName)}`;
  refuseStandIn(query, `the query of ${what}`, at);
  return {
    name: viewName,
    schema: optional(schema, `the schema of ${what}`, at) ?? "public",
    definition: text(query, { inline: true }, `the query of ${what}`, at) ?? "",
    materialized,
    with: options.with
      ? Object.entries(options.with).filter(([, value]) => value !== undefined).map(([key, value]) => {
          refuseStandIn(value, `the options of ${what}`, at);
          return [key, String(value)];
        })
      : null,
    withNoData: Boolean(options.withNoData),
    using: optional(options.using, `the method of ${what}`, at),
    tablespace: optional(options.tablespace, `the tablespace of ${what}`, at),
    uses: viewsIn(query),
    at: at ?? null,
  };
}
// The views that a query names, itself or in what it is made of.
function viewsIn(query) {
  const found = new Set();
  const visited = new Set();
  const visit = (chunk) => {
    if (typeof chunk !== "object" || chunk === null || visited.has(chunk)) return;
    visited.add(chunk);
    if (chunk instanceof View) found.add(qualifiedKey({ schema: chunk[VIEW].schema, name: chunk[VIEW].originalName }));
    else if (Array.isArray(chunk)) chunk.forEach(visit);
    else if (chunk instanceof SQL) chunk.queryChunks.forEach(visit);
    else if (chunk instanceof Aliased) visit(chunk.sql);
    else if (chunk instanceof Subquery) visit(chunk._.sql);
    else if (chunk instanceof Param) visit(chunk.value);
    else if (!(chunk instanceof Table || chunk instanceof Column) && isWrapper(chunk)) visit(chunk.getSQL());
  };
  visit(query);
  return [...found];
}
function recordEnum(type) {
  const what = `the enum ${describe(type.enumName)}`;
  if (dialect === "1.0" && new Set(type.enumValues).size < type.enumValues.length) throw new SchemaError(`${what} has a value twice`, type.at);
  return {
    name: name(type.enumName, "the name of an enum", type.at),
    schema: optional(type.schema, `the schema of ${what}`, type.at) || "public",
    values: type.enumValues.map((value) => name(value, `a value of ${what}`, type.at)),
    at: type.at ?? null,
  };
}
function recordSequence({ seqName, seqOptions, schema, at }) {
  const what = `the sequence ${describe(seqName)}`;
  return {
    name: name(seqName, "the name of a sequence", at),
    schema: optional(schema, `the schema of ${what}`, at) ?? "public",
    ...sequenceValues(seqOptions, LIMITS.bigint, what, at),
    at: at ?? null,
  };
}
function recordRole({ name: ownName, createDb, createRole, inherit, at }) {
  return {
    name: name(ownName, "the name of a role", at),
    createDb: flag(createDb ?? false, "createDb of a role", at),
    createRole: flag(createRole ?? false, "createRole of a role", at),
    inherit: flag(inherit ?? true, "inherit of a role", at),
    at: at ?? null,
  };
}

const tableRef = (table) => ({ schema: table[META].schema ?? null, name: table[META].name });
function recordRelations(declared) {
  const table = declared.table;
  if (!(table instanceof Table)) return [];
  const made = [];
  const relation = (kind) => (target, config) => {
    const known = { kind, target, config };
    return known;
  };
  let declarations;
  try {
    declarations = declared.config({ one: relation("one"), many: relation("many") }) ?? {};
  } catch (error) {
    noteOnce(`the relations of ${describe(table[META].name)} could not be read: ${error?.message}`);
    return [];
  }
  for (const [key, { kind, target, config } = {}] of Object.entries(declarations)) {
    if (!(target instanceof Table)) continue;
    const named = (columns) => (Array.isArray(columns) ? columns.filter((column) => column instanceof Column).map(columnName) : []);
    made.push({
      table: tableRef(table),
      name: key,
      kind,
      target: tableRef(target),
      fields: named(config?.fields),
      references: named(config?.references),
      relationName: typeof config?.relationName === "string" ? config.relationName : null,
      at: declared.at ?? null,
    });
  }
  return made;
}

function collect(value, exported, found) {
  if (isStandIn(value)) return collectStandIn(value, exported);
  if (isPgEnum(value)) found.enums.push(value);
  else if (value instanceof Table) found.tables.add(value[META].self);
  else if (value instanceof Schema) found.schemas.push(value);
  else if (value instanceof View) (value[VIEW].materialized ? found.materialized : found.views).add(value);
  else if (value instanceof Sequence) found.sequences.push(value);
  else if (value instanceof Role) found.roles.push(value);
  else if (value instanceof Policy) found.policies.add(value);
  else if (value instanceof Relations) found.relations.add(value);
  else if (value instanceof ViewBuilder) noteOnce(`the view ${describe(value.name)} has no .as(), so it is left out`);
}

function checkIndexes(tables) {
  const seen = new Map();
  for (const { schema, indexes } of tables) {
    for (const { name: indexName, at } of indexes) {
      const key = `${schema ?? "public"}.${indexName}`;
      if (seen.has(key)) throw new SchemaError(`two indexes of the schema ${stringify(schema ?? "public")} are named ${stringify(indexName)}`, at);
      seen.set(key, at);
    }
  }
}
const byKey = (entries, key) => {
  const object = Object.create(null);
  for (const entry of entries) object[key(entry)] = entry;
  return Object.values(object);
};
const firstByKey = (entries, key) => {
  const object = Object.create(null);
  for (const entry of entries) object[key(entry)] ??= entry;
  return Object.values(object);
};
const qualifiedKey = ({ schema, name: ownName }) => `${schema ?? "public"}.${ownName}`;

function linkPolicies(policies, tables) {
  const apart = [];
  const owners = new Map(tables.map((table) => [qualifiedKey(table), table]));
  for (const policy of policies) {
    if (!policy.linkedTable) {
      noteOnce(`the policy ${describe(policy.name)} is in no table and has no .link(), so it is left out`);
      continue;
    }
    refuseStandIn(policy.linkedTable, `the table of the policy ${describe(policy.name)}`, policy.at);
    const { schema, name: tableName } = tableRef(policy.linkedTable);
    const recorded = recordPolicy(policy);
    // drizzle-kit 1.0 writes them before the policies that stand in a table.
    const owner = dialect === "1.0" ? undefined : owners.get(qualifiedKey({ schema, name: tableName }));
    const siblings = owner ? owner.policies : apart;
    if (siblings.some((other) => other.name === recorded.name))
      throw new SchemaError(`there are two policies named ${stringify(recorded.name)}`, recorded.at);
    siblings.push(owner ? recorded : { ...recorded, on: { schema: schema ?? "public", name: tableName } });
  }
  return apart;
}

// drizzle-kit 1.0 stops where two things have one name; 0.31 takes the later one.
function onlyOnce(recorded, kind) {
  if (dialect === "1.0")
    distinct(recorded.map((one) => ({ ...one, name: qualifiedKey(one) })), (one) => `there are two ${kind} named ${stringify(one.name)}`);
  return recorded;
}

function recordAll(entryIds) {
  const found = {
    tables: new Set(), enums: [], schemas: [], sequences: [], roles: [], policies: new Set(), views: new Set(),
    materialized: new Set(), relations: new Set(),
  };
  for (const id of entryIds) {
    const exports = space(id);
    collectStars(id);
    for (const key of Object.keys(exports)) collect(exports[key], key, found);
  }
  const tables = byKey(onlyOnce([...found.tables].map(recordTable), "tables"), qualifiedKey);
  checkIndexes(tables);
  const views = [...found.views, ...found.materialized].map((view) => ({ ...recordView(view), isExisting: view[VIEW].isExisting }));
  distinct(views.map((view) => ({ ...view, name: qualifiedKey(view) })), (view) => `there are two views named ${stringify(view.name)}`);
  return {
    tables,
    policies: dialect === "1.0" ? linkPolicies(found.policies, tables) : byKey(linkPolicies(found.policies, tables), (policy) => policy.name),
    // In 0.31 the last export of a name counts, even where that enum was exported before another of its name too.
    enums: byKey(onlyOnce([...(dialect === "1.0" ? new Set(found.enums) : found.enums)].map(recordEnum), "enums"), qualifiedKey),
    schemas: byKey(found.schemas.filter((schema) => !schema.isExisting).map(({ schemaName, at }) => ({ name: name(schemaName, "the name of a schema", at), at: at ?? null })).filter((schema) => schema.name !== "public"), (schema) => schema.name),
    sequences: firstByKey(onlyOnce([...new Set(found.sequences)].map(recordSequence), "sequences"), qualifiedKey),
    roles: byKey(found.roles.filter((role) => !role.isExisting).map(recordRole), (role) => role.name),
    views: byKey(views, qualifiedKey).filter((view) => !view.isExisting),
    relations: [...found.relations].flatMap(recordRelations),
  };
}

// ---- the one entrance ----------------------------------------------------------------------------------------------------------

const describeError = (error) => {
  try {
    if (error instanceof SchemaError) return { message: error.message, at: error.at ?? nearby(), package: error.package };
    if (error instanceof NativeError) {
      const frames = thrownAt(error.stack);
      const calls = error.message === "not a function" && isOwn(error.stack);
      return { message: `${error.name}: ${error.message}`, at: frames.length > 0 ? frames : nearby(), calls };
    }
    return { message: isStandIn(error) ? standInMessage(standInNames.get(error), "what was thrown") : String(error), at: nearby() };
  } catch {
    return { message: "the schema's code threw something that cannot be described", at: nearby() };
  }
};

const evaluate = eval;
globalThis.__read = (input) => {
  let loading = true;
  try {
    const { link: graph, code, entries, environment, withheld, firstLine: first, casing: chosen, dialect: meant } = parse(input);
    firstLine = first;
    casing = chosen;
    dialect = meant;
    installGlobals(environment, new Set(withheld));
    link(graph);
    const holder = { defineModule };
    Object.defineProperty(globalThis, "__define", { value: holder.defineModule, configurable: true });
    evaluate(code);
    delete globalThis.__define;
    loading = false;
    for (const id of entries) requireModule(id);
    const model = recordAll(entries);
    return stringify({ model, notes, standIns: standInLabels, touched: [...touched], unset: [...unset], packages: standInPackages, exported: [...exportedPackages] });
  } catch (error) {
    return stringify({ error: { ...describeError(error), loading }, unset: [...unset], standIns: standInLabels, packages: standInPackages });
  }
};
