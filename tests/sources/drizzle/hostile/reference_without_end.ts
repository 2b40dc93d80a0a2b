// takes longer than
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
export const t = pg.pgTable('t', { a: pg.text('a').references((): any => { for (;;) {} }) });
