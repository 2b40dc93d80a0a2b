import { pgEnum } from 'drizzle-orm/pg-core';
import data from '@/data.json';
export const roleEnum = pgEnum('role', data.names as [string, ...string[]]);
export type Role = string;
