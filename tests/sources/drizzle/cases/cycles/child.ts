import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { hoisted, parent } from './schema';
export const LATE = 'late';
export const child = pgTable('child', { id: integer('id').primaryKey(), parent: integer('parent').references(() => parent.id), name: text('name').default(hoisted()) });
