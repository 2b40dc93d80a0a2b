import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import defaults, { id, timestamps as stamps } from '@/columns';
import { SINGLE } from '~lib';
import { RENAMED } from '@exact';
import data from '../lib/data.json' with { type: 'json' };
import { roleEnum } from './enums';
import { posts } from './posts';
export const users = pgTable('users', {
  id: id(),
  ...stamps,
  ...defaults,
  role: roleEnum('role').default('x'),
  single: text('single').default(SINGLE + RENAMED),
  limit: integer('limit').default(data.limit),
  favourite: integer('favourite').references(() => posts.id),
});
export { users as accounts };
