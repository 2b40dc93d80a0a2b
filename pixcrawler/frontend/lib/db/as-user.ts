/** Queries as a signed-in user: under the policies and the column grants, the way Supabase's API runs them. */
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';

import type * as schema from './schema';

export type Database = PostgresJsDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Runs the queries of `run` in one transaction as the user with this id. */
export const asUser = <T>(db: Database, userId: string, run: (tx: Transaction) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    const claims = JSON.stringify({ sub: userId, role: 'authenticated' });
    await tx.execute(
      sql`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`,
    );
    return run(tx);
  });

/**
 * Inserts a row as a signed-in user and returns it; with `orUpdate`, the row that has the same values in those columns is
 * changed instead.
 *
 * `tx.insert(table)` names every column of the table, those without a value as `default`, and PostgreSQL asks for the
 * privilege to insert into each column that is named. A user has that for some columns only; this names no others.
 */
export async function insertRow<T extends PgTable>(
  tx: Transaction,
  table: T,
  row: T['$inferInsert'],
  { orUpdate = [] }: { orUpdate?: PgColumn[] } = {},
): Promise<T['$inferSelect']> {
  const columns = Object.entries(getTableColumns(table) as Record<string, PgColumn>);
  const values = row as Record<string, unknown>;
  const given = columns.filter(([key]) => values[key] !== undefined);
  const list = (parts: ReturnType<typeof sql>[]) => sql.join(parts, sql`, `);
  const name = (column: PgColumn) => sql`${sql.identifier(column.name)}`;

  const changes = given
    .filter(([, column]) => !orUpdate.includes(column))
    .map(([, column]) => sql`${name(column)} = excluded.${name(column)}`);
  const conflict = orUpdate.length ? sql`on conflict (${list(orUpdate.map(name))}) do update set ${list(changes)}` : sql``;

  const [found] = await tx.execute(sql`
    insert into ${table} (${list(given.map(([, column]) => name(column)))})
    values (${list(given.map(([key, column]) => sql`${sql.param(values[key], column)}`))})
    ${conflict}
    returning *`);
  const read = (column: PgColumn) => {
    const value = found![column.name];
    return value === null ? null : column.mapFromDriverValue(value);
  };
  return Object.fromEntries(columns.map(([key, column]) => [key, read(column)])) as T['$inferSelect'];
}
