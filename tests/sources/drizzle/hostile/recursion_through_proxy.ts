// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const p: any = new Proxy({}, { get: (_, key) => p[key] });
void p.x;
