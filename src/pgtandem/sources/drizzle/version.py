"""Which drizzle-kit a project runs: the one that is installed, else the one that its package.json asks for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from pgtandem.caches import looks
from pgtandem.sources.drizzle.resolve import LARGEST_CONFIGURATION, workspace_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGES: Final = ("drizzle-kit", "drizzle-orm")
_GROUPS: Final = ("devDependencies", "dependencies", "peerDependencies", "optionalDependencies")
_IS_1_0: Final = re.compile(r"(npm:drizzle-(kit|orm)@)?[\^~>=v\s]*1\.|beta|rc|next")


def of(folder: Path) -> str:
    """Return the version of drizzle-kit whose words hold for a schema or configuration in that folder.

    Where nothing says it, that is 0.31, which also is what an older one prints.
    """
    named = next(_named(folder), "")
    return "1.0" if _IS_1_0.match(named) else "0.31"


def _named(folder: Path) -> Iterator[str]:
    """The versions that are named from the folder upwards, the installed one before the one that is asked for."""
    for here in (folder, *folder.parents):
        manifest = _json(here / "package.json")
        for package in PACKAGES:
            installed = _json(here / "node_modules" / package / "package.json").get("version")
            if isinstance(installed, str):
                yield installed
            asked = next((found for group in _GROUPS if (found := _text(manifest.get(group), package))), None)
            if asked is not None:
                yield _of_catalog(here, package) if asked.startswith("catalog:") else asked
        if looks.exists(here / ".git"):
            return


def _of_catalog(folder: Path, package: str) -> str:
    """What the workspace's catalogs say of a package (https://pnpm.io/catalogs, https://bun.com/docs/pm/catalogs)."""
    root = workspace_root(folder) or folder
    pnpm = root / "pnpm-workspace.yaml"
    if looks.is_file(pnpm):
        text = looks.content(pnpm).decode(errors="replace")
        found = re.search(rf"^\s+(['\"]?){package}\1\s*:\s*['\"]?([^'\"\s#]+)", text, re.MULTILINE)
        return found[2] if found else ""
    manifest = _json(root / "package.json")
    for place in (manifest, manifest.get("workspaces")):
        if isinstance(place, dict):
            named = place.get("catalogs")
            catalogs = [place.get("catalog"), *(named.values() if isinstance(named, dict) else ())]
            for catalog in catalogs:
                if found_text := _text(catalog, package):
                    return found_text
    return ""


def _text(group: Any, package: str) -> str | None:
    value = group.get(package) if isinstance(group, dict) else None
    return value if isinstance(value, str) else None


def _json(path: Path) -> dict[str, Any]:
    """What a manifest says; nothing where there is none, or none that can be read."""
    if not looks.is_file(path) or looks.size(path) > LARGEST_CONFIGURATION:
        return {}
    try:
        found = json.loads(looks.content(path).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
