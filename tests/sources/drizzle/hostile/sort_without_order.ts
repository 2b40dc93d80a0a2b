// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
export const a = Array.from({ length: 1e6 }, (_, i) => i).sort(() => { for (;;) {} });
