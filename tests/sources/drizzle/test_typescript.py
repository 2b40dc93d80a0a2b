"""What TypeScript means: each snippet's `v` has the value that esbuild and Node give it, which its first line says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import drizzle_kit
import pytest

SNIPPETS = sorted((Path(__file__).parent / "typescript").glob("*.ts"))
SCHEMA = """\
import { pgTable, text } from 'drizzle-orm/pg-core';
import { v } from './snippet';
export const t = pgTable('t', { a: text('a').default(v) });
"""
ORACLE = """\
const options = { entryPoints: [process.argv[1]], bundle: true, format: 'cjs', outfile: 'out.cjs', target: 'node20' };
require(process.argv[2]).buildSync({ ...options, logLevel: 'error', tsconfigRaw: '{}' });
process.stdout.write(String(require(process.cwd() + '/out.cjs').v));
"""


def expected(snippet):
    return snippet.read_text(encoding="utf-8").partition("\n")[0].removeprefix("// ")


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_a_snippet_means_what_esbuild_makes_of_it(read, snippet):
    schema = read({"schema.ts": SCHEMA, "snippet.ts": snippet.read_text(encoding="utf-8")})
    default = schema.statements[0].sql.partition("DEFAULT '")[2].rpartition("'")[0]
    assert default.replace("''", "'") == expected(snippet)


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_the_first_line_is_what_esbuild_says(snippet, tmp_path, require):
    modules = drizzle_kit.node_modules()
    require(
        drizzle_kit.is_here() and modules is not None and (modules / "esbuild").is_dir(),
        "esbuild, which drizzle-kit brings (run `bun install` in pixcrawler/frontend, or set PGTANDEM_NODE_MODULES)",
    )
    command = ["node", "-e", ORACLE, str(snippet), str(modules / "esbuild")]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout == expected(snippet)
