"""Packs to test with, and real coordinates to measure against."""

import os
from pathlib import Path

import pytest

from app.city.city import City
from app.city.loader import load_city
from tests.city.helpers import PORTLAND, ROOT, RealPlaces, guide_files


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with the guide's pack, to be changed by a test."""
    for name, text in guide_files().items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def portland() -> City:
    """The city pack of Portland, as shipped."""
    return load_city(PORTLAND)


@pytest.fixture(scope="session")
def real_places() -> RealPlaces:
    """Real coordinates, or a skipped test where the shared data are not there."""
    folder = Path(os.environ.get("PORTAL_TEST_DATA", ROOT / "../shared/data"))
    if not (folder / "geo").is_dir():
        pytest.skip(f"the shared test data are not at {folder}; set PORTAL_TEST_DATA to their folder")
    return RealPlaces(folder)
