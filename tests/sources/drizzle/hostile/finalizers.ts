// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const registry = new FinalizationRegistry(() => { for (;;) {} });
for (let i = 0; i < 1000; i++) registry.register({}, i);
export const t = pg.pgTable('t', { a: pg.text('a') });
