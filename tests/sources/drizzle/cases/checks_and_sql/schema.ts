import { and, between, desc, eq, gt, gte, ilike, inArray, isNull, like, lt, lte, ne, not, notInArray, or, sql } from 'drizzle-orm';
import { check, integer, pgEnum, pgSchema, pgTable, text } from 'drizzle-orm/pg-core';

const app = pgSchema('app');
export const kind = pgEnum('kind', ['a', 'b']);
export const statuses = ['open', 'closed'] as const;
const list = sql.join(statuses.map((status) => sql.raw(`'${status}'`)), sql`, `);
export const t1 = pgTable('t1', { id: integer('id'), name: text('name'), parent: integer('parent'), kind: kind('kind') }, (t) => [
  check('c1', sql`${t.id} > 0`),
  check('c2', sql`${t.name} in (${list})`),
  check('c3', sql`length(${t.name}) > ${sql.raw('3')}`),
  check('c4', sql`${sql.identifier('name')} <> 'x'`),
  check('c5', and(isNull(t.parent), isNull(t.name))!),
  check('c6', or(isNull(t.parent), sql`${t.id} <> ${t.parent}`)!),
  check('c7', not(isNull(t.name))),
  check('c8', sql`${t.id} ${sql.raw('>=')} ${t.parent}`),
  check('c9', eq(t.id, t.parent)),
  check('c10', and(gt(t.id, t.parent), lt(t.id, sql`10`), gte(t.id, sql`1`), lte(t.id, sql`5`), ne(t.id, sql`3`))!),
  check('c11', sql`${t1.kind} = 'a'::${kind}`),
  check('c12', sql``),
  check('c13', sql`a${undefined}b`),
  check('c14', and(isNull(t.id))!),
  check('c15', sql.join([sql`a`, sql`b`])),
  check('c16', sql.empty().append(sql`x`)),
  check('c17', like(t.name, sql`'a%'`)),
  check('c18', ilike(t.name, sql`'a%'`)),
  check('c19', between(t.id, sql`1`, sql`2`)),
  check('c20', inArray(t.name, [sql`'a'`, sql`'b'`])),
  check('c21', notInArray(t.name, [])),
  check('c22', sql`exists (select 1 from ${t2} where ${t2.id} = ${t.id})`),
  check('c23', sql`${[t.id, t.parent]} is not null`),
]);
export const t2 = app.table('t2', { id: integer('id'), quoted: text('quo.ted x') }, (t) => [
  check('in_schema', sql`${t.id} > 0 and ${t.quoted} <> ''`),
]);
