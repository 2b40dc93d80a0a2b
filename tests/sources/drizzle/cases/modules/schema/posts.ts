import { integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import * as all from './users';
export const posts = pgTable('posts', {
  id: integer('id').primaryKey(),
  author: uuid('author').references(() => all.users.id),
});
