// Types of a schema's own that are arrays by their names.
import { sql } from 'drizzle-orm';
import { customType, pgTable } from 'drizzle-orm/pg-core';

const own = (name: string) => customType<{ data: unknown }>({ dataType: () => name });
const [texts, numbers, citexts, three, documents, decimals, table, words] = ['text[]', 'integer[]', 'citext[]', 'text[3]', 'jsonb[]', 'numeric(3,1)[]', 'text[][]', 'varchar(3)[]'].map(own);
export const t = pgTable('t', {
  texts: texts('texts').notNull(),
  numbers: numbers('numbers').default(sql`'{}'`),
  citexts: citexts('citexts'),
  three: three('three'),
  documents: documents('documents').default(sql`'{}'`),
  decimals: decimals('decimals'),
  table: table('table').default(sql`'{}'`),
  words: words('words'),
});
export const defaults = pgTable('defaults', {
  texts: texts('texts').default(['x']),
  empty: texts('empty').default([]),
  numbers: numbers('numbers').default([1, 2]),
  decimals: decimals('decimals').default([1, 2]),
  words: words('words').default(['x', 'y z']),
});
