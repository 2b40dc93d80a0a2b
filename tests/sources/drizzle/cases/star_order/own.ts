import { integer, pgTable } from 'drizzle-orm/pg-core';
export const own = pgTable('own', { id: integer('id') });
