"""streets.yaml and the neighbors of a pack: optional, and checked like the rest."""

import shutil
from pathlib import Path

import pytest

from app.city.city import City
from app.city.loader import CityPackError, load_city
from tests.city.helpers import PORTLAND


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PORTLAND, tmp_path / "pack"))


def test_a_pack_without_streets_is_a_pack(pack: Path) -> None:
    (pack / "streets.yaml").unlink()
    assert load_city(pack).streets.quadrants == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("streets.yaml", "{code: SE, lat", "{code: XX, lat", '"code" must be one of'),
        (
            "streets.yaml",
            "per_100: -0.000724}, long: {zero: -122.6655",
            "per_100: 0.0}, long: {zero: -122.6655",
            "per_100",
        ),
        ("streets.yaml", "{code: NE, lat", "{code: SE, lat", 'quadrant "SE" is described twice'),
        ("streets.yaml", "- quadrant: SE", '- quadrant: ""', '"blocks" name quadrant ""'),
        ("streets.yaml", 'code: "97201"', 'code: "9720"', "five digits in quotes"),
        ("streets.yaml", "Ankeny: 100", "Ankeny: soon", "must be a whole number"),
        ("streets.yaml", "  quadrants:", "  quadrant:", 'unknown key "quadrant"'),
        ("city.yaml", "phone: 503-255-9805", "phone: call us", "neighbor Maywood Park"),
        (
            "city.yaml",
            "name: Gresham, phone",
            "name: Maywood Park, phone",
            'name "Maywood Park" is used twice',
        ),
        ("city.yaml", "covers: state_highways", "covers: the moon", '"covers" must be one of'),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    pack: Path, file: str, old: str, new: str, reason: str
) -> None:
    text = (pack / file).read_text()
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1))
    with pytest.raises(CityPackError) as error:
        load_city(pack)
    said = str(error.value)
    assert reason in said and said.startswith(f"{file}:"), said


def test_every_neighbor_of_portland_has_a_number_and_the_enclave_is_one(portland: City) -> None:
    assert {neighbor.name for neighbor in portland.neighbors} >= {
        hole.name for hole in portland.boundary.holes
    }
