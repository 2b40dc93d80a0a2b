// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
let s = sql`1`;
for (let i = 0; i < 40; i++) s = sql`${s} + ${s}`;
export const t = pg.pgTable('t', { a: pg.text('a').default(s) });
