import { timestamp, uuid } from 'drizzle-orm/pg-core';
export const id = () => uuid('id').primaryKey().defaultRandom();
export const timestamps = { createdAt: timestamp('created_at').defaultNow().notNull() };
export type Id = string;
export default timestamps;
