import { bigint, boolean, integer, jsonb, numeric, pgEnum, pgTable, text, timestamp, uuid, varchar } from 'drizzle-orm/pg-core';

export const mood = pgEnum('mood', ['sad', 'ok']);
export const people = pgTable('people', {
  id: uuid().primaryKey().defaultRandom(),
  firstName: text(),
  lastName: varchar({ length: 20 }).notNull(),
  age: integer().default(3),
  bigOne: bigint({ mode: 'number' }),
  createdAt: timestamp({ withTimezone: true }).defaultNow(),
  mood: mood(),
  moodList: mood().array(),
  price: numeric({ precision: 5, scale: 1 }),
  settings: jsonb().$type<{ dark: boolean }>().default({ dark: true }),
  flag: boolean().notNull().default(false),
  'odd key': text(),
});
export const byCallback = pgTable('by_callback', (t) => ({
  id: t.serial().primaryKey(),
  name: t.varchar('the_name', { length: 3 }),
  when: t.timestamp().notNull(),
  ownerId: t.uuid().references(() => people.id),
}));
