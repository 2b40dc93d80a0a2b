import { integer, pgTable } from 'drizzle-orm/pg-core';
export const Three_sql = pgTable('Three_sql', { id: integer('id') });
