"""How a plain form is read: so many fields, so much text in all, and in UTF-8, before anybody looks at a word of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.http.replies import TooLarge

MOST_TYPED = 200_000
"""Bytes of one typed value, and characters of all that was typed, names of fields included. Far above any limit that
a person is told about, so that they are told.
"""
# Some of the other encodings that Python knows take a time that grows with the square of the length.
_ENCODINGS = frozenset((b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1"))


@asynccontextmanager
async def form_of(
    request: Request, *, fields: int, files: int = 0, longest: int = MOST_TYPED
) -> AsyncIterator[FormData]:
    """The form that a request brings; its files are there until the block ends.

    fields, files: at most so many. longest: bytes of one value.

    Raises TooLarge if there is too much text, and HTTPException 400 for everything else that no page of ours sends.
    """
    _, options = parse_options_header(request.headers.get("content-type"))
    if options.get(b"charset", b"utf-8").lower() not in _ENCODINGS:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    async with request.form(max_files=files, max_fields=fields, max_part_size=longest) as form:
        typed = (len(name) + len(value) for name, value in form.multi_items() if isinstance(value, str))
        if sum(typed) > MOST_TYPED:
            raise TooLarge
        yield form
