// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
JSON.parse('['.repeat(1e7));
