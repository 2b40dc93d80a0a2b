// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
(0, eval)('for (;;) {}');
