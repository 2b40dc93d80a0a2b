import { sql } from 'drizzle-orm';
import { crudPolicy, anonymousRole, authUid, authenticatedRole, usersSync } from 'drizzle-orm/neon';
import { pgTable, text } from 'drizzle-orm/pg-core';

export const posts = pgTable('posts', { id: text('id').primaryKey(), userId: text('user_id').references(() => usersSync.id) }, (t) => [
  crudPolicy({ role: authenticatedRole, read: authUid(t.userId), modify: authUid(t.userId) }),
  crudPolicy({ role: [anonymousRole, 'other'], read: true, modify: false }),
  crudPolicy({ role: 'third', read: null, modify: sql`1 = 1` }),
]);
