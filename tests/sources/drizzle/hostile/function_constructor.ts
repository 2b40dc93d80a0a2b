// takes longer than
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
new Function('for (;;) {}')();
