import { pgEnum } from 'drizzle-orm/pg-core';

export const sizes = pgEnum('sizes', ['small', 'large']);
