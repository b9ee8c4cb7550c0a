"""Ids and tokens that a device or this server makes: UUIDs, private links, sign-in tokens."""

import base64
import hashlib
import hmac
import re
import secrets
import time
import uuid

_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE | re.ASCII)


def make_id() -> str:
    """A new UUID version 7 (RFC 9562 §5.7): 48 bits of Unix time in milliseconds, then 74 random bits.

    Later ids sort after earlier ones, so that new rows stand together in every index.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def parse_id(text: str) -> str | None:
    """The id in its one canonical form (lower case, with dashes), or None if it is no id.

    A UUID of version 7 or of version 4 (what old browsers make) is an id; anything else is not.
    """
    return text.lower() if _UUID.fullmatch(text) else None


def make_manage_token() -> str:
    """A new private-link token: 128 random bits as 22 characters of base64url without padding (RFC 4648
    §5).
    """
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode("ascii")


def parse_manage_token(text: str) -> str | None:
    """The token as it is, or None if it does not look like one."""
    return text if _TOKEN.fullmatch(text) else None


def make_session_token() -> str:
    """A new sign-in token: 256 random bits as 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored instead of a token: its SHA-256 in hex. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def token_matches(token: str, token_hash: str) -> bool:
    """Whether this is the token whose hash is stored, in a time that tells nothing about it."""
    return hmac.compare_digest(hash_token(token), token_hash)


def digest_of(content: bytes) -> str:
    """SHA-256 of frozen content in hex, as the device computes it too."""
    return hashlib.sha256(content).hexdigest()


def parse_sha256(text: str) -> str | None:
    """A SHA-256 in lower-case hex (64 digits), or None if it is none."""
    return text.lower() if _SHA256.fullmatch(text) else None
