// imported a second time
import { pgTable, text } from "drizzle-orm/pg-core";
import { text } from "drizzle-orm/pg-core";
export const t = pgTable("t", { a: text() });
