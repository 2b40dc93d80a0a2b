import { integer, pgTable } from 'drizzle-orm/pg-core';
export const one_test_sql = pgTable('one_test_sql', { id: integer('id') });
