"""What holds for every unit test: nobody outside this machine is called, and shared data are found in one place."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SHARED_DATA = Path(os.environ.get("PORTAL_TEST_DATA", ROOT / "../shared/data"))
LOOPBACK = ("127.", "::1", "localhost")

# The same examples every time, however slow the machine: a failure then comes from the change at hand.
settings.register_profile("portal", deadline=None, derandomize=True)
settings.load_profile("portal")


class NetworkUsed(Exception):
    """A unit test wanted to talk to another machine. No OSError, so that no retry or fallback hides it."""


def _stays_here(address: Any) -> bool:
    """Whether a socket address is this machine: a path (Unix socket), or a (host, port) on loopback."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse look-ups of names and connections that would leave the machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *others: Any, **more: Any) -> Any:
        _check((host or "localhost", 0))
        return getaddrinfo(host, *others, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def _check(address: Any) -> None:
    if not _stays_here(address):
        raise NetworkUsed(f"a unit test wanted to talk to {address[0]}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos, places and requests, which is not part of this repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the shared test data are not at {SHARED_DATA}; set PORTAL_TEST_DATA to their folder")
    return SHARED_DATA
