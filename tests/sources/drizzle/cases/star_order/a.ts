import { integer, pgTable } from 'drizzle-orm/pg-core';
export const b_in_a = pgTable('b_in_a', { id: integer('id') });
export const same = pgTable('same_a', { id: integer('id') });
