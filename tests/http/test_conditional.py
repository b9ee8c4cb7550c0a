"""Who has a page already gets 304, and nobody gets a coding that their browser refuses."""

import pytest
from starlette.requests import Request

from app.http.conditional import coding, has


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": pairs})


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ('W/"a-en-1"', True),
        ('"a-en-1"', True),
        ('"other", W/"a-en-1"', True),
        ("*", True),
        ('W/"a-en-12"', False),
        ('W/"xa-en-1"', False),
        ("a-en-1", False),
        ('"other, W/"', False),
        ("", False),
    ],
)
def test_a_version_is_known_by_its_whole_tag(asked: str, known: bool) -> None:
    assert has(request(if_none_match=asked), 'W/"a-en-1"') is known


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("BR;q=0.5", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0,gzip;q=0.000", "identity"),
        ("br;q=no, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("brotli-of-tomorrow", "identity"),
        ("", "identity"),
    ],
)
def test_a_refused_coding_is_not_sent(accepted: str, chosen: str) -> None:
    assert coding(request(accept_encoding=accepted)) == chosen
