"""What the deployments of the tests are done to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deploy.site import Site, site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pgtandem import scratch


@pytest.fixture
def here(tmp_path: Path, server: scratch.Server) -> Iterator[Site]:
    with site(tmp_path, server, server) as made:
        yield made
