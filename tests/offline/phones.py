"""Phones for tests: a Node process in which the real outbox runs (device.mjs), and how to talk to it."""

import json
import select
import subprocess
import sys
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FAKE_INDEXEDDB = ROOT / "a11y_tests/node_modules/fake-indexeddb"
PATIENCE = 60
"""Seconds after which a phone that does not answer hangs."""

Patch = tuple[str, str, str]
"""A file of assets/, what stands there, and what is put in its place."""


class Phones:
    """One process for as many phones, and as many worlds one after the other, as a test wants."""

    def __init__(self, photos: Sequence[bytes] = (), patches: Sequence[Patch] = ()) -> None:
        self._process = subprocess.Popen(
            [_node(), "--experimental-vm-modules", "--no-warnings", Path(__file__).with_name("device.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.do("photos", files=[b64encode(photo).decode() for photo in photos])
        self.do("patch", patches=patches)

    def do(self, command: str, **values: Any) -> dict[str, Any]:
        """Have a command carried out. Raises RuntimeError if it fails or takes too long."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"command": command, **values}) + "\n")
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            raise RuntimeError(f"{command} hangs")
        reply = json.loads(self._process.stdout.readline() or '{"failed": "the phones have ended"}')
        if "failed" in reply:
            raise RuntimeError(f"{command}: {reply['failed']}")
        return dict(reply)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def _node() -> Path:
    return Path(sys.executable).with_name("node")
