// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
let o: any = {};
for (let i = 0; i < 1e6; i++) o = Object.create(o);
void o.missing;
export const t = pg.pgTable('t', o);
throw o;
