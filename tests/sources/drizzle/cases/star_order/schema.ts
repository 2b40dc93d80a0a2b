export * from './z';
import { integer, pgTable } from 'drizzle-orm/pg-core';
export const middle = pgTable('middle', { id: integer('id') });
export { own as Renamed } from './own';
export * from './a';
export const Big = pgTable('big', { id: integer('id') });
export const same = pgTable('same_here', { id: integer('id') });
const last = pgTable('last', { id: integer('id') });
export default last;
