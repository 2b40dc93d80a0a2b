import { defineConfig } from 'drizzle-kit';

/** Generating a migration needs no database; migrating and the studio connect to `DATABASE_URL`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './lib/db/schema.ts',
  out: './lib/db/migrations',
  schemaFilter: ['public'],
  // The roles anon, authenticated and service_role are Supabase's: refer to them, never create or drop them.
  entities: { roles: { provider: 'supabase' } },
  dbCredentials: { url: process.env.DATABASE_URL ?? '' },
});
