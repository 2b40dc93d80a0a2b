"""Reading a Drizzle schema, beside drizzle-kit: `python bench/drizzle.py [--runs N] [TABLES...]`.

Processes are compared with `drizzle-kit export`: ours reads a schema that it has never seen ("first time", with an
empty cache), one that was changed since ("edited"), and one that it has printed before ("repeated"). In process,
read() is compared with a Node that has everything imported and warm, which loads the same schema with esbuild and
drizzle-orm and lets drizzle-kit make its statements.

Node's side comes from PGTANDEM_NODE_MODULES, a node_modules folder with drizzle-kit, drizzle-orm and esbuild, or from
PixCrawler's after `bun install`. All read the same files in turn in the same run, so that the ratios hold on a busy
machine; each time is the best of the runs, in wall-clock and in processor time, with the memory of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pgtandem.sources import drizzle

ROOT = Path(__file__).parents[1]
PIXCRAWLER = ROOT / "pixcrawler" / "frontend"
KIT, NODE = "drizzle-kit export", "in Node: esbuild, drizzle-kit"
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
const { buildSync } = require('esbuild');
const { performance } = require('node:perf_hooks');
const { generateDrizzleJson, generateMigration } = require('drizzle-kit/api');
const [entry, made, runs] = [process.argv[1], process.argv[2], Number(process.argv[3])];
(async () => {
  for (let run = 0; run < runs; run++) {
    const [wall, processor] = [performance.now(), process.cpuUsage()];
    buildSync({ entryPoints: [entry], outfile: made, format: 'cjs' });
    delete require.cache[require.resolve(made)];
    const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(require(made)));
    const used = process.cpuUsage(processor);
    const taken = [(performance.now() - wall) / 1e3, (used.user + used.system) / 1e6];
    console.log(JSON.stringify([statements.length, ...taken, process.memoryUsage().rss / 2 ** 20]));
  }
})();
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


def process(command: list[str], folder: Path, caches: Path | None = None) -> Taken:
    """Run a command once; stop where it fails or prints no statement."""
    before = time.perf_counter()
    started = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment(caches)
    )
    output = started.stdout.read() if started.stdout is not None else b""
    _, status, used = os.wait4(started.pid, 0)
    wall = time.perf_counter() - before
    if status or b"table_0" not in output:
        sys.exit(f"{' '.join(command)}\n{output.decode()[-2000:]}")
    return Taken(wall=wall, processor=used.ru_utime + used.ru_stime, memory=used.ru_maxrss / 1024)


def _environment(caches: Path | None) -> dict[str, str]:
    # As it is for users: Python keeps compiled modules.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept if caches is None else kept | {"XDG_CACHE_HOME": str(caches)}


def in_node(folder: Path, modules: Path, runs: int) -> list[Taken]:
    """Load the schema and have drizzle-kit make its statements, again and again in one Node that knows both."""
    command = ["node", "-e", LOADER, str(folder / "schema.ts"), str(folder / "schema.cjs"), str(runs)]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, env={**os.environ, "NODE_PATH": str(modules)}
    )
    taken = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("[")]
    if not all(count for count, *_ in taken):
        sys.exit(ran.stdout)
    return [Taken(wall=wall, processor=processor, memory=memory) for _, wall, processor, memory in taken]


def in_process(folder: Path, change: str = "") -> Taken:
    """Read the schema once more in this process, after what has to be read anew has been written at its end."""
    edit(folder, change)
    before, processor = time.perf_counter(), time.process_time()
    drizzle.read([Path("schema.ts")], project=folder).ddl  # noqa: B018 - it is worked out when it is asked for
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Taken(wall=time.perf_counter() - before, processor=time.process_time() - processor, memory=memory)


def edit(folder: Path, change: str = "// changed\n") -> None:
    """Write something at the schema's end."""
    with (folder / "schema.ts").open("a", encoding="utf-8") as file:
        file.write(change)


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
        folder, caches = Path(temporary), Path(temporary) / "caches"
        (folder / "schema.ts").write_text(schema(tables), encoding="utf-8")
        (folder / "node_modules").symlink_to(modules, target_is_directory=True)
        (folder / "drizzle.config.ts").write_text("export default { dialect: 'postgresql', schema: 'schema.ts' }")
        export = ["node", str(modules / "drizzle-kit" / "bin.cjs"), "export"]
        ours = [str(Path(sys.executable).with_name("pgtandem")), "sql", "schema.ts"]

        def anew() -> Taken:
            shutil.rmtree(caches, ignore_errors=True)
            return process(ours, folder, caches)

        def edited() -> Taken:
            edit(folder)
            return process(ours, folder, caches)

        ways = {
            KIT: lambda: process(export, folder),
            "pgtandem sql, first time": anew,
            "pgtandem sql, edited": edited,
            "pgtandem sql, repeated": lambda: process(ours, folder, caches),
            "read(), edited": lambda: in_process(folder, "// changed\n"),
            "read(), repeated": lambda: in_process(folder),
        }
        taken: dict[str, list[Taken]] = {way: [] for way in ways}
        for _ in range(runs):
            for way, read in ways.items():
                taken[way].append(read())
        taken[NODE] = in_node(folder, modules, runs)
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
        for way, one in found.items():
            other = found[NODE] if way.startswith("read") else found[KIT]
            print(
                f"{tables:>6}  {way:<28}{one.wall * 1000:>8.1f}{other.wall / one.wall:>8.1f}x"
                f"{one.processor * 1000:>9.1f}{other.processor / one.processor:>8.1f}x{one.memory:>8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
