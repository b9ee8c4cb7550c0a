"""Ids and tokens."""

import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit import ids

V4 = "2f1c8e9a-5b3d-4c7e-8f10-a1b2c3d4e5f6"


def test_a_new_id_is_a_version_7_uuid_of_now() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(ids.make_id())
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= after


def test_ids_differ_and_are_accepted() -> None:
    made = {ids.make_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(ids.parse_id(one) == one for one in made)


@given(st.uuids(version=4))
def test_version_4_is_accepted_and_capitals_are_lowered(value: uuid.UUID) -> None:
    assert ids.parse_id(str(value)) == str(value)
    assert ids.parse_id(str(value).upper()) == str(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "00000000-0000-0000-0000-000000000000",
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        V4.replace("-", ""),
        "{" + V4 + "}",
        V4 + "\n",
        "../" + V4,
        "٠1890a5d-ac96-774b-bcce-b302099a8057",
    ],
)
def test_what_is_no_id(text: str) -> None:
    assert ids.parse_id(text) is None


def test_tokens_are_long_random_and_compared_by_hash() -> None:
    token = ids.make_manage_token()
    assert ids.parse_manage_token(token) == token
    assert token != ids.make_manage_token()
    stored = ids.hash_token(token)
    assert token not in stored
    assert ids.token_matches(token, stored)
    assert not ids.token_matches(ids.make_manage_token(), stored)
    assert not ids.token_matches("", stored)
    assert not ids.token_matches("\ud800", stored)


@pytest.mark.parametrize("text", ["", "a" * 21, "a" * 23, "a" * 21 + "=", "a" * 21 + "é", "a" * 22 + "\n"])
def test_what_is_no_token(text: str) -> None:
    assert ids.parse_manage_token(text) is None


def test_digests() -> None:
    # FIPS 180-4 example.
    assert ids.digest_of(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert ids.parse_sha256("A" * 64) == "a" * 64
    assert ids.parse_sha256("a" * 63) is None
    assert ids.parse_sha256("g" * 64) is None
