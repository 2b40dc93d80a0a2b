import { integer, pgTable } from 'drizzle-orm/pg-core';
export const two_sql = pgTable('two_sql', { id: integer('id') });
