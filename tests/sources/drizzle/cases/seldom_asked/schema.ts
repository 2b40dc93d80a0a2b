// What schemas seldom ask of drizzle-orm.
import { getOperators, getOrderByOperators, is, sql } from 'drizzle-orm';
import {
  check, getTableConfig, index, integer, line, pgEnum, pgMaterializedViewWithSchema, pgTable, pgView, pgViewWithSchema,
} from 'drizzle-orm/pg-core';
import * as pg from 'drizzle-orm/pg-core';

const { eq, gt } = getOperators();
const { desc } = getOrderByOperators();
export const t = pgTable('t', { a: integer('a'), b: line('b') }, (t) => [
  check('c', eq(t.a, sql`1`)),
  index('i').on(t.a).where(gt(t.a, sql`5`)),
]);
const { sql: asked } = new pg.QueryBuilder().select({ a: t.a }).from(t).where(gt(t.a, sql`7`)).toSQL();
export const y = pgView('y', { a: integer('a') }).as(sql.raw(asked));
export const v = pgView('v').as((qb) => qb.select().from(t).orderBy(desc(t.a)));
export const w = pgViewWithSchema('w', { a: integer('a') }, 's').as(sql`select 1 as a`);
export const x = pgMaterializedViewWithSchema('x', { a: integer('a') }, 's').as(sql`select 1 as a`);
const { name, indexes, checks } = getTableConfig(t);
export const known = pgEnum('known', [
  name,
  `index ${is(indexes[0], pg.Index)}`,
  `check ${is(checks[0], pg.Check)}`,
  `line ${is(t.b, pg.PgLineTuple)}`,
  Object.keys(getTableConfig(t)).join(),
]);
