import { sql } from 'drizzle-orm';
import { integer, pgPolicy, pgRole, pgSchema, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { anonRole, authUid, authUsers, authenticatedRole, realtimeMessages, realtimeTopic, serviceRole } from 'drizzle-orm/supabase';

export const admin = pgRole('admin', { createRole: true, createDb: true, inherit: false });
export const plain = pgRole('plain');
export const inheriting = pgRole('inheriting', { inherit: true, createDb: true });
export const there = pgRole('there').existing();
const hidden = pgRole('hidden');
export const app = pgSchema('app');
export const profiles = pgTable('profiles', {
  id: uuid('id').primaryKey().references(() => authUsers.id, { onDelete: 'cascade' }),
  name: text('name'),
}, (t) => [
  pgPolicy('everything'),
  pgPolicy('select own', { for: 'select', to: authenticatedRole, using: sql`${authUid} = ${t.id}` }),
  pgPolicy('insert', { for: 'insert', to: [serviceRole, anonRole, 'public', 'current_user'], withCheck: sql`true` }),
  pgPolicy('update', { as: 'restrictive', for: 'update', to: 'current_role', using: sql`true`, withCheck: sql`${t.name} is not null` }),
  pgPolicy('delete', { as: 'permissive', for: 'delete', to: [hidden, admin] }),
  pgPolicy('all', { for: 'all', to: 'Some Role' }),
]);
export const locked = pgTable('locked', { id: integer('id') }).enableRLS();
export const lockedInSchema = app.table('locked', { id: integer('id') }, (t) => ({ p: pgPolicy('p', { using: sql`${t.id} > 0` }) })).enableRLS();
export const unlocked = pgTable('unlocked', { id: integer('id') });
export const linked = pgPolicy('linked', { for: 'select', to: authenticatedRole, using: sql`${realtimeTopic} = ''` }).link(realtimeMessages);
export const linkedOwn = pgPolicy('linked own', { to: 'public' }).link(unlocked);
export const linkedTwo = pgPolicy('linked two', { as: 'restrictive', withCheck: sql`false` }).link(realtimeMessages);
