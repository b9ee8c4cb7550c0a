"""The small file of places for phones without a network."""

import json
from pathlib import Path

import brotli

from app.city.loader import load_city
from app.places.data.importing import import_places
from app.places.data.offline import offline_places
from app.settings import CITY


def test_it_keeps_its_weight_and_the_best_known_places(tmp_path: Path) -> None:
    file = tmp_path / "places.db"
    import_places(file, load_city(CITY), None, lambda _file, _rows: None)
    whole, small = offline_places(file), offline_places(file, most_bytes=2_500)
    assert len(brotli.compress(whole)) < 150_000
    assert len(brotli.compress(small)) <= 2_600
    names = [place[0] for place in json.loads(whole)["places"]]
    assert "Holgate Library" in names and any("Hawthorne" in name for name in names)
    fewer = [place[0] for place in json.loads(small)["places"]]
    assert fewer == names[: len(fewer)] and fewer
    assert {area["name"] for area in json.loads(whole)["areas"]} == {"Portland", "Maywood Park"}
