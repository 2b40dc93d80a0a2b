"""Reading a Drizzle schema, beside drizzle-kit and a Node loader: `python bench/drizzle.py [--runs N] [TABLES...]`.

The other two come from PGTANDEM_NODE_MODULES, a node_modules folder with drizzle-kit, drizzle-orm and esbuild, or from
PixCrawler's after `bun install`. All of them read the same files in turn in the same run, so that the ratios hold on a
busy machine; each time is the best of the runs, in wall-clock and in processor time.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pgtandem.sources import drizzle

ROOT = Path(__file__).parents[1]
PIXCRAWLER = ROOT / "pixcrawler" / "frontend"
HEAD = """\
import { relations, sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgEnum, pgPolicy, pgTable, text, timestamp, uniqueIndex, uuid, varchar }
  from 'drizzle-orm/pg-core';

export const statusEnum = pgEnum('status', ['draft', 'live', 'gone']);
type Settings = { theme: string; tags: string[] };
"""
TABLE = """
export const table{n} = pgTable('table_{n}', {{
  id: uuid('id').primaryKey().defaultRandom(),
  ownerId: uuid('owner_id').notNull(){reference},
  name: varchar('name', {{ length: 200 }}).notNull(),
  status: statusEnum('status').notNull().default('draft'),
  settings: jsonb('settings').$type<Settings>().notNull().default({{ theme: 'dark', tags: [] }}),
  amount: integer('amount').notNull().default(0),
  isPublic: boolean('is_public').notNull().default(false),
  note: text('note'),
  createdAt: timestamp('created_at', {{ withTimezone: true }}).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', {{ withTimezone: true }}).notNull().defaultNow().$onUpdate(() => new Date()),
}}, (table) => [
  index('table_{n}_owner_idx').on(table.ownerId),
  uniqueIndex('table_{n}_name_idx').on(table.ownerId, table.name),
  check('table_{n}_amount_check', sql`${{table.amount}} >= 0`),
  pgPolicy('table_{n}_select', {{ for: 'select', using: sql`${{table.ownerId}} = auth.uid()` }}),
]);
export type Table{n} = typeof table{n}.$inferSelect;
export const table{n}Relations = relations(table{n}, ({{ one }}) => ({{
  owner: one(table{previous}, {{ fields: [table{n}.ownerId], references: [table{previous}.id] }}),
}}));
"""
LOADER = """\
require('esbuild').buildSync({ entryPoints: [process.argv[1]], outfile: process.argv[2], format: 'cjs' });
const { getTableConfig, PgTable } = require('drizzle-orm/pg-core');
const { is } = require('drizzle-orm');
const tables = Object.values(require(process.argv[2])).filter((one) => is(one, PgTable));
console.log(tables.map((one) => getTableConfig(one).name).join('\\n'));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one way of reading a schema takes, at best: seconds, of the processor too, and memory in MB."""

    wall: float
    processor: float
    memory: float


def schema(tables: int) -> str:
    """Return a schema of that many tables, each like those of a web application."""
    return HEAD + "".join(
        TABLE.format(
            n=number,
            previous=max(number - 1, 0),
            reference=f".references(() => table{number - 1}.id, {{ onDelete: 'cascade' }})" if number else "",
        )
        for number in range(tables)
    )


def process(command: list[str], folder: Path) -> Taken:
    """Run a command once; stop where it fails or prints no statement."""
    before = time.perf_counter()
    started = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment()
    )
    output = started.stdout.read() if started.stdout is not None else b""
    _, status, used = os.wait4(started.pid, 0)
    wall = time.perf_counter() - before
    if status or b"table_0" not in output:
        sys.exit(f"{' '.join(command)}\n{output.decode()[-2000:]}")
    return Taken(wall=wall, processor=used.ru_utime + used.ru_stime, memory=used.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    # As it is for users: Python keeps compiled modules.
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_process(folder: Path, change: str = "") -> Taken:
    """Read the schema once more in this process, after what has to be read anew has been written at its end."""
    with (folder / "schema.ts").open("a", encoding="utf-8") as file:
        file.write(change)
    before, processor = time.perf_counter(), time.process_time()
    drizzle.read([Path("schema.ts")], project=folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Taken(wall=time.perf_counter() - before, processor=time.process_time() - processor, memory=memory)


def best(runs: list[Taken]) -> Taken:
    """Return the best of each."""
    return Taken(
        wall=min(one.wall for one in runs),
        processor=min(one.processor for one in runs),
        memory=max(one.memory for one in runs),
    )


def compared(tables: int, runs: int, modules: Path) -> dict[str, Taken]:
    """Read a schema of that many tables in every way, in turn."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "schema.ts").write_text(schema(tables), encoding="utf-8")
        (folder / "node_modules").symlink_to(modules, target_is_directory=True)
        (folder / "drizzle.config.ts").write_text("export default { dialect: 'postgresql', schema: 'schema.ts' }")
        export = ["node", str(modules / "drizzle-kit" / "bin.cjs"), "export"]
        loader = ["node", "-e", LOADER, str(folder / "schema.ts"), str(folder / "schema.cjs")]
        ours = [str(Path(sys.executable).with_name("pgtandem")), "sql", "schema.ts"]
        ways = {
            "drizzle-kit export": lambda: process(export, folder),
            "node, esbuild, drizzle-orm": lambda: process(loader, folder),
            "pgtandem sql": lambda: process(ours, folder),
            "read(), changed": lambda: in_process(folder, "// changed\n"),
            "read(), unchanged": lambda: in_process(folder),
        }
        taken: dict[str, list[Taken]] = {way: [] for way in ways}
        for _ in range(runs):
            for way, read in ways.items():
                taken[way].append(read())
        return {way: best(found) for way, found in taken.items()}


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", type=int, nargs="*", default=[11, 100, 393, 1000])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    modules = Path(os.environ.get("PGTANDEM_NODE_MODULES", PIXCRAWLER / "node_modules")).resolve()
    if not (modules / "drizzle-kit").is_dir():
        sys.exit(f"{modules} has no drizzle-kit: run `bun install` in {PIXCRAWLER}, or set PGTANDEM_NODE_MODULES")
    print(f"{'tables':>6}  {'':<28}{'ms':>8}{'faster':>9}{'CPU ms':>9}{'less':>9}{'MB':>8}")
    for tables in options.tables:
        found = compared(tables, options.runs, modules)
        kit = found["drizzle-kit export"]
        for way, one in found.items():
            print(
                f"{tables:>6}  {way:<28}{one.wall * 1000:>8.1f}{kit.wall / one.wall:>8.1f}x"
                f"{one.processor * 1000:>9.1f}{kit.processor / one.processor:>8.1f}x{one.memory:>8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
