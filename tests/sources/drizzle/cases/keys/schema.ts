import {
  type AnyPgColumn, foreignKey, integer, pgSchema, pgTable, primaryKey, serial, text, unique, uuid, varchar,
} from 'drizzle-orm/pg-core';

export const other = pgSchema('other');
export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: varchar('email', { length: 255 }).notNull().unique(),
  handle: text('handle').unique('handle_is_unique'),
  code: text('code').unique('code_nulls', { nulls: 'not distinct' }),
  other: text('other').unique(undefined, { nulls: 'distinct' }),
  managerId: uuid('manager_id').references((): AnyPgColumn => users.id, { onDelete: 'set null' }),
});
export const outside = other.table('outside', {
  id: serial('id').primaryKey(),
  userId: uuid('user_id').notNull().references(() => users.id, { onDelete: 'cascade', onUpdate: 'restrict' }),
  a: integer('a'),
  b: integer('b'),
}, (t) => [
  unique().on(t.a, t.b),
  unique('named').on(t.b),
  unique('nnd').on(t.a).nullsNotDistinct(),
]);
export const membership = pgTable('membership', {
  userId: uuid('user_id').references(() => users.id),
  groupId: integer('group_id').references(() => groups.id, { onUpdate: 'cascade' }),
  outsideId: integer('outside_id').references(() => outside.id, { onDelete: 'no action' }),
}, (table) => ({
  pk: primaryKey({ columns: [table.userId, table.groupId] }),
}));
export const groups = pgTable('groups', { id: serial('id').primaryKey(), a: integer('a'), b: integer('b') }, (t) => [
  foreignKey({ columns: [t.a, t.b], foreignColumns: [outside.a, outside.b] }),
  foreignKey({ columns: [t.a], foreignColumns: [t.id], name: 'self' }).onDelete('cascade').onUpdate('set default'),
]);
export const named = pgTable('named', { x: integer('x'), y: integer('y') }, (t) => [
  primaryKey({ name: 'the_key', columns: [t.x, t.y] }),
]);
export const varargs = pgTable('varargs', { x: integer('x'), y: integer('y') }, (t) => ({
  pk: primaryKey(t.x, t.y),
}));
export const two = pgTable('two', { x: integer('x').primaryKey(), y: integer('y') }, (t) => [
  [primaryKey({ columns: [t.x] })],
] as any);
