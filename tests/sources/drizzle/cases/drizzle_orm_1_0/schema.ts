import { and, eq, inArray, isNull, not, or, sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
import { camelCase, pgTableCreator, snakeCase } from 'drizzle-orm/pg-core';

export const users = snakeCase.table('users', {
  userId: pg.serial().primaryKey(),
  firstName: pg.text().notNull().unique(),
  nickName: pg.text('nick').unique('users_nick', { nulls: 'not distinct' }),
  managerId: pg.integer().references((): any => users.userId, { onDelete: 'set null', onUpdate: 'cascade' }),
});
export const app = pg.pgSchema('app');
export const outside = pg.pgSchema('outside').existing();
export const cased = snakeCase.schema('cased');
export const inCased = cased.table('in_cased', { someId: pg.integer().primaryKey() });
export const elsewhere = outside.table('elsewhere', { id: pg.integer() });
export const camel = camelCase.table('camel', { user_id: pg.integer().references(() => users.userId, { name: 'own_name' }) });
export const prefixed = pgTableCreator((name) => `app_${name}`, 'snake_case')('things', { thingName: pg.text() });
export const locked = pg.pgTable.withRLS('locked', { id: pg.integer() });
export const snakeView = snakeCase.view('snake_view').as((qb) => qb.select().from(users));

export const state = app.enum('state', ['a', 'b, c', "it's"]);
export const types = pg.pgTable('types', {
  id: pg.integer().notNull(),
  other: pg.smallint().notNull(),
  bytes: pg.bytea(),
  big: pg.bigint({ mode: 'string' }).default('9007199254740993'),
  amount: pg.numeric({ precision: 6, scale: 2 }).default('1.50'),
  tags: pg.text().array().default(['x', "it's", 'a,b', '']),
  grid: pg.integer().array('[][]').default([[1, 2], [3, 4]]),
  states: state().array().default(['a', 'b, c']),
  state: state().default("it's"),
  at: pg.timestamp({ precision: 3, withTimezone: true }).default(sql`now()::timestamptz`),
  when: pg.timestamp({ mode: 'string' }).default('2024-01-01 00:00:00'),
  zoned: pg.timestamp({ mode: 'string', withTimezone: true }).default('2024-01-01 00:00:00'),
  time: pg.time({ withTimezone: true }).default('12:00:00'),
  json: pg.jsonb().default({ a: "it's", b: [1, null] }),
  texts: pg.jsonb().default('text'),
  place: pg.geometry({ type: 'point', srid: 4326 }).default([1, 2]),
  spot: pg.point({ mode: 'xy' }).default({ x: 1, y: 2 }),
  spots: pg.point().array().default([[1, 2], [3, 4]]),
  line: pg.line({ mode: 'abc' }).default({ a: 1, b: 2, c: 3 }),
  embedding: pg.vector({ dimensions: 3 }).default([1, 2, 3]),
  counted: pg.bigint({ mode: 'number' }).generatedByDefaultAsIdentity({ name: 'counting', startWith: 5 }),
  doubled: pg.integer().generatedAlwaysAs(sql`1 + 1`),
}, (t) => [
  pg.primaryKey({ columns: [t.id, t.other] }),
  pg.unique().on(t.amount),
  pg.unique().on(t.amount, t.big),
  pg.unique('named').on(t.big).nullsNotDistinct(),
  pg.index().on(t.amount, t.at.desc()),
  pg.index('first').using('gin', t.tags.op('array_ops').desc().nullsFirst()).with({ fastupdate: false, gin_pending_list_limit: 64 }),
  pg.uniqueIndex('second').on(sql`lower(${t.when})`).where(and(isNull(t.at), or(eq(t.id, 3), not(inArray(t.other, [1]))))!),
  pg.index('outer').on(users.userId as any),
  pg.check('empty', inArray(t.id, [])),
  pg.check('checked', sql`${t.id} > ${3}`),
  pg.foreignKey({ columns: [t.id], foreignColumns: [users.userId] }).onDelete('cascade'),
  pg.foreignKey({ name: 'users_fk', columns: [t.other], foreignColumns: [inCased.someId] }),
]);
export const aVeryLongTableNameIndeed = pg.pgTable('a_very_long_table_name_indeed', {
  a_very_long_column_name_indeed: pg.integer().references(() => users.userId),
});
export const ofView = pg.pgView('of_view').as((qb) => qb.select({ id: users.userId, name: users.firstName }).from(users));
export const ofAlias = pg.pgView('of_alias').as((qb) => {
  const other = pg.alias(ofView, 'other');
  return qb.select({ id: other.id }).from(other).where(eq(other.id, 3));
});
export const nullable = pg.pgView('nullable').as((qb) => qb.select({ a: sql<string>`max(${users.firstName})`.nullable().as('a') }).from(users));
