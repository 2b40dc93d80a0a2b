// drizzle-orm 1.0: columns of one table made builders again for another.
import { getColumns, sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';

export const mood = pg.pgEnum('mood', ['sad', 'ok']);
const sized = pg.customType<{ data: string; config: { n: number } }>({ dataType: (given) => `varchar(${given?.n ?? 1})` });
export const first = pg.snakeCase.table('first', {
  id: pg.serial().primaryKey(),
  firstName: pg.text().notNull().unique(),
  number: pg.integer('a number').references((): any => first.id).default(3),
  mood: mood().default('sad'),
  tags: pg.text().array().default(['q']),
  sized: sized({ n: 7 }),
  word: pg.varchar({ length: 9 }).unique('words', { nulls: 'not distinct' }),
  sum: pg.integer().generatedAlwaysAs(sql`1 + 1`),
  counted: pg.integer().generatedByDefaultAsIdentity({ startWith: 5 }),
  price: pg.numeric({ precision: 4, scale: 1 }),
  large: pg.bigint({ mode: 'string' }).default('5'),
});
export const second = pg.pgTable('second', {
  id: first.id.toBuilder(),
  firstName: first.firstName.toBuilder({ unique: false }),
  other: first.number.toBuilder({ name: 'renamed', default: 7, notNull: true }),
  mood: first.mood.toBuilder({ default: undefined }),
  tags: first.tags.toBuilder(),
  sized: first.sized.toBuilder({ unique: { name: 'sizes', nulls: 'not distinct' } }),
  word: first.word.toBuilder(),
  sum: first.sum.toBuilder(),
  counted: first.counted.toBuilder({ generatedIdentity: undefined }),
  price: first.price.toBuilder({ primaryKey: false }).default('1.5'),
  also: first.firstName.toBuilder({ name: 'also', unique: true }).default('z').references(() => first.firstName),
});
const without = { primaryKey: false, unique: false };
export const third = pg.pgTable(
  'third',
  Object.fromEntries(Object.entries(getColumns(first)).map(([key, column]) => [key, column.toBuilder(without)])),
);
