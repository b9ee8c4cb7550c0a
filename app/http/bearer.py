"""Who may see or change a report by its id: whoever sends its manage token along (RFC 6750 §2.1)."""

from starlette.requests import Request

from app.kit.ids import hash_token, token_matches

_NOBODY = hash_token("")


def bears_token(request: Request, token_hash: str | None) -> bool:
    """Whether a request bears the token with this hash.

    token_hash: None if there is no such report; the answer then takes as long as for a wrong token.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return is_token(token.strip(), token_hash) and scheme.lower() == "bearer"


def is_token(token: str, token_hash: str | None) -> bool:
    """Whether this is the token with this hash; None takes as long as a wrong one, and is never right."""
    return token_matches(token, token_hash or _NOBODY) and token_hash is not None
