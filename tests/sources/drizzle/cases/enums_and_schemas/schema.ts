import { integer, pgEnum, pgSchema, pgSequence, pgTable, text } from 'drizzle-orm/pg-core';

export const zeta = pgSchema('zeta');
export const alpha = pgSchema('alpha');
const notExported = pgSchema('not_exported');
export enum Level { Low = 'low', High = 'high', 'Very High' = "very'high" }
enum Num { One, Two = 5, Three }
const values = ['x', 'y'] as const;
export const fromArray = pgEnum('from_array', ['a', 'b']);
export const fromConst = pgEnum('from_const', values);
export const fromSpread = pgEnum('from_spread', [...values, 'z']);
export const fromObject = pgEnum('from_object', Level);
export const fromValues = pgEnum('from_values', Object.values(Level) as [string, ...string[]]);
export const inSchema = zeta.enum('in_schema', ['p', 'q']);
const hidden = pgEnum('hidden', ['1']);
export const inHiddenSchema = notExported.table('t', { id: integer('id') });
export const t = alpha.table('t', {
  a: fromArray('a').notNull().default('a'),
  b: inSchema('b'),
  c: inSchema('c').array(),
  d: hidden('d'),
  e: fromObject('e').default(Level.High),
  f: text('f', { enum: fromConst.enumValues }),
  g: integer('g').default(Num.Three),
  h: inSchema('h').array().array(2),
});
export const s1 = pgSequence('s1');
export const s2 = pgSequence('s2', { startWith: 100, increment: 10, minValue: 1, maxValue: 10000, cache: 5, cycle: true });
export const s3 = alpha.sequence('s3', { increment: -1 });
export const s4 = pgSequence('s4', { startWith: '9', increment: '2', maxValue: 9223372036854775807n as any });
