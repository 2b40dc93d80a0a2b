import { and, count, desc, eq, gt, sql } from 'drizzle-orm';
import { QueryBuilder, alias, integer, pgMaterializedView, pgSchema, pgTable, pgView, serial, text, timestamp } from 'drizzle-orm/pg-core';

export const app = pgSchema('app');
export const users = pgTable('users', { id: serial('id').primaryKey(), name: text('name'), age: integer('age'), at: timestamp('at') });
export const posts = app.table('posts', { id: serial('id').primaryKey(), userId: integer('user_id'), title: text('title') });
export const v1 = pgView('v1').as((qb) => qb.select().from(users));
export const v2 = pgView('v2', { id: integer('id'), n: text('n') }).as(sql`select ${users.id}, ${users.name} from ${users} where ${users.age} > ${18} and ${users.name} = ${"o'x"}`);
export const v3 = pgView('v3', { id: integer('id') }).existing();
export const v4 = pgView('v4').with({ checkOption: 'cascaded', securityBarrier: true, securityInvoker: false }).as((qb) =>
  qb.select({ id: users.id, upper: sql<string>`upper(${users.name})`.as('upper_name') }).from(users).where(and(eq(users.name, 'x'), gt(users.age, 3))));
export const v5 = app.view('v5').as((qb) => qb.select({ user: users.name, title: posts.title, n: count().as('n') })
  .from(users).leftJoin(posts, eq(posts.userId, users.id)).groupBy(users.name, posts.title).orderBy(desc(users.name)).limit(10).offset(5));
export const v6 = pgView('v6').as((qb) => qb.select().from(v1).where(eq(v1.id, 3)));
export const m1 = pgMaterializedView('m1').using('heap').with({ fillfactor: 90, autovacuumEnabled: true }).tablespace('space').withNoData()
  .as((qb) => qb.selectDistinct({ name: users.name }).from(users));
export const m2 = app.materializedView('m2', { x: integer('x') }).as(sql`select 1 as x`);
export const m3 = pgMaterializedView('m3', { x: integer('x') }).existing();
const manager = alias(users, 'manager');
export const v7 = pgView('v7').as((qb) => qb.select({ id: users.id, boss: manager.name }).from(users).innerJoin(manager, eq(users.age, manager.id)));
const qb = new QueryBuilder();
const sq = qb.select({ id: users.id, total: sql<number>`sum(${users.age})`.as('total') }).from(users).groupBy(users.id).as('sq');
export const v8 = pgView('v8').as((qb) => qb.select({ id: sq.id, total: sq.total }).from(sq).where(gt(sq.total, 10)));
const cte = qb.$with('cte').as(qb.select({ id: posts.id, userId: posts.userId }).from(posts));
export const v9 = pgView('v9').as((qb) => qb.with(cte).select().from(cte));
export const v10 = pgView('v10').as((qb) => qb.select({ id: users.id }).from(users).union(qb.select({ id: posts.id }).from(posts)).orderBy(users.id).limit(4));
export const v11 = pgView('v11').as((qb) => qb.selectDistinctOn([users.age], { id: users.id, age: users.age }).from(users).orderBy(users.age).having(sql`true`));
export const v12 = pgView('v12').as((qb) => qb.select({ u: users, p: { title: posts.title } }).from(users).rightJoin(posts, sql`true`).crossJoin(manager).for('update', { skipLocked: true }));
