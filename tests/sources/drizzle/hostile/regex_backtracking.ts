// takes
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
/^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(5000));
