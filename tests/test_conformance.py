"""The table of criteria names tests that are there, and the residents' statement is as new as the table."""

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from app.site.texts.accessibility import REVIEWED

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/accessibility-conformance.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d\.\d", line)
]
# WCAG 2.2: 31 criteria of level A and 24 of level AA; 4.1.1 is gone.
NUMBERS = {
    *(f"1.1.{n}" for n in [1]),
    *(f"1.2.{n}" for n in range(1, 6)),
    *(f"1.3.{n}" for n in range(1, 6)),
    *(f"1.4.{n}" for n in [*range(1, 6), *range(10, 14)]),
    *(f"2.1.{n}" for n in [1, 2, 4]),
    *(f"2.2.{n}" for n in [1, 2]),
    *(f"2.3.{n}" for n in [1]),
    *(f"2.4.{n}" for n in [*range(1, 8), 11]),
    *(f"2.5.{n}" for n in [1, 2, 3, 4, 7, 8]),
    *(f"3.1.{n}" for n in [1, 2]),
    *(f"3.2.{n}" for n in [1, 2, 3, 4, 6]),
    *(f"3.3.{n}" for n in [1, 2, 3, 4, 7, 8]),
    *(f"4.1.{n}" for n in [2, 3]),
}
RESULTS = {"Supports", "Partly", "Does not support", "Does not apply"}


def test_every_criterion_has_its_row() -> None:
    assert sorted(row[0].split()[0] for row in ROWS) == sorted(NUMBERS)
    assert [row[1] for row in ROWS].count("A") == 31
    assert [row[1] for row in ROWS].count("AA") == 24


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split()[0])
def test_a_row_says_what_is_and_where_it_can_be_seen(row: list[str]) -> None:
    _, _, result, remark, seen_in = row
    assert result in RESULTS
    assert remark
    files = re.findall(r"`([^`]+)`", seen_in)
    assert files or result == "Does not apply"
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_the_statement_is_as_new_as_the_table() -> None:
    said = re.search(r"last changed on (\d{4}-\d\d-\d\d); its digest is ([0-9a-f]{12})", TEXT)
    assert said is not None
    digest = sha256("\n".join("|".join(row) for row in ROWS).encode()).hexdigest()[:12]
    assert said[2] == digest, f"the table has changed: write today's date below it, and {digest}"
    whole = re.search(r"whole portal was last looked over on (\d{4}-\d\d-\d\d)", TEXT)
    assert whole is not None
    # A row may be mended at any time; what residents read is when everything was looked at.
    assert date.fromisoformat(whole[1]) == REVIEWED <= date.fromisoformat(said[1])


def test_what_cannot_be_taken_back_is_said_to_residents_too() -> None:
    (row,) = [row for row in ROWS if row[0].startswith("3.3.4")]
    assert row[2] == "Does not support"
    page = (ROOT / "app/pages/resident/accessibility.py").read_text()
    assert "What you have sent or erased cannot be taken back." in page
