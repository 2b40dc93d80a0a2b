// takes longer than
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
export const t = pg.pgTable('t', { get a() { for (;;) {} } });
