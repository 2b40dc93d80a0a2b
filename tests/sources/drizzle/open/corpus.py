"""Public projects with a Drizzle schema, checked out, and what the real drizzle-kit prints for each.

    python tests/sources/drizzle/open/corpus.py FOLDER [--mirror DIR] [ID...]

FOLDER needs a `node_modules` with drizzle-kit and drizzle-orm (npm install drizzle-kit@0.31 drizzle-orm@0.45, and pg,
zod, drizzle-zod, ... for what these give). Each case of cases.toml is checked out there, from GitHub or from
DIR/owner+name/repo, a git directory that holds its commit; nothing of it comes into this repository. A package that a
project imports and that is not installed is replaced by one that answers to everything. A folder whose drizzle-kit is
1.0 is for that: then few projects can be judged, because it has neither casing nor relations(). Then:

    PGTANDEM_DRIZZLE_CORPUS=FOLDER PGTANDEM_DRIZZLE_CORPUS_1_0=OTHER pytest -m slow tests/sources/drizzle/open
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json", ".yaml")
LARGEST = 20_000_000
MOST_STAND_INS = 60
STAND_IN = """\
const made = () => new Proxy(function () {}, {
  get: (_, key) => key === '__esModule' ? true : key === 'then' ? undefined
    : key === Symbol.toPrimitive ? () => 'stand-in' : key === Symbol.iterator ? function* () {} : made(),
  apply: () => made(), construct: () => made(),
});
module.exports = made();
"""
MISSING = re.compile(r"Cannot find (?:module|package) '([^'./][^']*)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One schema of one project at one commit; `project` is the folder in which drizzle-kit is run.

    `files` are those that a build would make and that the schema needs.
    """

    id: str
    repository: str
    commit: str
    project: str
    entries: tuple[str, ...]
    casing: str | None
    files: Mapping[str, str]

    def checkout(self, corpus: Path) -> Path:
        return corpus / "projects" / self.repository.replace("/", "+")

    def expected(self, corpus: Path) -> Path:
        return corpus / "expected" / f"{self.id}.sql"


def cases() -> list[Case]:
    listed = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["case"]
    return [
        Case(
            id=one["id"],
            repository=one["repository"],
            commit=one["commit"],
            project=one.get("project", "."),
            entries=tuple(one["entries"]),
            casing=one.get("casing"),
            files=one.get("files", {}),
        )
        for one in listed
    ]


def check_out(case: Case, corpus: Path, mirror: Path | None) -> None:
    """Write the code of the case's commit, and link the packages of its workspace as an installation would."""
    folder = case.checkout(corpus)
    if not folder.is_dir():
        _check_out(case, corpus, folder, mirror)
        _link_workspace(folder)
    for name, text in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _check_out(case: Case, corpus: Path, folder: Path, mirror: Path | None) -> None:
    repository = corpus / "git" / case.repository.replace("/", "+")
    if mirror is not None:
        repository = mirror / case.repository.replace("/", "+") / "repo"
    elif not repository.is_dir():
        subprocess.run(
            ["git", "clone", "-q", "--bare", f"https://github.com/{case.repository}", str(repository)],
            check=True,
        )
    git = ["git", "--git-dir", str(repository)]
    listed = subprocess.run([*git, "ls-tree", "-rlz", case.commit], capture_output=True, check=True).stdout.decode()
    rows = [row.split("\t", 1) for row in listed.split("\0") if row]
    with subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reading:
        for about, path in rows:
            mode, _, name, size = about.split()
            if mode.startswith("100") and path.endswith(SUFFIXES) and size.isdigit() and int(size) < LARGEST:
                _write(folder / path, name, reading)


def _write(path: Path, name: str, reading: subprocess.Popen) -> None:
    reading.stdin.write(name.encode() + b"\n")
    reading.stdin.flush()
    answer = reading.stdout.readline().split()
    if answer[1] == b"missing":
        return
    content = reading.stdout.read(int(answer[2]))
    reading.stdout.read(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _link_workspace(folder: Path) -> None:
    for manifest in folder.rglob("package.json"):
        if "node_modules" in manifest.parts:
            continue
        try:
            name = json.loads(manifest.read_text(encoding="utf-8")).get("name")
        except (ValueError, AttributeError):
            continue
        link = folder / "node_modules" / str(name)
        if isinstance(name, str) and re.fullmatch(r"(@[\w.-]+/)?[\w.-]+", name) and manifest.parent != folder:
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.exists() and not (folder.parent.parent / "node_modules" / name).exists():
                link.symlink_to(manifest.parent, target_is_directory=True)


def judge(case: Case, corpus: Path) -> str:
    """Return what drizzle-kit prints for the case, and keep it; nothing, beside a reason, where it stops."""
    expected = case.expected(corpus)
    if not expected.is_file():
        expected.parent.mkdir(parents=True, exist_ok=True)
        printed, complaint = _printed(case, corpus)
        expected.with_suffix(".error").write_text(complaint, encoding="utf-8")
        expected.write_text(printed, encoding="utf-8")
    return expected.read_text(encoding="utf-8")


def _printed(case: Case, corpus: Path) -> tuple[str, str]:
    for _ in range(MOST_STAND_INS):
        printed, complaint = _run(case, corpus)
        missing = MISSING.search(complaint)
        if printed or missing is None:
            return printed, complaint
        if not _stand_in(missing[1], case.checkout(corpus)):
            return printed, complaint
    return printed, complaint


def _stand_in(specifier: str, folder: Path) -> bool:
    name = "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])
    package = folder / "node_modules" / name
    inside = specifier[len(name) + 1 :]
    if specifier.startswith("node:") or package.is_symlink() or name in ("drizzle-kit", "drizzle-orm"):
        return False
    target = package / (f"{inside}.js" if inside else "index.js")
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(STAND_IN, encoding="utf-8")
    manifest = {"name": name, "version": "0.0.0", "main": "index.js"}
    (package / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    return True


def has_casing(corpus: Path) -> bool:
    """Whether the folder's drizzle-kit knows casing: 1.0 does not."""
    manifest = corpus / "node_modules" / "drizzle-kit" / "package.json"
    return not json.loads(manifest.read_text(encoding="utf-8"))["version"].startswith("1.")


def _run(case: Case, corpus: Path) -> tuple[str, str]:
    project = case.checkout(corpus) / case.project
    config, out = project / "pgtandem-oracle.config.ts", project / "pgtandem-oracle"
    casing = case.casing if has_casing(corpus) else None
    options = {"dialect": "postgresql", "schema": list(case.entries), "out": out.name}
    config.write_text(f"export default {json.dumps(options | ({'casing': casing} if casing else {}))}")
    program = corpus / "node_modules" / "drizzle-kit" / "bin.cjs"
    command = ["node", str(program), "generate" if casing else "export", "--config", config.name]
    environment = {"PATH": os.environ["PATH"], "HOME": str(corpus)}
    out.mkdir(exist_ok=True)
    try:
        # A file, because drizzle-kit 1.0 ends before a pipe has taken all of it.
        with (out / "printed.txt").open("w+", encoding="utf-8") as output:
            ran = subprocess.run(
                command,
                cwd=project,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                timeout=300,
                check=False,
                stdin=subprocess.DEVNULL,
                env=environment,
            )
            output.seek(0)
            said = output.read()
        made = sorted(out.glob("*.sql"))
        printed = made[0].read_text(encoding="utf-8") if made else said
    finally:
        config.unlink()
        shutil.rmtree(out, ignore_errors=True)
    sql = printed.replace("--> statement-breakpoint", "") if "CREATE " in printed else ""
    return sql, "" if sql else f"{said}\n{ran.stderr}"


STATEMENT = re.compile(r"(?:CREATE|ALTER) ")


def statements(printed: str) -> list[str]:
    """Split what was printed into statements, without the space that does not matter."""
    found: list[list[str]] = []
    for line in printed.split("\n"):
        if STATEMENT.match(line):
            found.append([line.rstrip()])
        elif line.strip() and found:
            found[-1].append(line.rstrip())
    return ["\n".join(lines) for lines in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mirror", type=Path)
    parser.add_argument("ids", nargs="*")
    given = parser.parse_intermixed_args()
    for case in cases():
        if not given.ids or case.id in given.ids:
            check_out(case, given.folder.resolve(), given.mirror)
            count = len(statements(judge(case, given.folder.resolve())))
            sys.stdout.write(f"{case.id}: {count} statements\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
