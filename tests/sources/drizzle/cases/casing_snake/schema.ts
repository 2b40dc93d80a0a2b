import { eq, sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgEnum, pgPolicy, pgSchema, pgTable, primaryKey, text, timestamp, unique, uniqueIndex } from 'drizzle-orm/pg-core';

export const userRole = pgEnum('userRole', ['a', 'b']);
export const app = pgSchema('appSchema');
export const userAccounts = pgTable('userAccounts', {
  userId: integer().primaryKey(),
  firstName: text().notNull().unique(),
  URLPath: text(),
  explicitName: text('explicitName').unique(),
  userRole: userRole(),
  iso2Code: text(),
  managerId: integer(),
  createdAt: timestamp().defaultNow(),
  fullName: text().generatedAlwaysAs(sql`first_name || 'x'`),
}, (t) => [
  index().on(t.firstName, t.explicitName),
  uniqueIndex('named').on(t.createdAt.desc()).where(eq(t.firstName, t.URLPath)),
  index('expression').on(sql`lower(${t.firstName})`),
  unique().on(t.firstName, t.URLPath),
  check('check', sql`${t.iso2Code} <> ''`),
  pgPolicy('p', { using: sql`${t.userId} = 1` }),
  foreignKey({ columns: [t.managerId], foreignColumns: [t.userId] }),
]);
export const userPosts = app.table('userPosts', {
  postId: integer(),
  accountId: integer().references(() => userAccounts.userId, { onDelete: 'cascade' }),
  identity: integer().generatedAlwaysAsIdentity(),
  otherId: integer('otherId').references(() => userAccounts.userId),
}, (t) => [primaryKey({ columns: [t.postId, t.accountId] })]);
