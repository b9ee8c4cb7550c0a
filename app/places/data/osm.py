"""Reads an OpenStreetMap extract (PBF or XML): streets, corners, houses, places with names, and what a map draws."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import osmium
import shapely
from osmium.geom import WKBFactory

from app.places.data.collected import Collected, Corner, House, NamedSpot, PlacesRefused, Shape
from app.places.data.geojson import is_ours
from app.places.data.private_tags import is_private_area, is_private_way
from app.places.street_names import StreetName

MOST_BYTES = 2_000_000_000
STREET_RANKS = {
    "motorway": 0,
    "trunk": 1,
    "primary": 2,
    "secondary": 3,
    "tertiary": 4,
    "motorway_link": 5,
    "trunk_link": 5,
    "primary_link": 5,
    "secondary_link": 5,
    "tertiary_link": 5,
    "unclassified": 6,
    "residential": 6,
    "living_street": 6,
    "pedestrian": 7,
}
# People give these as addresses; motorways and their ramps are none.
NAMED_STREETS = frozenset(
    (
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "pedestrian",
    )
)
STATE_HIGHWAYS = frozenset(("motorway", "motorway_link"))
KINDS: dict[tuple[str, str], tuple[str, int]] = {
    ("amenity", "library"): ("library", 3),
    ("amenity", "school"): ("school", 4),
    ("amenity", "college"): ("school", 3),
    ("amenity", "university"): ("school", 3),
    ("amenity", "hospital"): ("hospital", 3),
    ("amenity", "fire_station"): ("landmark", 5),
    ("amenity", "police"): ("landmark", 5),
    ("amenity", "townhall"): ("landmark", 3),
    ("amenity", "community_centre"): ("landmark", 4),
    ("leisure", "park"): ("park", 3),
    ("leisure", "playground"): ("park", 6),
    ("railway", "station"): ("station", 3),
    ("railway", "tram_stop"): ("station", 5),
    ("tourism", "museum"): ("landmark", 4),
    ("tourism", "attraction"): ("landmark", 4),
    ("place", "neighbourhood"): ("neighborhood", 4),
    ("place", "suburb"): ("neighborhood", 4),
}
AREA_LAYERS = {
    ("leisure", "park"): ("park", 3),
    ("natural", "water"): ("water", 2),
    ("waterway", "riverbank"): ("water", 1),
}


def read_osm(file: Path, collected: Collected) -> None:
    """Take what is useful from an extract. Raises PlacesRefused if it cannot be read to its end."""
    if file.stat().st_size > MOST_BYTES:
        raise PlacesRefused(file.name, f"is larger than {MOST_BYTES:,} bytes; cut the city out of it first")
    reader = _Reader(file, collected)
    try:
        reader.read()
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise PlacesRefused(file.name, f"is not a whole OpenStreetMap file: {str(error)[:120]}") from None
    reader.add_corners()


class _Reader:
    """crossed: the streets that go through each node of a street, with the node's place."""

    def __init__(self, file: Path, collected: Collected) -> None:
        self._file = file
        self._collected = collected
        self._crossed: dict[int, tuple[float, float, set[StreetName]]] = {}
        self._wkb = WKBFactory()

    def read(self) -> None:
        """Nodes and ways, then areas, which need a file in the usual order."""
        things: Any = osmium.FileProcessor(str(self._file)).with_locations()
        for thing in things:
            if thing.tags and thing.is_way():
                self._way(thing)
            elif thing.tags and thing.is_node():
                self._node(thing)
        try:
            things = osmium.FileProcessor(str(self._file)).with_areas()
            for thing in things:
                if thing.tags and thing.is_area():
                    self._area(thing)
        except RuntimeError as error:
            if "out of order" not in str(error):
                raise
            self._collected.reject(
                self._file.name, 0, "its ids are out of order, so parks and lakes are left out"
            )

    def add_corners(self) -> None:
        """Where two streets share a node, there is a corner."""
        for lat, long, streets in self._crossed.values():
            listed = sorted(streets, key=lambda street: (street.quadrant, street.key))
            for street in listed:
                self._collected.street_points.append((street, lat, long))
            for i, first in enumerate(listed):
                for second in listed[i + 1 :]:
                    self._collected.corners.append(Corner(first, second, lat, long))

    def _way(self, way: Any) -> None:
        tags = way.tags
        highway = tags.get("highway")
        if highway in STREET_RANKS:
            self._line(way, "bridge" if tags.get("bridge", "no") != "no" else "street", STREET_RANKS[highway])
            if highway in NAMED_STREETS and "name" in tags:
                self._street(way, tags["name"])
        elif is_private_way(tags):
            self._line(way, "private", 9)
        elif tags.get("railway") in ("rail", "light_rail", "tram"):
            self._line(way, "rail", 4)
        elif tags.get("waterway") in ("river", "stream"):
            self._line(way, "water", 1 if tags["waterway"] == "river" else 6)

    def _street(self, way: Any, name: str) -> None:
        street = self._collected.read_street(name)
        if street is None:
            return
        for node in way.nodes:
            if node.location.valid() and is_near(self._collected, node.lat, node.lon):
                at = self._crossed.setdefault(node.ref, (node.lat, node.lon, set()))
                at[2].add(street)

    def _line(self, way: Any, layer: str, rank: int) -> None:
        points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(points) < 2:
            return
        owner = "state_highways" if way.tags.get("highway") in STATE_HIGHWAYS else ""
        if is_private_way(way.tags):
            owner = "private"
        name = way.tags.get("name", "")[:120]
        shape = Shape(layer, rank, name, _names(way.tags), shapely.LineString(points), owner)
        self._collected.shapes.append(shape)
        self._collected.count()

    def _node(self, node: Any) -> None:
        if node.location.valid():
            self._spot(node.tags, node.lat, node.lon)

    def _area(self, area: Any) -> None:
        layer = next((AREA_LAYERS[key] for key in AREA_LAYERS if area.tags.get(key[0]) == key[1]), None)
        private = is_private_area(area.tags)
        if layer is None and not private and not _is_interesting(area.tags):
            return
        try:
            geometry = shapely.from_wkb(bytes.fromhex(self._wkb.create_multipolygon(area)))
        except (RuntimeError, shapely.errors.ShapelyError) as error:
            self._collected.reject(self._file.name, 0, f"area {area.orig_id()}: {str(error)[:80]}")
            return
        if layer is not None:
            name, owner = area.tags.get("name", "")[:120], "private" if private else ""
            self._collected.shapes.append(Shape(*layer, name, _names(area.tags), geometry, owner))
            self._collected.count()
        elif private:
            self._private(geometry)
        middle = geometry.representative_point()
        self._spot(area.tags, middle.y, middle.x)

    def _private(self, geometry: Any) -> None:
        """Whose ground it is; without the name, which may be a person's."""
        middle = geometry.representative_point()
        if is_near(self._collected, middle.y, middle.x):
            self._collected.shapes.append(Shape("private", 9, "", {}, geometry))
            self._collected.count()

    def _spot(self, tags: Any, lat: float, long: float) -> None:
        """A house, a place with a name, or both."""
        number, street_name = tags.get("addr:housenumber", ""), tags.get("addr:street", "")
        if number.isdecimal() and len(number) <= 5 and street_name and is_ours(self._collected, lat, long):
            street = self._collected.read_street(street_name)
            if street is not None:
                self._collected.houses.append(House(int(number), street, lat, long))
                self._collected.count()
        kind = next((KINDS[key] for key in KINDS if tags.get(key[0]) == key[1]), None)
        name = tags.get("name", "")[:80]
        if kind is not None and len(name) > 1 and is_ours(self._collected, lat, long):
            also = " ".join(tags.get(key, "") for key in ("alt_name", "old_name", "short_name"))[:200]
            self._collected.places.append(NamedSpot(name, kind[0], lat, long, kind[1], _names(tags), also))
            self._collected.count()


def is_near(collected: Collected, lat: float, long: float) -> bool:
    """Whether a node lies in the box around the city: exact enough for streets, and quick."""
    if collected.within is None:
        return True
    south, west, north, east = collected.within.bounds
    return south - 0.01 <= lat <= north + 0.01 and west - 0.01 <= long <= east + 0.01


def _is_interesting(tags: Any) -> bool:
    return "addr:housenumber" in tags or any(tags.get(key) == value for key, value in KINDS)


def _names(tags: Any) -> Mapping[str, str]:
    """Names in other languages: name:es, name:zh-Hant."""
    return {tag.k[5:]: tag.v[:120] for tag in tags if tag.k.startswith("name:") and 2 <= len(tag.k) - 5 <= 7}
