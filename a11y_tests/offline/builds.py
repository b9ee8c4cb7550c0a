"""The portal as it will be: another build of its modules, another city pack."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import brotli

from a11y_tests.server import ROOT

CITY = ROOT / "app/city/portland"
_SHARED = ("app", "components", "i18n", "state", "rxconfig.py", ".web", "assets")


def newer_build(folder: Path, *changed: str) -> Path:
    """A folder from which the portal is served with other versions of these files.

    What shares an address with one of them has another one, too: those of pages.
    """
    folder.mkdir()
    for name in _SHARED:
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / ".build", folder / ".build")
    digests = json.loads((folder / ".build/static.json").read_text())
    for name in changed:
        file = folder / ".build/static" / name
        content = file.read_bytes() + b"\n// A newer one.\n"
        file.write_bytes(content)
        file.with_name(f"{name}.br").write_bytes(brotli.compress(content))
        old, new = digests[name], sha256(content).hexdigest()[:10]
        digests.update({other: new for other, digest in digests.items() if digest == old})
    (folder / ".build/static.json").write_text(json.dumps(digests))
    return folder


def files_with(name: str) -> set[str]:
    """The files that share an address with one: those of pages."""
    digests: dict[str, str] = json.loads((ROOT / ".build/static.json").read_text())
    return {other for other, digest in digests.items() if digest == digests[name]}


def newer_city(folder: Path) -> Path:
    """A city pack that asks otherwise how big a hole is, and that does not offer every type any more."""
    shutil.copytree(CITY, folder)
    for name, old, new in (
        ("streets.yaml", "How big is the hole?", "How wide is the hole?"),
        ("more.yaml", "service_code: dead-animal", "service_code: animal"),
    ):
        file = folder / "services" / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
    return folder
