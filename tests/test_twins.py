"""Rules that once stood in several places stand in one: what each of them cannot do without occurs in one file only."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("sign", "file"),
    [
        pytest.param("ip_network(", "app/kit/networks.py", id="the network of an address"),
        pytest.param('"tel:', "app/routes.py", id="a number to be dialed"),
        pytest.param("[0-9]{3}-[0-9]{3}-[0-9]{4}", "app/city/contacts.py", id="a number in a city pack"),
        pytest.param("Make this shorter by", "app/kit/text.py", id="a text that is too long"),
        pytest.param('.part"', "app/photos/spool.py", id="where a photo on its way in lies"),
        pytest.param('"--keys"', "app/backups/frame.py", id="the frame of the commands of backups"),
    ],
)
def test_each_stands_once(sign: str, file: str) -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "components", "state")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if sign in path.read_text(encoding="utf-8")
    ]
    assert found == [file]
