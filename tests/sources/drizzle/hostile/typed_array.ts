// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
new Uint8Array(2 ** 40);
