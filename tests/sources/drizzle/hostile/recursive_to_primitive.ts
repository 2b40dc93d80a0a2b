// 
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const o: any = { [Symbol.toPrimitive]: () => `${o}` };
void `${o}`;
