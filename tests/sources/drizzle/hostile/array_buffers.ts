// takes
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const all = [];
for (;;) all.push(new ArrayBuffer(1e7));
