import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { child, LATE } from './child';
export const parent = pgTable('parent', { id: integer('id').primaryKey(), kind: text('kind').default(LATE), child: integer('child').references(() => child.id) });
export function hoisted() { return 'hoisted'; }
export * from './child';
