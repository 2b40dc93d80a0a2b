// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const again = (): any => Promise.resolve().then(again);
again();
export const t = pg.pgTable('t', { a: pg.text('a') });
