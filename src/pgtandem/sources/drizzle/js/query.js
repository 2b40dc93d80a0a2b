// Views, and the query builder that they are written with.

class Subquery {
  constructor(query, selectedFields, alias, isWith = false) {
    this._ = { sql: query, selectedFields, alias, isWith };
  }
  getSQL() {
    return new SQL([this]);
  }
}

class View extends SQLWrapper {
  constructor(config) {
    super();
    this[VIEW] = config;
  }
  getSQL() {
    return new SQL([this]);
  }
}

// ---- the same table, column or selection under another name ---------------------------------------------------------------

const aliasMeta = (meta, name, replaceOriginal) => ({
  ...meta,
  name,
  isAlias: true,
  originalName: replaceOriginal ? name : meta.originalName,
});
const aliasColumn = (column, table) => new Proxy(column, { get: (target, key) => (key === "table" ? table : target[key]) });

function aliasTable(table, name, replaceOriginal = false) {
  if (table instanceof View) return aliasView(table, name);
  const cache = new Map();
  const aliased = new Proxy(table, {
    get(target, key) {
      if (key === META) {
        const columns = {};
        for (const [field, column] of Object.entries(target[META].columns)) columns[field] = aliasColumn(column, aliased);
        return { ...aliasMeta(target[META], name, replaceOriginal), columns };
      }
      const value = target[key];
      if (!(value instanceof Column)) return value;
      if (!cache.has(key)) cache.set(key, aliasColumn(value, aliased));
      return cache.get(key);
    },
  });
  return aliased;
}
function aliasView(view, name) {
  return new Proxy(view, {
    get(target, key) {
      if (key === VIEW) return { ...target[VIEW], name, isAlias: true };
      const value = target[key];
      return value instanceof Column ? aliasColumn(value, aliasTable(value.table, name)) : value;
    },
  });
}

// Reading a field of a view or a subquery gives that field as the outer query must write it.
function selection(target, options) {
  const field = (value, key) => {
    if (value instanceof Aliased) {
      if (options.aliased === "sql" && !value.isSelectionField) return value.sql;
      const copy = value.clone();
      copy.isSelectionField = true;
      copy.origin = options.alias;
      return copy;
    }
    if (value instanceof SQL) {
      if (options.raw === "sql") return value;
      throw new SchemaError(`the field ${stringify(key)} is raw SQL without a name: add .as("…") to it`, here());
    }
    if (value instanceof Column) {
      if (!options.alias) return value;
      return aliasColumn(value, aliasTable(value.table, options.alias, options.replaceOriginal));
    }
    if (typeof value !== "object" || value === null) return value;
    return selection(value, options);
  };
  return new Proxy(target, {
    get(object, key) {
      if (key === "_" && object instanceof Subquery)
        return { ...object._, selectedFields: selection(object._.selectedFields, options) };
      if (key === VIEW && object instanceof View)
        return { ...object[VIEW], selectedFields: selection(object[VIEW].selectedFields, options) };
      if (typeof key === "symbol") return object[key];
      const fields =
        object instanceof Subquery ? object._.selectedFields : object instanceof View ? object[VIEW].selectedFields : object;
      if (key in fields && Object.prototype.hasOwnProperty.call(fields, key)) return field(fields[key], key);
      return object === fields ? field(fields[key], key) : object[key];
    },
  });
}

// ---- select ------------------------------------------------------------------------------------------------------------

function flattenFields(fields, path = []) {
  return Object.entries(fields).flatMap(([key, field]) => {
    const at = [...path, key];
    refuseStandIn(field, `the field ${stringify(key)} of a query`, null);
    if (field instanceof Column || field instanceof SQL || field instanceof Aliased || field instanceof Subquery) return [{ path: at, field }];
    if (field instanceof Table) return flattenFields(field[META].columns, at);
    return flattenFields(field, at);
  });
}
const sameName = (source) => {
  if (source instanceof Subquery) return source._.alias;
  if (source instanceof View) return source[VIEW].name;
  if (source instanceof SQL) return undefined;
  return source[META].isAlias ? source[META].name : source[META].baseName;
};
const fieldsOf = (source) => {
  if (source instanceof Subquery) return Object.fromEntries(Object.keys(source._.selectedFields).map((key) => [key, source[key]]));
  if (source instanceof View) return source[VIEW].selectedFields;
  if (source instanceof SQL) return {};
  return source[META].columns;
};
const joinFields = (source) => {
  if (source instanceof Subquery) return source._.selectedFields;
  if (source instanceof View) return source[VIEW].selectedFields;
  return source[META].columns;
};
const bare = (column) => new Name(columnName(column));
const part = (word, value) => (value ? sql`${sql.raw(word)}${value}` : undefined);
const list = (chunks) => sql.join(chunks, sql`, `);

class Select extends SQLWrapper {
  constructor({ source, fields, withList, distinct }) {
    super();
    this.config = { source, withList, distinct, fields: { ...(fields ?? fieldsOf(source)) }, joins: [], setOperators: [] };
    this.isPartial = fields !== undefined;
    this.sourceName = sameName(source);
    this.names = typeof this.sourceName === "string" ? [this.sourceName] : [];
    for (const [method, joinType, lateral] of JOINS) this[method] = (table, on) => this.join(joinType, lateral, table, on);
    for (const [method, type, isAll] of SET_OPERATORS) this[method] = (right) => this.combine(type, isAll, right);
  }
  join(joinType, lateral, table, on) {
    const { config } = this;
    const alias = sameName(table);
    if (typeof alias === "string" && config.joins.some((join) => join.alias === alias))
      throw new SchemaError(`the alias ${stringify(alias)} is already used in this query`, here());
    if (!this.isPartial) {
      if (this.names.length === 1 && typeof this.sourceName === "string") config.fields = { [this.sourceName]: config.fields };
      if (typeof alias === "string" && !(table instanceof SQL)) config.fields[alias] = joinFields(table);
    }
    const condition = typeof on === "function" ? on(selection(config.fields, { aliased: "sql", raw: "sql" })) : on;
    config.joins.push({ on: condition, table, joinType, alias, lateral });
    if (typeof alias === "string" && !this.names.includes(alias)) this.names.push(alias);
    return this;
  }
  combine(type, isAll, right) {
    const other = typeof right === "function" ? right(SET_FUNCTIONS) : right;
    this.config.setOperators.push({ type, isAll, right: other });
    return this;
  }
  where(where) {
    return this.set({ where: this.onFields(where) });
  }
  having(having) {
    return this.set({ having: this.onFields(having) });
  }
  groupBy(...groupBy) {
    return this.set({ groupBy: this.asList(groupBy) });
  }
  orderBy(...orderBy) {
    const listed = this.asList(orderBy);
    return this.config.setOperators.length > 0 ? this.setLast({ orderBy: listed }) : this.set({ orderBy: listed });
  }
  limit(limit) {
    return this.config.setOperators.length > 0 ? this.setLast({ limit }) : this.set({ limit });
  }
  offset(offset) {
    return this.config.setOperators.length > 0 ? this.setLast({ offset }) : this.set({ offset });
  }
  for(strength, config = {}) {
    return this.set({ locking: { strength, config } });
  }
  set(values) {
    Object.assign(this.config, values);
    return this;
  }
  setLast(values) {
    Object.assign(this.config.setOperators.at(-1), values);
    return this;
  }
  onFields(value) {
    return typeof value === "function" ? value(selection(this.config.fields, { aliased: "sql", raw: "sql" })) : value;
  }
  asList(values) {
    if (typeof values[0] !== "function") return values;
    const made = values[0](selection(this.config.fields, { aliased: "alias", raw: "sql" }));
    return Array.isArray(made) ? made : [made];
  }
  getSelectedFields() {
    return selection(this.config.fields, { alias: this.sourceName, aliased: "alias", raw: "error" });
  }
  as(alias) {
    return selection(new Subquery(this.getSQL(), this.config.fields, alias), { alias, aliased: "alias", raw: "error" });
  }
  $dynamic() {
    return this;
  }
  toSQL() {
    return this.getSQL().toQuery();
  }
  getSQL() {
    const query = selectSQL(this.config);
    return this.config.setOperators.reduce(setOperation, query);
  }
}
const JOINS = [
  ["leftJoin", "left", false], ["leftJoinLateral", "left", true], ["rightJoin", "right", false], ["innerJoin", "inner", false],
  ["innerJoinLateral", "inner", true], ["fullJoin", "full", false], ["crossJoin", "cross", false],
  ["crossJoinLateral", "cross", true],
];
const SET_OPERATORS = [
  ["union", "union", false], ["unionAll", "union", true], ["intersect", "intersect", false], ["intersectAll", "intersect", true],
  ["except", "except", false], ["exceptAll", "except", true],
];
const SET_FUNCTIONS = Object.fromEntries(
  SET_OPERATORS.map(([name]) => [name, (first, ...others) => others.reduce((left, right) => left[name](right), first)]),
);

function checkJoined(fields, { source, joins }) {
  const own = source instanceof Table ? source[META].name : sameName(source);
  for (const { path, field } of fields) {
    if (!(field instanceof Column)) continue;
    const { name, isAlias, baseName } = field.table[META];
    if (name === own || joins.some(({ alias }) => alias === (isAlias ? name : baseName))) continue;
    throw new SchemaError(`the field ${stringify(path.join("."))} is of the table ${stringify(name)}, which the query does not join`, field.at);
  }
}
// drizzle-orm 1.0 leaves an expression alone that is of another table too.
const isOf = (query, source) =>
  dialect !== "1.0" || query.queryChunks.every((chunk) => !(chunk instanceof Column) || !(source instanceof Table) || chunk.table[META].name === source[META].name);
function selectionSQL(fields, isSingle, source) {
  const one = ({ field }) => {
    if (field instanceof Aliased && field.isSelectionField) {
      const isQualified = dialect === "1.0" && !isSingle && field.origin !== undefined;
      return isQualified ? sql`${new Name(field.origin)}.${new Name(field.fieldAlias)}` : new Name(field.fieldAlias);
    }
    if (field instanceof Aliased || field instanceof SQL) {
      const query = field instanceof Aliased ? field.sql : field;
      const written = isSingle && isOf(query, source) ? new SQL(query.queryChunks.map((chunk) => (chunk instanceof Column ? bare(chunk) : chunk))) : query;
      return field instanceof Aliased ? sql`${written} as ${new Name(field.fieldAlias)}` : written;
    }
    if (field instanceof Column && field[ALIASED]) return sql`${isSingle ? bare(field[ALIASED]) : field[ALIASED]} as ${new Name(field.name)}`;
    if (field instanceof Column) return isSingle ? bare(field) : field;
    return field;
  };
  return list(fields.map(one));
}
function sourceSQL(source) {
  const { schema, originalName, name, isAlias } = (source instanceof Table ? source[META] : source instanceof View ? source[VIEW] : undefined) ?? {};
  if (!isAlias) return source;
  return sql`${schema ? sql`${new Name(schema)}.` : undefined}${new Name(originalName)} ${new Name(name)}`;
}
function joinSQL({ table, joinType, lateral, on, alias }) {
  const condition = on ? sql` on ${on}` : undefined;
  const before = sql.raw(`${joinType} join${lateral ? " lateral" : ""} `);
  if (!(table instanceof Table) && !(table instanceof View)) return sql`${before}${table}${condition}`;
  const { schema, name, originalName } = table instanceof Table ? table[META] : table[VIEW];
  const as = name === originalName ? undefined : sql` ${new Name(alias)}`;
  return sql`${before}${schema ? sql`${new Name(schema)}.` : undefined}${new Name(originalName)}${as}${condition}`;
}
const withSQL = (queries) =>
  queries?.length ? sql`with ${list(queries.map((query) => sql`${new Name(query._.alias)} as (${query._.sql})`))} ` : undefined;
const hasLimit = (limit) => typeof limit === "object" || (typeof limit === "number" && limit >= 0);

function lockingSQL(locking) {
  if (!locking) return undefined;
  const { strength, config } = locking;
  const of = config.of ? sql` of ${list([config.of].flat())}` : undefined;
  const wait = config.noWait ? sql` nowait` : config.skipLocked ? sql` skip locked` : undefined;
  return sql` for ${sql.raw(strength)}${of}${wait}`;
}

function selectSQL(config) {
  const fields = flattenFields(config.fields);
  checkJoined(fields, config);
  const { distinct, joins, groupBy, orderBy, limit, offset } = config;
  const distinctSQL =
    distinct === true ? sql` distinct` : distinct ? sql` distinct on (${list(distinct.on)})` : undefined;
  const joined = joins.length > 0 ? sql` ${sql.join(joins.map(joinSQL), sql` `)}` : undefined;
  return sql.join([
    withSQL(config.withList), sql`select`, distinctSQL, sql` `, selectionSQL(fields, joins.length === 0, config.source), sql` from `,
    sourceSQL(config.source), joined, part(" where ", config.where), groupBy?.length ? sql` group by ${list(groupBy)}` : undefined,
    part(" having ", config.having), orderBy?.length ? sql` order by ${list(orderBy)}` : undefined,
    hasLimit(limit) ? sql` limit ${limit}` : undefined, offset ? sql` offset ${offset}` : undefined, lockingSQL(config.locking),
  ]);
}

function setOperation(left, { type, isAll, right, orderBy, limit, offset }) {
  const ordered = (orderBy ?? []).map((value) => {
    if (value instanceof Column) return new Name(value.name);
    if (value instanceof SQL) return new SQL(value.queryChunks.map((chunk) => (chunk instanceof Column ? new Name(chunk.name) : chunk)));
    return value;
  });
  return sql.join([
    sql`(${left.getSQL()}) `, sql.raw(`${type} ${isAll ? "all " : ""}`), sql`(${right.getSQL()})`,
    ordered.length > 0 ? sql` order by ${list(ordered)}${dialect === "1.0" ? undefined : sql` `}` : undefined, hasLimit(limit) ? sql` limit ${limit}` : undefined,
    offset ? sql` offset ${offset}` : undefined,
  ]);
}

const selecting = (withList) => {
  const from = (fields, distinct) => ({ from: (source) => new Select({ source, fields, withList, distinct }) });
  return {
    select: (fields) => from(fields, undefined),
    selectDistinct: (fields) => from(fields, true),
    selectDistinctOn: (on, fields) => from(fields, { on }),
  };
};
class QueryBuilder {
  constructor() {
    Object.assign(this, selecting([]));
    this.with = (...queries) => selecting(queries);
    this.$with = (alias, fields) => ({
      as: (query) => {
        const made = typeof query === "function" ? query(this) : query;
        const selected = fields ?? made.getSelectedFields?.() ?? {};
        return selection(new Subquery(made.getSQL(), selected, alias, true), { alias, aliased: "alias", raw: "error" });
      },
    });
  }
  $count(source, filters) {
    return sql`(select count(*) from ${source}${filters ? sql.raw(" where ") : undefined}${filters})`;
  }
}

// ---- views -------------------------------------------------------------------------------------------------------------

// A view without its .as() or .existing().
class ViewBuilder {
  constructor(name) {
    this.name = name;
  }
}
function viewBuilder(name, columns, schema, materialized, rename) {
  const at = here();
  const options = {};
  const finish = (query, selectedFields) => {
    const config = { name, originalName: name, schema, selectedFields, query, options, materialized, isExisting: !query, isAlias: false, at };
    return selection(new View(config), { alias: name, aliased: "alias", raw: "error", replaceOriginal: true });
  };
  const set = (key) => (value) => {
    options[key] = value;
    return builder;
  };
  const builder = Object.assign(new ViewBuilder(name), { with: set("with") });
  if (materialized) Object.assign(builder, { using: set("using"), tablespace: set("tablespace"), withNoData: () => set("withNoData")(true) });
  if (columns) {
    const fields = makeTable(name, columns, undefined, undefined, { rename })[META].columns;
    builder.existing = () => finish(undefined, fields);
    builder.as = (query) => {
      refuseStandIn(query, `the query of the view ${describe(name)}`, at);
      if (!(query instanceof SQL)) throw new SchemaError(`the view ${describe(name)} has its columns listed, so its query is sql\`\``, at);
      return finish(query.inlineParams(), fields);
    };
    return builder;
  }
  builder.as = (query) => {
    const made = typeof query === "function" ? query(new QueryBuilder()) : query;
    refuseStandIn(made, `the query of the view ${describe(name)}`, at);
    if (made instanceof SQL) throw new SchemaError(`the view ${describe(name)} is made of sql\`\`, so its columns have to be listed: pgView(name, { … })`, at);
    if (typeof made?.getSelectedFields !== "function") throw new SchemaError(`the view ${describe(name)} is not made of a query`, at);
    const fields = selection(made.getSelectedFields(), { alias: name, aliased: "alias", raw: "error", replaceOriginal: true });
    return finish(made.getSQL().inlineParams(), fields);
  };
  return builder;
}
const pgView = (name, columns) => viewBuilder(name, columns, undefined, false);
const pgMaterializedView = (name, columns) => viewBuilder(name, columns, undefined, true);
