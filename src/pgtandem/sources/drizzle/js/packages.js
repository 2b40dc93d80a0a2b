// The packages that schemas import and that are recorded rather than run: what each of them exports.

// `is(column, PgText)`: a column's class is its kind.
const kindClass = (matches) => {
  const type = function () {};
  Object.defineProperty(type, Symbol.hasInstance, { value: matches });
  return type;
};
const columnClasses = {};
for (const { columnType } of [...Object.values(KINDS), ENUM, ENUM_OBJECT, ARRAY, { columnType: "PgCustomColumn" }]) {
  columnClasses[columnType] = kindClass((value) => value instanceof Column && value.columnType === columnType);
  columnClasses[`${columnType}Builder`] = kindClass((value) => value instanceof ColumnBuilder && value.kind.columnType === columnType);
}

columnClasses.PgLineTuple = columnClasses.PgLine;
columnClasses.PgLineTupleBuilder = columnClasses.PgLineBuilder;

const unionOf = (name) => (first, ...others) => others.reduce((left, right) => left[name](right), first);
const TableSymbol = { Name: Symbol.for("drizzle:Name"), Schema: Symbol.for("drizzle:Schema"), Columns: Symbol.for("drizzle:Columns") };
for (const [key, read] of [
  [TableSymbol.Name, (meta) => meta.name],
  [TableSymbol.Schema, (meta) => meta.schema],
  [TableSymbol.Columns, (meta) => meta.columns],
]) Object.defineProperty(Table.prototype, key, { get() { return read(this[META]); }, enumerable: false });
Table.Symbol = TableSymbol;
Object.defineProperty(Table.prototype, "_", {
  get() {
    const { name, schema, columns } = this[META];
    return { brand: "Table", name, schema, columns };
  },
  enumerable: false,
});

const viewConfig = (view) => ({ ...view[VIEW], ...view[VIEW].options });
const views = {
  isPgView: (value) => value instanceof View && !value[VIEW].materialized,
  isPgMaterializedView: (value) => value instanceof View && value[VIEW].materialized,
};

const drizzleOrm = {
  sql, SQL, Param, Placeholder, Name, StringChunk: Text, Column, ColumnBuilder, Table, View, Subquery, Relations, is, relations,
  name: (value) => new Name(value),
  param: (value, encoder) => new Param(value, encoder),
  placeholder: (value) => new Placeholder(value),
  getTableColumns, getTableName, getTableUniqueName: (table) => `${table[META].schema ?? "public"}.${table[META].name}`,
  getColumns: (source) => (source instanceof View ? source[VIEW].selectedFields : source instanceof Subquery ? source._.selectedFields : getTableColumns(source)),
  getViewSelectedFields: (view) => view[VIEW].selectedFields,
  getViewName: (view) => view[VIEW].name,
  isTable: (value) => value instanceof Table,
  isView: (value) => value instanceof View,
  isSQLWrapper: isWrapper,
  bindIfParam: bound,
  aliasedTable: (table, name) => aliasTable(table, name),
  aliasedTableColumn: (column, name) => aliasColumn(column, aliasTable(column.table, name)),
  getOperators: () => ({ ...operators, sql }),
  getOrderByOperators: () => ({ sql, asc: operators.asc, desc: operators.desc }),
  createTableRelationsHelpers: () => ({ one: () => undefined, many: () => undefined }),
  ...operators,
  ...functions,
};

const pgCore = {
  pgTable, pgTableCreator, pgSchema, pgEnum, pgSequence, pgView, pgMaterializedView, pgPolicy, pgRole,
  primaryKey, foreignKey, unique, uniqueKeyName, check, index, uniqueIndex,
  alias: (table, name) => aliasTable(table, name),
  snakeCase: casedFunctions("snake_case"), camelCase: casedFunctions("camelCase"),
  isPgEnum, isPgSchema: (value) => value instanceof Schema, isPgSequence: (value) => value instanceof Sequence, ...views,
  pgEnumWithSchema: enumeration, pgEnumObjectWithSchema: enumeration,
  pgTableWithSchema: (name, columns, extras, schema, baseName) => makeTable(name, columns, extras, schema, { baseName }),
  pgSequenceWithSchema: (name, options, schema) => new Sequence(name, options, schema),
  getTableConfig: tableConfig, getViewConfig: viewConfig, getMaterializedViewConfig: viewConfig,
  pgViewWithSchema: (name, columns, schema, given) => viewBuilder(name, columns, schema, false, renaming(given)),
  pgMaterializedViewWithSchema: (name, columns, schema, given) => viewBuilder(name, columns, schema, true, renaming(given)),
  QueryBuilder, PgTable: Table, PgColumn: OwnColumn, PgColumnBuilder: OwnColumnBuilder, PgIntColumnBuilder: OwnColumnBuilder,
  PgIntColumnBaseBuilder: OwnColumnBuilder, PgDateColumnBuilder: OwnColumnBuilder, PgDateColumnBaseBuilder: OwnColumnBuilder, PgSchema: Schema, PgSequence: Sequence,
  PgPolicy: Policy, PgRole: Role, Index: IndexBuilder, Check: CheckBuilder, IndexBuilder, IndexBuilderOn, CheckBuilder, ForeignKeyBuilder, ForeignKey, PrimaryKeyBuilder,
  UniqueConstraintBuilder: UniqueBuilder, ExtraConfigColumn: ExtraColumn,
  PgView: kindClass(views.isPgView), PgMaterializedView: kindClass(views.isPgMaterializedView), PgViewBase: View,
  getPgColumnBuilders: () => columnFunctions,
  union: unionOf("union"), unionAll: unionOf("unionAll"), intersect: unionOf("intersect"),
  intersectAll: unionOf("intersectAll"), except: unionOf("except"), exceptAll: unionOf("exceptAll"),
  ...columnFunctions,
  ...columnClasses,
  ...operators,
  ...pgExpressions,
};

const supabaseAuth = new Schema("auth");
const supabaseRealtime = new Schema("realtime");
const zoned = { withTimezone: true };
const existingRole = (name) => new Role(name).existing();
const supabase = {
  anonRole: existingRole("anon"),
  authenticatedRole: existingRole("authenticated"),
  serviceRole: existingRole("service_role"),
  postgresRole: existingRole("postgres_role"),
  supabaseAuthAdminRole: existingRole("supabase_auth_admin"),
  authUsers: supabaseAuth.table("users", {
    id: columnFunctions.uuid().primaryKey().notNull(),
    email: columnFunctions.varchar({ length: 255 }),
    phone: columnFunctions.text().unique(),
    emailConfirmedAt: columnFunctions.timestamp("email_confirmed_at", zoned),
    phoneConfirmedAt: columnFunctions.timestamp("phone_confirmed_at", zoned),
    lastSignInAt: columnFunctions.timestamp("last_sign_in_at", zoned),
    createdAt: columnFunctions.timestamp("created_at", zoned),
    updatedAt: columnFunctions.timestamp("updated_at", zoned),
  }),
  realtimeMessages: supabaseRealtime.table("messages", {
    id: columnFunctions.bigserial({ mode: "bigint" }).primaryKey(),
    topic: columnFunctions.text().notNull(),
    extension: columnFunctions.text({ enum: ["presence", "broadcast", "postgres_changes"] }).notNull(),
  }),
  authUid: sql`(select auth.uid())`,
  realtimeTopic: sql`realtime.topic()`,
};

function crudPolicy({ role, read, modify }) {
  refuseStandIn(role, "the role of crudPolicy()", here());
  if (read === undefined) throw new SchemaError("crudPolicy() needs `read` (true, false, null or sql``)", here());
  if (modify === undefined) throw new SchemaError("crudPolicy() needs `modify` (true, false, null or sql``)", here());
  const rule = (value) => (value === true ? sql`true` : value === false ? sql`false` : value);
  const name = [role].flat().map((one) => (one instanceof Role ? one.name : one)).join("-");
  const [using, checking] = [rule(read), rule(modify)];
  const policy = (command, config) => new Policy(`crud-${name}-policy-${command}`, { for: command, to: role, ...config });
  return [
    using && policy("select", { using }),
    checking && policy("insert", { withCheck: checking }),
    checking && policy("update", { using: checking, withCheck: checking }),
    checking && policy("delete", { using: checking }),
  ].filter(Boolean);
}
const neon = {
  crudPolicy,
  authenticatedRole: existingRole("authenticated"),
  anonymousRole: existingRole("anonymous"),
  authUid: (column) => sql`(select auth.user_id() = ${column})`,
  usersSync: new Schema("neon_auth").table("users_sync", {
    rawJson: columnFunctions.jsonb("raw_json").notNull(),
    id: columnFunctions.text().primaryKey().notNull(),
    name: columnFunctions.text(),
    email: columnFunctions.text(),
    createdAt: columnFunctions.timestamp("created_at", { ...zoned, mode: "string" }),
    deletedAt: columnFunctions.timestamp("deleted_at", { ...zoned, mode: "string" }),
    updatedAt: columnFunctions.timestamp("updated_at", { ...zoned, mode: "string" }),
  }),
};

class CasingCache {
  constructor(given) {
    this.convert = renaming(given) ?? ((name) => name);
  }
  getColumnCasing(column) {
    return column.keyAsName ? this.convert(column.name) : column.name;
  }
  clearCache() {}
}

const { getOperators, getOrderByOperators } = drizzleOrm;
const ofRelations = { relations, Relations, getOperators, getOrderByOperators };
const packages = {
  "drizzle-orm": drizzleOrm,
  "drizzle-orm/pg-core": pgCore,
  "drizzle-orm/pg-core/columns": pgCore,
  "drizzle-orm/relations": ofRelations,
  "drizzle-orm/_relations": ofRelations,
  "drizzle-orm/sql": drizzleOrm,
  "drizzle-orm/sql/sql": drizzleOrm,
  "drizzle-orm/supabase": supabase,
  "drizzle-orm/supabase/rls": supabase,
  "drizzle-orm/neon": neon,
  "drizzle-orm/neon/rls": neon,
  "drizzle-orm/casing": { toSnakeCase, toCamelCase, CasingCache },
  "drizzle-zod": drizzleZod,
  zod,
  "zod/v4": zod,
  "zod/v3": zod,
  "zod/mini": zod,
  buffer: nodeBuffer,
  "node:buffer": nodeBuffer,
};
// A file of drizzle-orm, imported by its path, gives a part of what the package gives.
const ofDrizzle = /^drizzle-orm\/(?:entity|column|column-builder|table|view|utils|alias|subquery|expressions|table\.utils|sql\/.+)(?:\.js)?$/;
// A package may hand drizzle-orm on under a path of its own, as Payload's adapters do.
const handsOn = /^(?:@[^/]+\/)?[^/]+\/drizzle(?=\/|$)/;
function recorded(name) {
  const own = handsOn.test(name) ? name.replace(handsOn, "drizzle-orm") : name;
  return packages[own] ?? (own.startsWith("drizzle-orm/pg-core/") ? pgCore : ofDrizzle.test(own) ? drizzleOrm : undefined);
}
standInPackages.push(...Object.keys(packages).sort((left, right) => right.length - left.length));

// A name that a recorded package does not have is a stand-in too: harmless until the schema needs it.
const missingNames = new Map();
function packageExport(name, exported) {
  const known = recorded(name);
  if (known !== undefined && (known === zod || Object.prototype.hasOwnProperty.call(known, exported))) return known[exported];
  if (exported === "default" && known !== undefined) return known;
  const label = known === undefined ? name : `${name}.${exported}`;
  if (!missingNames.has(label)) {
    standInPackages.push(name);
    missingNames.set(label, standIn(label));
  }
  const root = missingNames.get(label);
  return known === undefined && exported !== "default" ? root[exported] : root;
}

// What the entries hand on of packages that are not run: there may be tables among it.
const exportedPackages = new Set();
function collectStandIn(value, exported) {
  const label = standInNames.get(value);
  // Where a name that does not exist is called, the table that it was to make would be missing without a word.
  const [, pkg, made] = /^(drizzle-orm(?:\/pg-core)?)\.([a-z]\w*)\.\(\)/.exec(label) ?? [];
  if (made !== undefined && (pkg === "drizzle-orm/pg-core" || Object.hasOwn(pgCore, made)))
    throw new SchemaError(`${stringify(exported)} is made by ${made}(), which ${stringify(pkg)} does not have`, standInPlaces.get(value));
  if (!label.includes("(") && !label.startsWith("the global ")) exportedPackages.add(packageOf(label));
}
function collectStars(id, seen = new Set()) {
  if (seen.has(id)) return;
  seen.add(id);
  for (const source of modules[id].stars) {
    if (typeof source === "number") collectStars(source, seen);
    else if (typeof source === "string" && !recorded(source)) exportedPackages.add(source);
  }
}
