// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
export const e = pg.pgEnum('e', { length: 1e9 } as any);
