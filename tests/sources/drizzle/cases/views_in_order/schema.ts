// Views that use others: drizzle-kit 1.0 writes them after those.
import { eq, sql } from 'drizzle-orm';
import { alias, integer, pgMaterializedView, pgSchema, pgTable, pgView } from 'drizzle-orm/pg-core';

export const t = pgTable('t', { id: integer('id'), a: integer('a') });
export const vDeep = pgMaterializedView('v_deep').as((qb) => qb.select({ id: t.id }).from(t));
export const wOther = pgView('w_other').as((qb) => qb.select({ id: t.id }).from(t));
export const xRows = pgView('x_rows').as((qb) => qb.select({ id: t.id }).from(t));
export const yAlone = pgMaterializedView('y_alone').as((qb) => qb.select({ id: t.id }).from(t));
export const zLast = pgMaterializedView('z_last').as((qb) => qb.select({ id: t.id }).from(t));
const inner = pgSchema('s').view('inner').as((qb) => qb.select({ id: t.id }).from(t));
export const aUnion = pgView('a_union').as((qb) => qb.select({ id: t.id }).from(t).except(qb.select({ id: zLast.id }).from(zLast)));
export const bJoin = pgView('b_join').as((qb) => qb.select({ id: t.id }).from(t).leftJoin(yAlone, eq(yAlone.id, t.id)));
export const cSql = pgView('c_sql', { id: integer('id') }).as(sql`select id from ${bJoin} where id in (select id from ${inner})`);
export const dWith = pgView('d_with').as((qb) => {
  const rows = qb.$with('rows').as(qb.select({ id: xRows.id }).from(xRows));
  return qb.with(rows).select().from(rows);
});
export const eAlias = pgView('e_alias').as((qb) => {
  const other = alias(wOther, 'other');
  return qb.select({ id: t.id }).from(t).innerJoin(other, eq(other.id, t.id));
});
export { inner as fInner };
export const gDeep = pgView('g_deep').as((qb) => {
  const part = qb.select({ id: vDeep.id }).from(vDeep).as('part');
  return qb.select({ id: part.id }).from(part);
});
