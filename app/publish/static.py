"""`python -m app.publish.static`: our own modules as they are served, written to `.build/`.

They are small, each under an address made of its own bytes: whoever has a file never fetches it again until that file
changes, whatever else changes beside it. Nothing of Reflex is needed for it.
"""

import json
import re
import shutil
import sys
from pathlib import Path

from app.http.addresses import digest, smallest
from app.http.built import BUILD
from app.publish import leaflet, minify
from app.publish.tree import PublishError
from app.routes import url

ASSETS = Path("assets")
WORKER = "sw.js"
"""The service worker: one plain script, because older browsers know no modules there."""

_IMPORT = re.compile(r'^import [^;]*?"\./([\w-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_LATE_IMPORT = re.compile(r'(?<!typeof )\bimport\("\./([\w-]+\.js)"\)(?!\.[A-Z])')
"""Not one that names a type, as `import("./place.js").Point` in a comment does."""
_SMALL_IMPORT = re.compile(r'(?<=["`\'])\./([\w-]+\.js)(?=["`\'])')


def main() -> None:
    """Write `.build/static/`, and at last `.build/static.json`, which says that all of it is there."""
    listing = BUILD / "static.json"
    listing.unlink(missing_ok=True)
    shutil.rmtree(BUILD / "static", ignore_errors=True)
    try:
        files = write_static(ASSETS, BUILD / "static")
    except PublishError as error:
        sys.exit(str(error))
    listing.write_text(json.dumps(files))


def write_static(assets: Path, target: Path) -> dict[str, str]:
    """Write every module with its brotli twin into a folder.

    Returns the digest in each file's address, by the file's name.
    Raises PublishError if modules import each other in a circle, or one that is not there.
    """
    sources = {file.name: file.read_text() for file in sorted(assets.glob("*.js"))}
    target.mkdir(parents=True)
    digests: dict[str, str] = {}
    ordered = _in_order(sources)
    if WORKER in sources:
        sources[WORKER] = _one_script(sources)
    small = minify.javascript(sources)
    for name in ordered:
        # A module names the exact files that it imports.
        content = _SMALL_IMPORT.sub(lambda found: _address(found[1], digests), small[name])
        digests[name] = _write(target / name, content.encode())
    return {**digests, **_write_leaflet(target)}


def _write_leaflet(target: Path) -> dict[str, str]:
    """The library of the map, by itself: our modules are small because none of them brings it along."""
    small = minify.javascript({leaflet.MODULE: leaflet.module()})[leaflet.MODULE]
    return {
        leaflet.MODULE: _write(target / leaflet.MODULE, (leaflet.LICENCE + small).encode()),
        leaflet.STYLE: _write(target / leaflet.STYLE, leaflet.style().encode()),
    }


def _address(name: str, digests: dict[str, str]) -> str:
    return url("static", version=digests[name], file=name)


def _write(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    file.with_name(f"{file.name}.br").write_bytes(smallest(content))
    return digest(content)


def _one_script(sources: dict[str, str]) -> str:
    """The worker with all that it imports, one after the other."""
    parts = dict.fromkeys([*_imported(sources, WORKER, ()), WORKER])
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", sources[name])) for name in parts)


def _in_order(sources: dict[str, str]) -> list[str]:
    """Every module after those that it imports, at once or late."""
    names: dict[str, None] = {}
    for name in sources:
        names.update(dict.fromkeys([*_imported(sources, name, (), late=True), name]))
    return list(names)


def _imported(sources: dict[str, str], name: str, above: tuple[str, ...], *, late: bool = False) -> list[str]:
    """All that a module needs, deepest first. late: also what it loads only when it is wanted."""
    if name in above or name not in sources:
        raise PublishError(f"{' imports '.join((*above, name))}: a circle, or no such module")
    needed: list[str] = []
    for other in _IMPORT.findall(sources[name]) + (_LATE_IMPORT.findall(sources[name]) if late else []):
        needed += [*_imported(sources, other, (*above, name), late=late), other]
    return needed


if __name__ == "__main__":
    main()
