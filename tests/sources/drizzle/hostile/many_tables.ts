// takes
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
for (let i = 0; ; i++) pg.pgTable(`t${i}`, { a: pg.text('a') });
