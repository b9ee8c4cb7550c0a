"""Private property: what looks like it, and what never does."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.city.city import City
from app.city.loader import load_city
from app.places.data.areas import AreaIndex
from app.places.data.collected import PlacesRefused
from app.places.data.database import open_places
from app.places.data.importing import import_places
from app.places.data.private_tags import is_private_area, is_private_way
from app.places.points import Point
from app.settings import CITY

LAT, LONG = 45.51, -122.65
METER = 1 / 111_195


@pytest.fixture(scope="module")
def portland() -> City:
    return load_city(CITY)


def osm(*ways: tuple[dict[str, str], list[tuple[float, float]]]) -> str:
    """An extract. Of each way: its tags, and its points as meters north and east of LAT, LONG."""
    nodes: list[str] = []
    lines: list[str] = []
    for number, (tags, points) in enumerate(ways, start=1):
        first = len(nodes) + 1
        for north, east in points:
            lat, long = LAT + north * METER, LONG + east * METER / 0.7008
            nodes.append(f'<node id="{len(nodes) + 1}" version="1" lat="{lat:.7f}" lon="{long:.7f}"/>')
        refs = [*range(first, len(nodes) + 1)]
        if points[0] == points[-1]:
            nodes.pop()
            refs[-1] = first
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        inside += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="{number}" version="1">{inside}</way>')
    return f'<osm version="0.6">{"".join(nodes)}{"".join(lines)}</osm>'


def square(size: float, *, north: float = 0, east: float = 0) -> list[tuple[float, float]]:
    corners = [(-size, -size), (-size, size), (size, size), (size, -size), (-size, -size)]
    return [(north + up, east + right) for up, right in corners]


def imported(folder: Path, city: City, sources: str, **files: str) -> AreaIndex:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    (folder / "import.yaml").write_text(f"sources:\n{sources}")
    import_places(folder / "places.db", city, folder, lambda _file, _rows: None)
    return AreaIndex(folder / "places.db", city)


def at(areas: AreaIndex, north: float = 0, east: float = 0) -> bool:
    return areas.at(Point(lat=LAT + north * METER, long=LONG + east * METER / 0.7008)).private


OSM = "- {file: city.osm, kind: osm, name: OpenStreetMap, license: ODbL}\n"


def test_a_shops_ground_and_its_parking_lot_look_private_but_not_the_street_through_them(
    tmp_path: Path, portland: City
) -> None:
    city = osm(
        ({"landuse": "retail", "name": "Ms. Private Name"}, square(100)),
        ({"highway": "residential", "name": "SE Test Street"}, [(0, -200), (0, 200)]),
        ({"amenity": "parking", "access": "customers"}, square(30, north=300)),
        ({"amenity": "parking"}, square(30, north=500)),
    )
    areas = imported(tmp_path, portland, OSM, city_osm=city)
    assert at(areas, 50) and at(areas, -50) and at(areas, 300)
    assert not at(areas, 0) and not at(areas, 10)
    assert not at(areas, 500), "anybody may park there, as far as we know"
    assert not at(areas, 700)
    names = open_places(tmp_path / "places.db").execute("SELECT name FROM shape WHERE layer = 'private'")
    assert {name for (name,) in names} == {""}


def test_private_streets_and_driveways_are_private_where_they_leave_the_street(
    tmp_path: Path, portland: City
) -> None:
    city = osm(
        ({"highway": "service", "service": "driveway"}, [(0, 0), (60, 0)]),
        ({"highway": "tertiary", "name": "SE Test Street"}, [(0, -200), (0, 200)]),
        ({"highway": "residential", "name": "SE Gate Lane", "access": "private"}, [(300, 0), (300, 90)]),
        ({"highway": "service"}, [(500, 0), (500, 90)]),
    )
    areas = imported(tmp_path, portland, OSM, city_osm=city)
    assert at(areas, 40) and at(areas, 300, 50)
    assert not at(areas, 5) and not at(areas, 40, 20) and not at(areas, 500, 50)


def test_what_a_city_says_of_its_parcels_outvotes_a_map(tmp_path: Path, portland: City) -> None:
    def parcel(owner: str, north: float) -> dict[str, Any]:
        ring = [[LONG + right * METER / 0.7008, LAT + (north + up) * METER] for up, right in square(20)]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"OWNER": owner, "NAME": "A Person"}, "geometry": geometry}

    owners = ("Private", "Company", "City", "Nobody knows")
    parcels = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [parcel(owner, 100.0 * number) for number, owner in enumerate(owners)],
        }
    )
    city = osm(({"building": "yes"}, square(20, north=200)), ({"building": "yes"}, square(20, north=300)))
    sources = (
        OSM
        + "- {file: lots.geojson, kind: private, where: {OWNER: [Private, Company]}, name: County, license: CC0}\n"
        + "- {file: lots.geojson, kind: public, where: {OWNER: City}, name: County, license: CC0}\n"
    )
    areas = imported(tmp_path, portland, sources, city_osm=city, lots_geojson=parcels)
    assert [at(areas, 100 * number) for number in range(4)] == [True, True, False, True]
    assert b"A Person" not in (tmp_path / "places.db").read_bytes()


def test_parcels_that_all_lie_elsewhere_are_refused(tmp_path: Path, portland: City) -> None:
    far = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
    parcels = json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": far}]}
    )
    source = "- {file: lots.geojson, kind: private, name: County, license: CC0}\n"
    with pytest.raises(PlacesRefused, match="lies outside of the city"):
        imported(tmp_path, portland, source, lots_geojson=parcels)


def test_without_an_import_nothing_is_said(tmp_path: Path, portland: City) -> None:
    import_places(tmp_path / "places.db", portland, None, lambda _file, _rows: None)
    assert not at(AreaIndex(tmp_path / "places.db", portland))


@pytest.mark.parametrize(
    ("tags", "private"),
    [
        ({"leisure": "golf_course"}, True),
        ({"leisure": "golf_course", "ownership": "municipal"}, False),
        ({"landuse": "cemetery"}, True),
        ({"building": "house"}, True),
        ({"building": "no"}, False),
        ({"building": "school"}, False),
        ({"building": "yes", "amenity": "library"}, False),
        ({"building": "yes", "operator:type": "government"}, False),
        ({"amenity": "parking", "access": "permissive"}, True),
        ({"leisure": "park"}, False),
        ({"leisure": "park", "access": "private"}, True),
        ({"landuse": "residential"}, False),
        ({"landuse": "retail", "access": "yes"}, False),
        ({"ownership": "private"}, True),
    ],
)
def test_areas_by_their_tags(tags: dict[str, str], private: bool) -> None:
    assert is_private_area(tags) is private


@pytest.mark.parametrize(
    ("tags", "private"),
    [
        ({"highway": "service", "access": "private"}, True),
        ({"highway": "service", "access": "no"}, False),
        ({"highway": "service", "service": "alley"}, False),
        ({"highway": "service", "service": "driveway", "access": "destination"}, False),
        ({"highway": "footway", "access": "customers"}, True),
        ({"railway": "rail", "access": "private"}, False),
    ],
)
def test_ways_by_their_tags(tags: dict[str, str], private: bool) -> None:
    assert is_private_way(tags) is private
