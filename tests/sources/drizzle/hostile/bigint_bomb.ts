// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
let n = 2n;
for (;;) n = n ** 2n;
