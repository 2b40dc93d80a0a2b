"""Stand-ins for the extensions that a platform has and a plain server lacks, so that a schema that uses them loads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pgtandem.model.stand_in import STAND_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = re.compile(
    r"-- (?P<name>\S+) (?P<versions>[\d., ]+): (?P<what>.*)\n"
    r"(?:-- requires (?P<requires>.*)\n)?(?:-- in schema (?P<schema>.*)\n)?"
)

_TRUSTED = frozenset(
    {
        "autoinc", "bloom", "dblink", "dict_xsyn", "earthdistance", "hypopg", "insert_username", "moddatetime",
        "pg_buffercache", "pg_prewarm", "pg_stat_statements", "pg_walinspect", "pgrowlocks", "pgstattuple",
        "postgres_fdw", "refint", "sslinfo", "vector", "xml2",
    }
)  # fmt: skip
"""Real extensions that the platform lets its owner install, and PostgreSQL by itself only a superuser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """An extension's name, versions (the usual one first), what it does, what it needs, and the SQL that makes it.

    `schema` is the only one that it can be in, where there is one.
    """

    name: str
    versions: tuple[str, ...]
    what: str
    requires: tuple[str, ...]
    schema: str | None
    script: str

    @property
    def comment(self) -> str:
        """The comment by which it is known."""
        return f"{STAND_IN}{self.what}"

    @property
    def control(self) -> str:
        """Its control file."""
        needs = f"requires = '{', '.join(self.requires)}'\n" if self.requires else ""
        needs += f"schema = '{self.schema}'\n" if self.schema else ""
        return (
            f"comment = '{self.comment}'\ndefault_version = '{self.versions[0]}'\n{needs}"
            "relocatable = false\nsuperuser = true\ntrusted = true\n"
        )

    def script_in(self, schema: str) -> str:
        """The SQL that makes its objects in this schema, which must be an identifier that needs no quotes."""
        return self.script.replace("@extschema@", schema)


@cache
def all_stand_ins() -> Mapping[str, StandIn]:
    """Every stand-in by its name."""
    folder = files(__package__) / "supabase" / "stand_ins"
    sha1 = (folder / "sha1.txt").read_text(encoding="utf-8")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    made = (_stand_in(entry.read_text(encoding="utf-8").replace("@sha1@", sha1)) for entry in found)
    return {stand_in.name: stand_in for stand_in in made}


def _stand_in(text: str) -> StandIn:
    header = HEADER.match(text)
    if header is None:
        raise ValueError(f"a stand-in must begin with its name, versions and purpose: {text[:80]!r}")
    return StandIn(
        name=header["name"],
        versions=tuple(header["versions"].split(", ")),
        what=header["what"],
        requires=tuple(header["requires"].split(", ")) if header["requires"] else (),
        schema=header["schema"],
        script=text[header.end() :],
    )


def trusted() -> frozenset[str]:
    """Extensions that the platform lets its owner install, also where a server has the real one of a stand-in."""
    return _TRUSTED | all_stand_ins().keys()


def extension_files() -> Mapping[str, str]:
    """The files of all stand-ins, by name, as PostgreSQL wants them in its extension folder."""
    made = {}
    for stand_in in all_stand_ins().values():
        made[f"{stand_in.name}.control"] = stand_in.control
        made |= {f"{stand_in.name}--{version}.sql": stand_in.script for version in stand_in.versions}
    return made
