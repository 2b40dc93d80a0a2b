import { integer, pgTable } from 'drizzle-orm/pg-core';
export const one_sql = pgTable('one_sql', { id: integer('id') });
