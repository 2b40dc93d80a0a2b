import { eq, sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgEnum, pgPolicy, pgSchema, pgTable, primaryKey, text, timestamp, unique, uniqueIndex } from 'drizzle-orm/pg-core';

export const userRole = pgEnum('userRole', ['a', 'b']);
export const app = pgSchema('appSchema');
export const userAccounts = pgTable('userAccounts', {
  user_id: integer().primaryKey(),
  first_name: text().notNull().unique(),
  URLPath: text(),
  explicitName: text('explicitName').unique(),
  userRole: userRole(),
  iso2Code: text(),
  managerId: integer(),
  createdAt: timestamp().defaultNow(),
  fullName: text().generatedAlwaysAs(sql`first_name || 'x'`),
}, (t) => [
  index().on(t.first_name, t.explicitName),
  uniqueIndex('named').on(t.createdAt.desc()).where(eq(t.first_name, t.URLPath)),
  index('expression').on(sql`lower(${t.first_name})`),
  unique().on(t.first_name, t.URLPath),
  check('check', sql`${t.iso2Code} <> ''`),
  pgPolicy('p', { using: sql`${t.user_id} = 1` }),
  foreignKey({ columns: [t.managerId], foreignColumns: [t.user_id] }),
]);
export const userPosts = app.table('userPosts', {
  postId: integer(),
  accountId: integer().references(() => userAccounts.user_id, { onDelete: 'cascade' }),
  identity: integer().generatedAlwaysAsIdentity(),
  otherId: integer('otherId').references(() => userAccounts.user_id),
}, (t) => [primaryKey({ columns: [t.postId, t.accountId] })]);
