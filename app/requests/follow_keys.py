"""Keys of phones that follow a request: made by the phone, kept only as a hash that says nothing about anybody."""

from app.kit.ids import hash_token, make_manage_token, parse_manage_token

UNCOUNTED = "-"


def make_key() -> str:
    """A new key for following: 128 random bits, of the same kind as a private link's token."""
    return make_manage_token()


def parse_key(text: str) -> str | None:
    """The key as it is, or None if it does not look like one."""
    return parse_manage_token(text)


def key_hash_of(request_id: str, key: str) -> str:
    """What is stored instead of a key: SHA-256 of the request's id with it.

    So nobody can see that two requests are followed from the same phone, even if it uses one key for all.
    """
    return hash_token(f"{request_id} {key}")
