"""The portal as it will be: another build of the pages, another city pack."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import brotli

from a11y_tests.server import ROOT

_SHARED = ("app", "components", "i18n", "state", "rxconfig.py", ".web", "assets")
WORKER = "sw.js"


def newer_build(folder: Path, *changed: str) -> Path:
    """A folder from which the portal is served with other versions of these modules, which no other may import."""
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
        digests[name] = sha256(content).hexdigest()[:10]
    (folder / ".build/static.json").write_text(json.dumps(digests))
    return folder
