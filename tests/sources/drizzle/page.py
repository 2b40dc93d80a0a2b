"""Writes docs/drizzle-differences.md from differences.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """# Where the Drizzle reader differs from drizzle-kit

The reader prints what `drizzle-kit export` 0.31 prints (`generate`, where `casing` is set), statement for statement
and in its order. Where the project has drizzle-kit 1.0, or asks for it in package.json, and with `--drizzle 1.0` or
`drizzle = "1.0"` in pgtandem.toml, it prints what drizzle-kit 1.0 (release candidate 5) prints. It differs only where
drizzle-kit prints something that PostgreSQL refuses or that means something else than the schema says, and where
drizzle-kit stops although the schema says clearly what is meant. Each difference is tested against the real
drizzle-kit in `tests/sources/drizzle/test_differences.py`; this page is made by `page.py` beside it.

What is copied although it looks wrong: names longer than 63 bytes, foreign keys before the unique indexes that they
need, two primary keys where a column and a key both say so, the lowest value of `smallint` for every falling identity,
`geometry` without its srid.

Packages that a schema imports are not run (drizzle-orm, drizzle-zod and zod are recorded, drizzle-orm also where a
package hands it on as its own `/drizzle`, as Payload's adapters do). Where a value of such a
package reaches the schema, it is run in the sandbox if it is installed in `node_modules`; otherwise reading stops and
names the package.

drizzle-kit 0.30 prints the same but for two faults that 0.31 has not: it quotes `halfvec(3)`, `sparsevec(3)` and
`bit(3)` with their numbers, and leaves the schema off the type of an array of an enum.

As drizzle-kit 1.0 prints them, for projects that have it: backslashes in the default of a text twice, and the default
of a type of the schema's own without quotes. It has no casing any more: tables are made with `snakeCase.table()`, and
a `casing` in drizzle.config.ts is not looked at.

drizzle.config.ts is not run. Its `schema`, `casing` and `dialect` are worked out from constants, paths, the environment
and the files that it gives to dotenv; where that is not enough, reading stops and says why. A schema that is a build's
output (`dist/schema/*.js`) is read from its source where it is not built. `schemaFilter`,
`tablesFilter` and `entities` choose what drizzle-kit looks at in a database; they leave nothing out of what it prints.

The clock stands still, in UTC wherever the schema is read: a default that is `new Date()` is written as 1970-01-01,
with a note, where drizzle-kit prints another time at each run. Times without a zone (`new Date(2024, 0, 1)`) are those
of a machine in UTC. `localeCompare()` knows the order of plain letters; where it is asked for more, a note says so.

Of what Node has beside JavaScript, there are `Buffer`, `TextEncoder`, `TextDecoder`, `btoa`, `atob` and
`structuredClone`. `URL`, `URLSearchParams`, `crypto`, `Intl` and what else belongs to the machine or the network is
like a package that is not run: harmless until the schema needs it.
"""


def page() -> str:
    parts = [HEAD]
    for one in tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))["difference"]:
        kit = f"```sql\n{one['kit'].strip()}\n```" if one["kit"] else "nothing: it stops."
        schema = f"```ts\n{one['schema'].strip()}\n```"
        ours = (
            f"and we stop:\n\n```text\n{one['says'].strip()}\n```"
            if "says" in one
            else f"and we print\n\n```sql\n{one['ours'].strip()}\n```"
        )
        where = f" (drizzle-kit {one['dialect']})" if "dialect" in one else ""
        title = one["name"].removesuffix("-of-1.0").removesuffix("-in-1.0").replace("-", " ").capitalize()
        parts.append(f"## {title}{where}\n\n{one['why']}\n\n{schema}\n\ndrizzle-kit prints\n\n{kit}\n\n{ours}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (HERE.parents[2] / "docs" / "drizzle-differences.md").write_text(page(), encoding="utf-8")
