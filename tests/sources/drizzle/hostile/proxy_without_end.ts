// takes longer than
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
export const p = new Proxy({}, { getPrototypeOf() { for (;;) {} }, get() { for (;;) {} } });
void (p instanceof Array);
