"""Finds the file that an import means: relative paths, tsconfig paths, workspace packages, package imports.

An import that is none of these is a package, which is not read.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pgtandem.caches import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.globs import matched
from pgtandem.sources.drizzle.typescript import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

EXTENSIONS: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".d.ts")
INSTEAD: Final = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
DECLARATIONS: Final = (".d.ts", ".d.mts", ".d.cts")
CONDITIONS: Final = ("source", "development", "import", "module", "node", "require", "default", "types")
BUILD_FOLDERS: Final = ("dist", "build", "lib", "out", "esm", "cjs", ".output")
LARGEST_CONFIGURATION: Final = 1024 * 1024


class Paths(NamedTuple):
    """What a tsconfig says about imports: patterns with the files they may mean, and the folder of bare names."""

    patterns: tuple[tuple[str, tuple[Path, ...]], ...] = ()
    base: Path | None = None


@dataclass(slots=True)
class Resolver:
    """Resolves imports of one project; what it has looked up it keeps.

    `project` is the folder that drizzle-kit would be run in, `notes` gathers what could not be followed, `consulted`
    every configuration file that was read.
    """

    project: Path
    notes: list[str] = field(default_factory=list)
    consulted: set[Path] = field(default_factory=set)
    _configurations: dict[Path, dict[str, Any]] = field(default_factory=dict)
    _paths: dict[Path, Paths] = field(default_factory=dict)
    _workspaces: dict[Path, Mapping[str, Path]] = field(default_factory=dict)

    def file(self, specifier: str, importer: Path) -> Path | None:
        """Return the file that `specifier` means in `importer`, or None where it is a package.

        Raises `SourceError` (without a place, which the caller knows) where the file should be there and is not.
        """
        if specifier.startswith((".", "/")):
            found = existing(Path(os.path.normpath(importer.parent / specifier)))
            if found is None:
                raise SourceError(f'cannot find the module "{specifier}"')
            return found
        if specifier.startswith("node:"):
            return None
        return (
            self._by_paths(specifier, importer)
            or self._by_imports(specifier, importer)
            or self._workspace(specifier, importer)
        )

    def installed(self, specifier: str, importer: Path) -> Path | None:
        """Return the file of an installed package that `specifier` means, as Node finds it, or None."""
        name = package_name(specifier)
        for folder in importer.parents:
            package = folder / "node_modules" / name
            if looks.is_file(package / "package.json"):
                return self._in_package(package, specifier[len(name) :])
        return None

    def _in_package(self, package: Path, inside: str) -> Path | None:
        manifest = self._json(package / "package.json")
        exports = manifest.get("exports")
        if exports is not None:
            targets = list(
                _targets(exports if isinstance(exports, dict) and _is_map(exports) else {".": exports}, "." + inside)
            )
        elif inside:
            targets = ["." + inside]
        else:
            targets = [value for key in ("module", "main") if isinstance(value := manifest.get(key), str)] + ["./index"]
        paths = (Path(os.path.normpath(package / target)) for target in targets)
        files = (existing(path) for path in paths if path.is_relative_to(package))
        return next((file for file in files if file is not None and not file.name.endswith(DECLARATIONS)), None)

    # ---- tsconfig

    def _by_paths(self, specifier: str, importer: Path) -> Path | None:
        aliased = False
        for config in self._configs(importer):
            paths = self._tsconfig(config)
            for candidate in _matches(paths, specifier):
                aliased = True
                found = existing(candidate)
                if found is not None:
                    return found
            found = existing(paths.base / specifier) if paths.base is not None else None
            if found is not None:
                return found
        if aliased and is_private(specifier):
            raise SourceError(f'cannot find the module "{specifier}", which tsconfig.json maps to a file')
        return None

    def _configs(self, importer: Path) -> Iterator[Path]:
        """The tsconfig of the folder that drizzle-kit runs in goes first, then that of the importing file's package."""
        seen = set()
        for start in (self.project, importer.parent):
            for folder in (start, *start.parents):
                config = next(
                    (folder / name for name in ("tsconfig.json", "jsconfig.json") if looks.is_file(folder / name)), None
                )
                if config is not None:
                    if config not in seen:
                        seen.add(config)
                        yield config
                    break

    def _tsconfig(self, config: Path, depth: int = 0) -> Paths:
        if config not in self._paths:
            self._paths[config] = Paths()
            self._paths[config] = self._read_tsconfig(config, depth)
        return self._paths[config]

    def _read_tsconfig(self, config: Path, depth: int) -> Paths:
        content = self._json(config)
        options = _object(content.get("compilerOptions"))
        inherited = Paths()
        extended = content.get("extends")
        for name in [extended] if isinstance(extended, str) else _texts(extended):
            parent = self._extended(name, config)
            if parent is None and ".svelte-kit" in name:
                inherited = self._svelte(config.parent)
            elif parent is None:
                self.notes.append(f"{config.name} extends {name}, which is not there")
            elif depth < 16:  # noqa: PLR2004 - a chain of that length is a mistake
                inherited = self._tsconfig(parent, depth + 1)
        base_url = options.get("baseUrl")
        base = Path(os.path.normpath(config.parent / base_url)) if isinstance(base_url, str) else inherited.base
        patterns = inherited.patterns
        if isinstance(options.get("paths"), dict):
            patterns = tuple(
                (pattern, tuple(Path(os.path.normpath((base or config.parent) / target)) for target in _texts(targets)))
                for pattern, targets in options["paths"].items()
            )
        referenced = () if patterns or depth else tuple(self._referenced(content, config))
        return Paths(patterns=patterns or referenced, base=base)

    def _svelte(self, folder: Path) -> Paths:
        """What SvelteKit would write into its tsconfig: "$lib" and the aliases of svelte.config.js.

        https://svelte.dev/docs/kit/configuration#alias
        """
        aliases = {"$lib": "src/lib"}
        config = next(
            (path for path in (folder / "svelte.config.js", folder / "svelte.config.ts") if looks.is_file(path)), None
        )
        if config is not None:
            self.consulted.add(config)
            aliases |= texts_of(looks.content(config), "alias")
        patterns = []
        for alias, target in aliases.items():
            path = Path(os.path.normpath(folder / target))
            patterns.append((alias, (path,)))
            if not alias.endswith("/*"):
                patterns.append((f"{alias}/*", (path / "*",)))
        return Paths(patterns=tuple(patterns))

    def _referenced(self, content: Mapping[str, Any], config: Path) -> Iterator[tuple[str, tuple[Path, ...]]]:
        """The paths of the projects that a tsconfig of references only points at."""
        for reference in content.get("references") or ():
            path = _object(reference).get("path")
            if isinstance(path, str):
                target = config.parent / path
                target = target / "tsconfig.json" if looks.is_folder(target) else target
                if looks.is_file(target):
                    yield from self._tsconfig(target, depth=1).patterns

    def _extended(self, name: str, config: Path) -> Path | None:
        starts = (
            [config.parent]
            if name.startswith((".", "/"))
            else [folder / "node_modules" for folder in (config.parent, *config.parents[1:])]
        )
        for start in starts:
            path = Path(os.path.normpath(start / name))
            for candidate in (path, path.with_name(path.name + ".json"), path / "tsconfig.json"):
                if looks.is_file(candidate):
                    return candidate
        package = self._workspace_packages(config.parent).get(package_name(name))
        if package is None:
            return None
        path = package / name[len(package_name(name)) :].lstrip("/")
        return next(
            (one for one in (path, path.with_name(path.name + ".json"), path / "tsconfig.json") if looks.is_file(one)),
            None,
        )

    # ---- packages of the same repository

    def _by_imports(self, specifier: str, importer: Path) -> Path | None:
        if not specifier.startswith("#"):
            return None
        for folder in importer.parents:
            manifest = folder / "package.json"
            if looks.is_file(manifest):
                targets = _targets(_object(self._json(manifest).get("imports")), specifier)
                return next(_files(folder, targets), None)
        return None

    def _workspace(self, specifier: str, importer: Path) -> Path | None:
        name = package_name(specifier)
        folder = self._workspace_packages(importer.parent).get(name)
        if folder is None:
            return None
        manifest = self._json(folder / "package.json")
        inside = "." + specifier[len(name) :]
        exports = manifest.get("exports")
        targets = list(_targets(exports if isinstance(exports, dict) and _is_map(exports) else {".": exports}, inside))
        if inside == ".":
            targets += [
                value for key in ("source", "module", "main", "types") if isinstance(value := manifest.get(key), str)
            ]
            targets += ["./index", "./src/index"]
        else:
            targets += [inside, "./src/" + inside[2:]]
        found = next(_files(folder, targets), None)
        if found is None:
            self.notes.append(f"the workspace package {name} has no source file for {specifier}")
        return found

    def _workspace_packages(self, start: Path) -> Mapping[str, Path]:
        root = workspace_root(start)
        if root is None:
            return {}
        if root not in self._workspaces:
            self._workspaces[root] = dict(self._members(root))
        return self._workspaces[root]

    def _members(self, root: Path) -> Iterator[tuple[str, Path]]:
        for pattern in (*_workspace_patterns(root, self._json), "."):
            if pattern.startswith("!"):
                continue
            folders = [root] if pattern == "." else _folders(root, pattern)
            for folder in folders:
                name = (
                    self._json(folder / "package.json").get("name") if looks.is_file(folder / "package.json") else None
                )
                if isinstance(name, str):
                    yield name, folder

    def _json(self, path: Path) -> dict[str, Any]:
        if path not in self._configurations:
            if not looks.is_file(path) or looks.size(path) > LARGEST_CONFIGURATION:
                return {}
            self.consulted.add(path)
            try:
                content = json.loads(without_comments(looks.content(path).decode("utf-8-sig")))
            except (ValueError, RecursionError):
                self.notes.append(f"{path} is not JSON and is not looked at")
                content = None
            self._configurations[path] = _object(content)
        return self._configurations[path]


def existing(path: Path) -> Path | None:
    """Return the file that a path without (or with another) extension means."""
    if path.suffix in INSTEAD:
        for extension in INSTEAD[path.suffix]:
            if looks.is_file(path.with_suffix(extension)):
                return path.with_suffix(extension)
    if path.suffix and looks.is_file(path):
        return path
    for extension in EXTENSIONS:
        candidate = path.with_name(path.name + extension) if path.name else path
        if looks.is_file(candidate):
            return candidate
    return next(
        (path / f"index{extension}" for extension in EXTENSIONS if looks.is_file(path / f"index{extension}")), None
    )


def workspace_root(start: Path) -> Path | None:
    """Return the folder whose package.json (or pnpm-workspace.yaml) names the packages around, or the own package."""
    nearest = None
    for folder in (start, *start.parents):
        manifest = folder / "package.json"
        if looks.is_file(folder / "pnpm-workspace.yaml"):
            return folder
        if looks.is_file(manifest):
            nearest = nearest or folder
            if looks.size(manifest) <= LARGEST_CONFIGURATION and b'"workspaces"' in looks.content(manifest):
                return folder
        if looks.exists(folder / ".git"):
            break
    return nearest


def _workspace_patterns(root: Path, read: Any) -> Iterator[str]:
    pnpm = root / "pnpm-workspace.yaml"
    if looks.is_file(pnpm) and looks.size(pnpm) <= LARGEST_CONFIGURATION:
        yield from _yaml_packages(looks.content(pnpm).decode(errors="replace"))
    declared = read(root / "package.json").get("workspaces")
    yield from _texts(declared if isinstance(declared, list) else _object(declared).get("packages"))


def _yaml_packages(text: str) -> Iterator[str]:
    """The items of `packages:` in a pnpm-workspace.yaml, which are always plain texts."""
    inside = False
    for line in text.splitlines():
        if re.match(r"packages\s*:", line):
            inside = True
        elif inside and (item := re.match(r"\s*-\s*['\"]?([^'\"#]+?)['\"]?\s*(#.*)?$", line)):
            yield item.group(1)
        elif line.strip() and not line.startswith((" ", "#", "-")):
            inside = False


def _folders(root: Path, pattern: str) -> list[Path]:
    clean = pattern.strip("/").removeprefix("./")
    if not clean or ".." in clean.split("/"):
        return []
    return [path for path in matched(root / clean) if looks.is_folder(path) and "node_modules" not in path.parts]


def package_name(specifier: str) -> str:
    """Return the package's name in an import of it or of something in it."""
    parts = specifier.split("/")
    return "/".join(parts[:2]) if specifier.startswith("@") else parts[0]


def is_private(specifier: str) -> bool:
    """Return whether no package can have such a name, as with "@/x", "~/x" and "$lib/x"."""
    return specifier.startswith(("@/", "~", "$", "#"))


def _is_map(exports: Mapping[str, Any]) -> bool:
    return any(key.startswith(".") for key in exports)


def _matches(paths: Paths, specifier: str) -> Iterator[Path]:
    """The files that the longest matching pattern names, "*" filled in."""
    exact = [targets for pattern, targets in paths.patterns if pattern == specifier]
    wild = sorted(
        ((pattern.partition("*"), targets) for pattern, targets in paths.patterns if "*" in pattern),
        key=lambda one: -len(one[0][0]),
    )
    for targets in exact:
        yield from targets
    for (prefix, _, suffix), targets in wild:
        if specifier.startswith(prefix) and specifier.endswith(suffix) and len(specifier) >= len(prefix) + len(suffix):
            filling = specifier[len(prefix) : len(specifier) - len(suffix)]
            yield from (Path(str(target).replace("*", filling, 1)) for target in targets)


def _targets(exports: Mapping[str, Any], name: str) -> Iterator[str]:
    if name in exports:
        yield from _conditions(exports[name])
    for pattern, target in exports.items():
        prefix, star, suffix = pattern.partition("*")
        if star and name.startswith(prefix) and name.endswith(suffix) and len(name) >= len(prefix) + len(suffix):
            filling = name[len(prefix) : len(name) - len(suffix)]
            yield from (one.replace("*", filling) for one in _conditions(target))


def _conditions(target: Any) -> Iterator[str]:
    if isinstance(target, str):
        yield target
    elif isinstance(target, list):
        for one in target:
            yield from _conditions(one)
    elif isinstance(target, dict):
        for condition in (*CONDITIONS, *(key for key in target if key not in CONDITIONS)):
            if condition in target:
                yield from _conditions(target[condition])


def _files(folder: Path, targets: Iterable[str]) -> Iterator[Path]:
    """The files that the targets name; one in a build folder, which is not committed, means the source beside it."""
    for target in targets:
        path = Path(os.path.normpath(folder / target))
        if not path.is_relative_to(folder):
            continue
        for candidate in (*unbuilt(folder, path), path):
            found = existing(candidate)
            if found is not None and not found.name.endswith(DECLARATIONS):
                yield found


def unbuilt(folder: Path, path: Path) -> Iterator[Path]:
    """Yield what a file in a build folder of `folder` may be made of, without its extension."""
    parts = path.relative_to(folder).parts
    if not parts or parts[0] not in BUILD_FOLDERS:
        return
    stem = re.sub(r"(\.d)?\.[cm]?[jt]sx?$", "", parts[-1])
    inner = (*parts[1:-1], stem)
    yield folder.joinpath("src", *inner)
    if inner[0] in ("src", *BUILD_FOLDERS):
        yield folder.joinpath("src", *inner[1:])
    yield folder.joinpath(*inner)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


COMMENT: Final = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
LAST_COMMA: Final = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', re.DOTALL)
"""Each also matches a text, which stays, so that nothing is looked for inside of one."""


def without_comments(text: str) -> str:
    """Return JSON as a tsconfig may have it (comments, trailing commas) as plain JSON."""
    return LAST_COMMA.sub(r"\1", COMMENT.sub(r"\1", text))
