"""Who may see or change a report by its id: whoever sends its manage token along (RFC 6750 §2.1)."""

from starlette.requests import Request

from app.domain.ids import hash_token, token_matches

_NOBODY = hash_token("")


def bears_token(request: Request, token_hash: str | None) -> bool:
    """Whether a request bears the token with this hash.

    token_hash: None if there is no such report; the answer then takes as long as for a wrong token.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    matches = token_matches(token.strip(), token_hash or _NOBODY)
    return token_hash is not None and scheme.lower() == "bearer" and matches
