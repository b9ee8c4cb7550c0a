"""Importing a city's files: what is taken, what is refused, and that the old places stay when it is."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from app.city.city import City
from app.city.loader import load_city
from app.places.data.areas import AreaIndex
from app.places.data.collected import Collected, PlacesRefused
from app.places.data.database import open_places
from app.places.data.gazetteer import Gazetteer
from app.places.data.importing import import_places
from app.places.data.live import LivePlaces
from app.places.points import Point
from app.settings import CITY

SQUARE = [[-122.66, 45.50], [-122.64, 45.50], [-122.64, 45.53], [-122.66, 45.53], [-122.66, 45.50]]
BOW_TIE = [[-122.66, 45.50], [-122.64, 45.53], [-122.64, 45.50], [-122.66, 45.53], [-122.66, 45.50]]


@pytest.fixture(scope="module")
def portland() -> City:
    return load_city(CITY)


class Folder:
    """A folder of files to import, and the database that comes of them."""

    def __init__(self, path: Path, city: City) -> None:
        self.path, self.city, self.file = path, city, path / "places.db"
        self.sources: list[str] = []

    def add(self, name: str, content: bytes | str, kind: str, more: str = "") -> None:
        data = content if isinstance(content, bytes) else content.encode()
        (self.path / name).write_bytes(data)
        self.sources.append(f"  - {{file: {name}, kind: {kind}, name: Test, license: CC0{more}}}\n")

    def areas(self, *rings: Any, kind: str = "areas", geometry: str = "Polygon") -> None:
        features = [
            {
                "type": "Feature",
                "properties": {"name": f"Area {i}"},
                "geometry": {"type": geometry, "coordinates": ring},
            }
            for i, ring in enumerate(rings, start=1)
        ]
        self.add(f"{kind}.geojson", json.dumps({"type": "FeatureCollection", "features": features}), kind)

    def run(self) -> Collected:
        (self.path / "import.yaml").write_text("sources:\n" + "".join(self.sources))
        return import_places(self.file, self.city, self.path, lambda _file, _rows: None)

    def refused(self) -> str:
        """Why it was refused; the places that were there before must still be there, byte for byte."""
        self.file.write_bytes(b"the old places")
        with pytest.raises(PlacesRefused) as refused:
            self.run()
        assert self.file.read_bytes() == b"the old places"
        assert sorted(self.path.glob("*.new")) == []
        return str(refused.value)


@pytest.fixture
def folder(tmp_path: Path, portland: City) -> Folder:
    return Folder(tmp_path, portland)


def test_all_kinds_of_files_together(folder: Folder) -> None:
    folder.areas([SQUARE])
    folder.add(
        "stops.txt",
        "stop_id,stop_name,stop_lat,stop_lon,location_type\n"
        "1,SE Zinnia St & 19th,45.5101,-122.6470,0\n"
        "2,SE Zinnia St & 21st,45.5101,-122.6449,0\n"
        "3,Gamma Transit Center,45.5200,-122.6500,1\n"
        "4,Far away,10,10,0\n",
        "stops",
    )
    folder.add(
        "homes.csv",
        "address,lat,lon,zip\n1950 SE Zinnia St,45.5103,-122.6463,97214\nno number,45.51,-122.65,\n",
        "addresses",
    )
    folder.add(
        "places.csv", "\ufeffname,lat,lon,address\nZeta Hall,45.5150,-122.6500,12 SE Zinnia\n", "places"
    )
    collected = folder.run()
    assert collected.counts[1:] == [1, 3, 1, 1]
    assert [str(reject) for reject in collected.rejects] == [
        "stops.txt:5: lies outside of the city",
        "homes.csv:3: is no address: a house number and a street are wanted",
    ]
    found = Gazetteer(folder.file, folder.city)
    assert [one.name for one in found.search("zinnia & 19")] == ["SE Zinnia St & 19th"]
    assert (found.search("1950 SE Zinnia")[0].lat, found.search("1950 SE Zinnia")[0].sure_m) == (45.5103, 20)
    assert 45.510 < found.search("2000 se zinnia")[0].lat < 45.511
    assert found.search("zeta hal")[0].name == "Zeta Hall"
    assert AreaIndex(folder.file, folder.city).at(Point(lat=45.51, long=-122.65)).neighborhood == "Area 1"
    sources = open_places(folder.file).execute("SELECT name, licence, file, rows FROM source").fetchall()
    assert ("Test", "CC0", "stops.txt", 3) in sources


def test_importing_twice_makes_the_same_places(folder: Folder) -> None:
    folder.areas([SQUARE])

    def rows() -> list[Any]:
        folder.run()
        db = open_places(folder.file)
        return [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("place", "shape", "street")]

    assert rows() == rows()


def test_three_dimensions_and_winding_do_no_harm(folder: Folder) -> None:
    folder.areas([[[*spot, 12.5] for spot in reversed(SQUARE)]])
    folder.run()
    assert AreaIndex(folder.file, folder.city).at(Point(lat=45.51, long=-122.65)).neighborhood == "Area 1"


def test_a_bad_area_among_good_ones_is_left_out_with_its_reason(folder: Folder) -> None:
    folder.areas([SQUARE], [BOW_TIE], [[[45.5, -122.6], [45.6, -122.6], [45.6, -122.7]]])
    collected = folder.run()
    assert collected.counts[1] == 1
    said = [str(reject) for reject in collected.rejects]
    assert "areas.geojson:2: the line crosses itself (self-intersection)" in said
    assert any("areas.geojson:3" in line and "swapped" in line for line in said)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[" * 100_000, "nested too deep"),
        ("{", "is not JSON"),
        ("\xff\xfe".encode("latin-1"), "UTF-8"),
        ('{"type": "FeatureCollection", "features": []}', "no list of features"),
        ('{"features": [NaN]}', "NaN"),
        ('{"features": [7]}', "has no geometry"),
        (
            '{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[1e999, 2]]]}}]}',
            "not made of numbers",
        ),
        ('{"features": [{"geometry": {"type": "Circle", "coordinates": []}}]}', "unknown geometry"),
        ('{"features": [{"geometry": {"type": "Polygon", "coordinates": {}}}]}', "not nested"),
    ],
)
def test_hostile_geojson_is_refused_and_the_old_places_stay(
    folder: Folder, content: bytes | str, reason: str
) -> None:
    folder.add("areas.geojson", content, "areas")
    assert reason in folder.refused()


def test_a_boundary_that_crosses_itself_is_refused(folder: Folder) -> None:
    folder.areas([BOW_TIE], kind="boundary")
    assert "the line crosses itself" in folder.refused()


def test_a_boundary_with_half_a_million_points_is_refused(folder: Folder) -> None:
    circle = [
        [-122.65 + 0.01 * math.cos(i * math.tau / 500_001), 45.51 + 0.01 * math.sin(i * math.tau / 500_001)]
        for i in range(500_001)
    ]
    folder.areas([[*circle, circle[0]]], kind="boundary")
    assert "more than 500,000 points" in folder.refused()


def test_a_boundary_elsewhere_is_refused(folder: Folder) -> None:
    folder.areas([[[long + 10, lat] for long, lat in SQUARE]], kind="boundary")
    assert "somewhere else" in folder.refused()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x00\x01\x02 not a pbf", "is not a whole OpenStreetMap file"),
        (b"", "is not a whole OpenStreetMap file"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7f" + b"\xff" * 40, "is not a whole OpenStreetMap file"),
    ],
)
def test_broken_extracts_are_refused(folder: Folder, content: bytes, reason: str) -> None:
    folder.add("city.osm.pbf", content, "osm")
    assert reason in folder.refused()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"address,lat\n1 SE Oak St,45.5\n", "homes.csv:1: has no column lon"),
        (b"address,lat,lon\n1 SE Oak St,45.5,\xff\n", "UTF-8"),
        (b'address,lat,lon\n"1 SE Oak', "not a good CSV"),
        (b"address,lat,lon\n" + b"a" * 20_000 + b",1,2\n", "field larger than field limit"),
        (b"address,lat,lon\n1 SE Oak St,nan,x\n", "nothing in it could be used"),
        (b"address,lat,lon\n1 SE Oak St,0,0\n", "is no place on Earth"),
    ],
)
def test_broken_tables_are_refused_with_the_line(folder: Folder, content: bytes, reason: str) -> None:
    folder.add("homes.csv", content, "addresses")
    assert reason in folder.refused()


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/hosts"])
def test_files_outside_of_the_folder_are_not_read(folder: Folder, name: str) -> None:
    folder.sources.append(f"  - {{file: {name}, kind: addresses, name: Test, license: CC0}}\n")
    assert "same folder" in folder.refused()


def test_a_running_portal_takes_new_places_and_keeps_the_old_ones_when_they_are_broken(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.places.data.live.LOOK_AGAIN_S", -1)
    live = LivePlaces(folder.path, folder.city)
    assert live.current().gazetteer.search("zeta hall") == []
    folder.add("places.csv", "name,lat,lon\nZeta Hall,45.5150,-122.6500\n", "places")
    folder.run()
    assert live.current().gazetteer.search("zeta hall")[0].name == "Zeta Hall"
    folder.file.with_name("broken").write_bytes(b"no database")
    folder.file.with_name("broken").replace(folder.file)
    assert live.current().gazetteer.search("zeta hall")[0].name == "Zeta Hall"
    assert LivePlaces(folder.path, folder.city).current().gazetteer.search("holgate library")
