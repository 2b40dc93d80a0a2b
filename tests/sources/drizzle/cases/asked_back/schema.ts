import { getTableColumns, getTableName, is, sql } from 'drizzle-orm';
import { boolean, char, check, getTableConfig, integer, numeric, PgColumn, pgTable, PgTable, primaryKey, text, timestamp, unique, varchar } from 'drizzle-orm/pg-core';

export const asked = pgTable(
  'asked',
  {
    code: char({ length: 4 }),
    title: varchar({ length: 80 }).notNull().unique(),
    price: numeric({ precision: 9, scale: 3 }),
    seen: timestamp({ withTimezone: true, precision: 2 }).defaultNow(),
    free: text(),
  },
  (t) => [
    primaryKey({ columns: [t.code, t.title] }),
    unique().on(t.title, t.free).nullsNotDistinct(),
    check('free_fits', sql`length(${t.free}) <= ${sql.raw(String(asked.title.length))}`),
  ],
);
const { primaryKeys, uniqueConstraints, checks, columns, name } = getTableConfig(asked);
const { code, price, seen, free } = asked;
export const answers = pgTable('answers', {
  keys: text().default([...primaryKeys, ...uniqueConstraints].map((key) => key.getName()).join()),
  checks: text().default(checks.map((one) => one.name).join()),
  widths: integer().array().default([code.length!, price.precision!, price.scale!, seen.precision!]),
  free: text().default(typeof (free as { length?: number }).length),
  zoned: boolean().default(seen.withTimezone),
  names: text().default(columns.map((column) => column.name).join('/')),
  same: boolean().default(name === getTableName(asked) && is(asked, PgTable) && is(code, PgColumn)),
  required: text().array().default(Object.values(getTableColumns(asked)).filter((column) => column.notNull).map((column) => column.getSQLType())),
});

function* parts(...names: string[]) {
  for (const one of names) yield [one, one.length] as const;
  return 'left out';
}
class Counter {
  static #made = 0;
  #step: number;
  constructor(step = 1) {
    this.#step = step;
    Counter.#made++;
  }
  get next() {
    return Counter.#made + this.#step++;
  }
}
const made: Record<string, PgTable> = {};
const counter = new Counter(5);
outer: for (const [prefix, size] of parts('ab', 'c')) {
  for (let number = 0; ; number++) {
    if (number > size) continue outer;
    if (prefix === 'c' && number) break outer;
    made[prefix + number] = pgTable(`${prefix}_${number}`, { n: integer().default(counter.next) });
  }
}
export const { ab0, ab1, ab2, c0 } = made;
const tag = (texts: TemplateStringsArray, ...values: number[]) => pgTable(texts.raw.join(String(values.length)), { a: text() });
export const tagged = tag`t${1}${2}_end`;
