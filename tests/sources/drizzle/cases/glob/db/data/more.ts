import { integer, pgTable } from 'drizzle-orm/pg-core';

export const more = pgTable('more', { a: integer() });
