// takes
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const m = new Map();
for (let i = 0; ; i++) m.set(i, new Map(m));
