"""Devices on which somebody has signed in before, so that wrong tries from elsewhere cannot keep them out there.

Such a device holds a mark (OWASP, "Device cookies"): random bits, and a proof that only we can make of them. Nothing
is stored here. The key of the proof is the stored hash of the password, so a new password ends every mark.
"""

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256
from secrets import token_hex

MOST_MARKS = 5
"""Of one device, which people may share; the oldest is forgotten."""

_MARK = re.compile(r"([0-9a-f]{16})([0-9a-f]{64})", re.ASCII)


def new_mark(account: str, password_hash: str) -> str:
    """A mark for a device on which this account has just signed in."""
    name = token_hex(8)
    return name + _proof(name, account, password_hash)


def parse_marks(text: str) -> list[str]:
    """The marks that a cookie holds, the newest first; what is none is left out."""
    return [mark for mark in text[:1_000].split(".") if _MARK.fullmatch(mark)][:MOST_MARKS]


def joined(new: str, old: Iterable[str]) -> str:
    """A cookie's value: a new mark, and as many of the old ones as there is room for."""
    return ".".join([new, *old][:MOST_MARKS])


def mark_of(account: str, password_hash: str, marks: Iterable[str]) -> str | None:
    """The mark that was made for this account, or None."""
    found = None
    for mark in marks:
        # All of them are looked at, so that the time says nothing.
        if hmac.compare_digest(mark[16:], _proof(mark[:16], account, password_hash)):
            found = mark
    return found


def of_others(account: str, password_hash: str, marks: Iterable[str]) -> list[str]:
    """Those that were not made for this account. Its own would take the room of somebody who shares the device."""
    return [mark for mark in marks if mark_of(account, password_hash, [mark]) is None]


def _proof(name: str, account: str, password_hash: str) -> str:
    return hmac.new(password_hash.encode(), f"device\n{account}\n{name}".encode(), sha256).hexdigest()
