"""`python -m app.publish.static`: our own modules and lists as they are served, written to `.build/`.

They are small, each under an address made of its bytes: whoever has a file never fetches it again until it changes.
Those of pages share an address, because they name each other. Nothing of Reflex is needed for it.
"""

import json
import shutil
import sys
from pathlib import Path

from app.http.addresses import digest, smallest
from app.http.built import BUILD
from app.kit import danger_list
from app.publish import leaflet, minify
from app.publish.bundle import Files, bundled
from app.publish.tree import PublishError

ASSETS = Path("assets")


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
    """Write every module and list with its brotli twin into a folder.

    Returns the digest in each file's address, by the file's name.
    Raises PublishError if modules cannot be joined (app/publish/bundle.py).
    """
    target.mkdir(parents=True)
    digests: dict[str, str] = {}
    for files in bundled(assets).values():
        digests |= _write_together(target, files)
    return {**digests, **_write_leaflet(target), **_write_danger(target)}


def _write_together(target: Path, files: Files) -> dict[str, str]:
    """Files that name each other as neighbors: they share a folder, whose name is of the bytes of all of them."""
    for name, content in files.items():
        _write(target / name, content.encode())
    together = digest(json.dumps(files, sort_keys=True).encode())
    return dict.fromkeys(files, together)


def _write_leaflet(target: Path) -> dict[str, str]:
    """The library of the map, by itself: our modules are small because none of them brings it along."""
    small = minify.javascript({leaflet.MODULE: leaflet.module()})[leaflet.MODULE]
    return {
        leaflet.MODULE: _write(target / leaflet.MODULE, (leaflet.LICENSE + small).encode()),
        leaflet.STYLE: _write(target / leaflet.STYLE, leaflet.style().encode()),
    }


def _write_danger(target: Path) -> dict[str, str]:
    """The lists that tell danger in free text, one a language, for assets/danger.js."""
    contents = {code: danger_list.published(code) for code in danger_list.codes()}
    contents["languages"] = danger_list.told_apart()
    files = {f"danger-{name}.json": danger_list.packed(content) for name, content in contents.items()}
    return {name: _write(target / name, content) for name, content in files.items()}


def _write(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    file.with_name(f"{file.name}.br").write_bytes(smallest(content))
    return digest(content)


if __name__ == "__main__":
    main()
