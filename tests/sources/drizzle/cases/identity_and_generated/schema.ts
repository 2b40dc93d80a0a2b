import { type SQL, sql } from 'drizzle-orm';
import { bigint, customType, index, integer, pgSchema, pgTable, smallint, text } from 'drizzle-orm/pg-core';

const tsvector = customType<{ data: string }>({ dataType() { return 'tsvector'; } });
const sized = customType<{ data: string; config: { length: number }; configRequired: true }>({
  dataType(config) { return `varchar(${config.length})`; },
  toDriver: (value) => value.toUpperCase(),
});
const optional = customType<{ data: number; config: { precision?: number } }>({
  dataType: (config) => (config?.precision === undefined ? 'money' : `numeric(${config.precision})`),
});
const app = pgSchema('app');
export const ids = pgTable('ids', {
  a: integer('a').primaryKey().generatedAlwaysAsIdentity(),
  b: bigint('b', { mode: 'number' }).generatedByDefaultAsIdentity(),
  c: smallint('c').generatedAlwaysAsIdentity({ name: 'c_seq', startWith: 10, increment: 5, minValue: 2, maxValue: 100, cache: 3, cycle: true }),
  d: integer('d').generatedByDefaultAsIdentity({ increment: -1 }),
  e: bigint('e', { mode: 'bigint' }).generatedAlwaysAsIdentity({ increment: -2, startWith: -5 }),
});
export const inSchema = app.table('in_schema', { id: integer().generatedAlwaysAsIdentity({ startWith: 1000 }) });
export const generated = pgTable('generated', {
  title: text('title').notNull(),
  body: text('body'),
  search: tsvector('search').generatedAlwaysAs((): SQL => sql`to_tsvector('english', ${generated.title})`),
  lower: text('lower').generatedAlwaysAs(sql`lower(title)`).notNull(),
  plain: text('plain').generatedAlwaysAs('upper(title)' as any),
  sized: sized('sized', { length: 10 }).notNull().default('x'),
  fromKey: optional(),
  fromKeyWith: optional({ precision: 4 }),
  list: tsvector('list').array(),
}, (t) => [index('search_index').using('gin', t.search)]);
