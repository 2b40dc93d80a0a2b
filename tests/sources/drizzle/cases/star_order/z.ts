import { integer, pgTable } from 'drizzle-orm/pg-core';
export const z2 = pgTable('z2', { id: integer('id') });
export const z1 = pgTable('z1', { id: integer('id') });
export const same = pgTable('same_z', { id: integer('id') });
export default pgTable('z_default', { id: integer('id') });
export * from './a';
