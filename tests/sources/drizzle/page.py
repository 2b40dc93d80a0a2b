"""Writes docs/drizzle-differences.md from differences.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """# Where the Drizzle reader differs from drizzle-kit

The reader prints what `drizzle-kit export` 0.31 prints (`generate`, where `casing` is set), statement for statement and
in its order. It differs only where drizzle-kit prints something that PostgreSQL refuses or that means something else
than the schema says, and where drizzle-kit stops although the schema says clearly what is meant. Each difference is
tested against the real drizzle-kit in `tests/sources/drizzle/test_differences.py`; this page is made by `page.py`
beside it.

What is copied although it looks wrong: names longer than 63 bytes, foreign keys before the unique indexes that they
need, two primary keys where a column and a key both say so, the lowest value of `smallint` for every falling identity,
`geometry` without its srid.

Packages that a schema imports are not run (drizzle-orm, drizzle-zod and zod are recorded). Where a value of such a
package reaches the schema, it is run in the sandbox if it is installed in `node_modules`; otherwise reading stops and
names the package.

The clock stands still: a default that is `new Date()` is written as 1970-01-01, with a note, where drizzle-kit prints
another time at each run.
"""


def page() -> str:
    parts = [HEAD]
    for one in tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))["difference"]:
        kit = f"```sql\n{one['kit'].strip()}\n```" if one["kit"] else "nothing: it stops."
        schema = f"```ts\n{one['schema'].strip()}\n```"
        ours = f"```sql\n{one['ours'].strip()}\n```"
        title = one["name"].replace("-", " ").capitalize()
        parts.append(
            f"## {title}\n\n{one['why']}\n\n{schema}\n\ndrizzle-kit prints\n\n{kit}\n\nand we print\n\n{ours}\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    (HERE.parents[2] / "docs" / "drizzle-differences.md").write_text(page(), encoding="utf-8")
