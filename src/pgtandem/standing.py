"""A database in which a source stands: the live one that it is, else a scratch database of its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.emitters import EMITTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.emit.emitters import Material


@contextmanager
def standing(material: Material, server: scratch.Server) -> Iterator[str]:
    """The URL of a scratch database with the platform and all that is declared, gone when the block ends."""
    template = scratch.platform_template(server, material.platform.name)
    with scratch.database(server, template=template) as url:
        production = render(EMITTERS["production-sql"](material))
        scratch.load(url, production, path="the declared schema", role=material.platform.owner)
        yield url
