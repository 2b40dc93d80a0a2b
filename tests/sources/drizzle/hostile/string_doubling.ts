// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
let s = 'x';
for (;;) s += s;
