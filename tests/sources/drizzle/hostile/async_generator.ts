// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
async function* forever() { for (;;) yield 1; }
(async () => { for await (const x of forever()) void x; })();
export const t = pg.pgTable('t', { a: pg.text('a') });
