import { eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgSchema, pgTable, serial, text, timestamp, uniqueIndex, vector } from 'drizzle-orm/pg-core';

export const s = pgSchema('s');
export const docs = pgTable('docs', {
  id: serial('id').primaryKey(),
  title: text('title').notNull(),
  body: text('body'),
  rank: integer('rank'),
  hidden: boolean('hidden'),
  data: jsonb('data'),
  at: timestamp('at'),
  embedding: vector('embedding', { dimensions: 3 }),
  keyName: text(),
}, (t) => [
  index().on(t.title),
  index('named').on(t.title, t.rank),
  uniqueIndex().on(t.rank, t.hidden),
  uniqueIndex('u_named').on(t.title),
  index('desc').on(t.rank.desc()),
  index('asc').on(t.rank.asc()),
  index('nulls').on(t.rank.desc().nullsFirst(), t.at.nullsFirst(), t.title.asc().nullsLast(), t.hidden.desc().nullsLast()),
  index('opclass').on(t.title.op('text_pattern_ops')),
  index('opclass_desc').on(t.title.op('text_pattern_ops').desc()),
  index('partial').on(t.title).where(sql`${t.hidden} is not true`),
  index('partial_2').on(t.title).where(isNull(t.body)),
  uniqueIndex('partial_3').on(t.title).where(isNotNull(t.body)),
  index('gin').using('gin', t.data),
  index('gin_op').using('gin', t.data.op('jsonb_path_ops')),
  index('hash').using('hash', t.title),
  index('brin').using('brin', t.at).with({ pages_per_range: 32, autosummarize: true }),
  index('hnsw').using('hnsw', t.embedding.op('vector_cosine_ops')).with({ m: 16, ef_construction: 64 }),
  index('expression').on(sql`lower(${t.title})`),
  index('expression_2').using('gin', sql`to_tsvector('english', ${t.title} || ' ' || ${t.body})`),
  index('expression_3').on(sql`${t.at} DESC`, t.rank),
  uniqueIndex('expression_4').on(sql`lower(${t.title})`, t.rank.desc()),
  index('concurrent').on(t.title).concurrently(),
  uniqueIndex('concurrent_2').on(t.title).concurrently().where(sql`true`),
  index('only').onOnly(t.title),
  index().on(t.keyName),
]);
export const inSchema = s.table('in_schema', { id: serial('id'), a: integer('a') }, (t) => ({
  one: index('named').on(t.a),
  two: uniqueIndex().on(t.a, t.id),
}));
