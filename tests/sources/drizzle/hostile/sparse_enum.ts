// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const a: any[] = [];
a.length = 4e9;
export const e = pg.pgEnum('e', a as any);
