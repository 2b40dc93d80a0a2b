import { type InferSelectModel, relations, sql } from 'drizzle-orm';
import type { AnyPgColumn, PgColumnBuilderBase } from 'drizzle-orm/pg-core';
import * as pg from 'drizzle-orm/pg-core';

export interface Shape<T = string> { a: T; b?: number }
export type Row = InferSelectModel<typeof users>;
type Fn = (a: string) => asserts a is 'x';
declare const injected: string;
declare global { interface Window { x: 1 } }
declare module 'somewhere' { export const a: number }
namespace OnlyTypes { export type A = 1; export interface B {} }
abstract class Base<T> {
  protected readonly kept: T;
  declare ghost: string;
  optional?: number;
  definite!: string;
  static count: number = 0;
  constructor(private readonly first: string, public second?: number, third = 3) { this.kept = third as any; }
  abstract act(): void;
  method(a: string): string;
  method(a: number): string;
  method(a: any): string { return String(a) + this.first; }
  get value(): string { return this.first!; }
  [key: string]: unknown;
}
class Child extends Base<number> implements Shape<string> {
  a = 'a';
  constructor() { super('first'); }
  override act(): void {}
}
function overload(a: string): string;
function overload(a: number): string;
function overload(this: void, a: string | number, ...rest: unknown[]): string { return `${a}`; }
const arrow = async <T extends object,>(value: T): Promise<
  T | undefined
> => value;
const multi = (
  a: number,
): {
  b: number;
} => ({ b: a });
const tagged = sql<string | null>`'tagged'`;
const tagged2 = sql<{ a: number }[]>`'tagged2'`;
const casted = <const T,>(x: T): T => x;
const satisfied = { name: 'satisfied' } satisfies Partial<Record<string, string>>;
const child = new Child();
const regex = /(?<=x)y/u.test('xy');
const nested = child?.value ?? 'none';
const big = 10n ** 2n;
label: for (const i of [1, 2, 3] as number[]) { if (i > 1) break label; }
export const users = pg.pgTable('users', {
  id: pg.serial('id').primaryKey()!,
  name: pg.text('name').$type<Shape['a']>().default(satisfied.name as string),
  first: pg.text('first').default(nested),
  counted: pg.integer('counted').default(multi(overload.length).b as unknown as number),
  tagged: pg.text('tagged').default(tagged),
  tagged2: pg.text('tagged2').default(tagged2),
  regex: pg.boolean('regex').default(regex),
  big: pg.integer('big').default(Number(big)),
  parent: pg.integer('parent').references((): AnyPgColumn => users.id),
  over: pg.text('over').default(overload(5)),
  method: pg.text('method').default(child.method(1)),
}) as any as ReturnType<typeof pg.pgTable<'users', Record<string, any>>>;
export type { Row as UserRow };
export const usersRelations = relations(users as any, ({ one, many }: any) => ({
  parent: one(users, { fields: [(users as any).parent], references: [(users as any).id], relationName: 'parent' }),
  children: many(users, { relationName: 'parent' }),
}));
const called = async () => {}
(async () => { await called() })();
const maybe: ((x: number) => string) | undefined = undefined;
const perhaps = maybe?.(1) ?? 'perhaps';
function sealed(target: any) { return target }
const imported = null as unknown as { a?: import('somewhere').Some[] } | null;
function trailing(
  a: number, // a comment
  b = 2, /* another */
) { return a + b }
const trailed = trailing(
  1, // first
  2, // second
);
export const more = pg.pgTable('more', {
  perhaps: pg.text('perhaps').default(perhaps),
  trailed: pg.integer('trailed').default(trailed), // comment
  tagged3: pg.text('tagged3').default(sql<{ a: string; b: number }[]> /* sql */ `'tagged3'`),
  imported: pg.boolean('imported').default(imported === null),
});
export type * from './nowhere';
