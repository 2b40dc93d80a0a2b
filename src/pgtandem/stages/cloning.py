"""Clones: throwaway databases with the platform and a schema, whatever that is written in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.emitters import EMITTERS, Material
from pgtandem.sources import named
from pgtandem.sources.script import Script
from pgtandem.sources.together import load_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgtandem.project.project import Project
    from pgtandem.sources.declared import Reader


def scripts_of(source: Project | str, reader: Reader, *, casing: str | None = None) -> Sequence[Script]:
    """Return the SQL of a schema as it is written, else as production SQL; a live database is only read."""
    if not isinstance(source, str):
        return source.scripts
    read = named.read_to_write(source, reader, casing=casing)
    material = Material(declared=read.declared, platform=reader.platform, scope=reader.scope, relations=read.relations)
    return read.scripts or (Script(path=source, sql=render(EMITTERS["production-sql"](material))),)


@contextmanager
def clone(scripts: Sequence[Script], reader: Reader, *, legacy: bool = False) -> Iterator[str]:
    """URL of a throwaway database with the schema; `legacy` as on platforms that grant new tables to every client."""
    platform = reader.platform
    with reader.server_for(scripts) as server:
        template = scratch.platform_template(server, platform.name, default_privileges="legacy" if legacy else "new")
        with scratch.database(server, template=template) as url:
            load_together(url, scripts, platform=platform)
            yield url
