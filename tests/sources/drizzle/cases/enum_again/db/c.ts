import { pgEnum, pgTable } from 'drizzle-orm/pg-core';

export const sizes = pgEnum('sizes', ['S', 'L']);
export const shirts = pgTable('shirts', { size: sizes() });
