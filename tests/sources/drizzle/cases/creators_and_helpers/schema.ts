import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import { CasingCache } from 'drizzle-orm/casing';
import { index, integer, pgTable, pgTableCreator, serial, text, timestamp, uuid, varchar } from 'drizzle-orm/pg-core';

const createTable = pgTableCreator((name) => `app_${name}`);
const timestamps = {
  createdAt: timestamp('created_at').defaultNow().notNull(),
  updatedAt: timestamp('updated_at').$onUpdate(() => new Date()),
};
const id = () => uuid('id').primaryKey().default(sql`gen_random_uuid()`);
const fk = (name: string) => integer(name).notNull();
function base<T extends string>(prefix: T) {
  return { [`${prefix}Name`]: varchar(`${prefix}_name`, { length: 10 }) } as Record<`${T}Name`, ReturnType<typeof varchar>>;
}
const slug = text('slug').unique();
export const a = createTable('a', { id: id(), ...timestamps, ...base('first'), slug }, (t) => [index().on(t.slug)]);
export const b = createTable('b', { id: serial('id').primaryKey(), aId: fk('a_id'), ...timestamps, slug });
const { createdAt, ...rest } = getTableColumns(b);
export const c = pgTable(`${getTableName(a)}_copy`, { n: integer('n').default(Object.keys(rest).length) });
for (const [key, value] of Object.entries({ x: 1 })) {
  if (key === 'x') void value;
}
export const tables = { a, b };
export default pgTable('the_default', { id: integer('id') });
export const { d, list: [e] } = { d: pgTable('d', { id: integer('id') }), list: [pgTable('e', { id: integer('id') })] };
export { a as again, c as Zed };
export const 日本 = pgTable('日本', { 名前: text('名前').default('太郎'), emoji: text().default('😀') });

const cased = new CasingCache('snake_case');
const keyed = pgTable('keyed', { firstName: text(), lastName: text('lastName') });
export const names = pgTable('names', { a: text().default(cased.getColumnCasing(keyed.firstName) + cased.getColumnCasing(keyed.lastName)) });
