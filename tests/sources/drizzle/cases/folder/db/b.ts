import { integer, pgTable } from 'drizzle-orm/pg-core';
import { a } from './a';
export const b = pgTable('b', { id: integer('id').references(() => a.id) });
export { a };
