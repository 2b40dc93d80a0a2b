import { integer, pgTable } from 'drizzle-orm/pg-core';
export const x = pgTable('x', { id: integer('id') });
