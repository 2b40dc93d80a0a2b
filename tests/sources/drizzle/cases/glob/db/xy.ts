import { integer, pgTable } from 'drizzle-orm/pg-core';
export const xy = pgTable('xy', { id: integer('id') });
