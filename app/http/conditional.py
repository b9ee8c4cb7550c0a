"""What a visitor has already and what their browser can read: If-None-Match and Accept-Encoding, read in one place."""

import re
from typing import Literal

from starlette.requests import Request

Coding = Literal["br", "gzip", "identity"]

VARY = "accept-encoding"
"""Of every answer that `coding` chose the form of."""

_BY_SIZE: tuple[Coding, ...] = ("br", "gzip")
"""The smallest first."""

_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def has(request: Request, etag: str) -> bool:
    """Whether the visitor has this version, by weak comparison (RFC 9110 §8.8.3.2, §13.1.2).

    etag: ours, as `"…"` or `W/"…"`.
    """
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or etag.removeprefix("W/")[1:-1] in _ENTITY_TAG.findall(asked)


def coding(request: Request) -> Coding:
    """The best coding the visitor's browser reads (RFC 9110 §12.5.3); a weight of 0 means that it does not."""
    weights = dict(_weighed(part) for part in request.headers.get("accept-encoding", "").split(","))
    for name in _BY_SIZE:
        if weights.get(name, weights.get("*", 0.0)) > 0:
            return name
    return "identity"


def _weighed(part: str) -> tuple[str, float]:
    """A coding and its weight; one whose weight cannot be read counts as refused."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 0.0
