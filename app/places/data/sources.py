"""Takes each file of an import: which reader for which kind, and what becomes of a row."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from app.places.data import geojson, tables
from app.places.data.collected import Collected, Corner, House, NamedSpot, PlacesRefused, Shape, Source
from app.places.data.from_city import without_boundary
from app.places.data.manifest import Manifest, SourceFile
from app.places.data.osm import read_osm
from app.places.place_words import Address, Crossing, read_place_words
from app.places.points import Boundary, Hole, Ring

Progress = Callable[[str, int], None]
AREA_RANKS = {"district": 1, "neighborhood": 2}
# The outline that decides what is taken may have no more points; the exact one is kept as a shape.
ROUGH_POINTS = 900
AREA_KINDS = ("boundary", "areas", "neighbors", "private", "public")
_ORDER = (*AREA_KINDS, "osm", "stops", "addresses", "places")


def collect_files(folder: Path, manifest: Manifest, collected: Collected, progress: Progress) -> None:
    """Take every file, outlines first. progress is told each file's name and its rows so far.

    Raises PlacesRefused if a file cannot be used, or if nothing in it could.
    """
    for source in sorted(manifest.sources, key=lambda one: _ORDER.index(one.kind)):
        file = folder / source.file
        if not file.is_file():
            raise PlacesRefused(source.file, "there is no such file")
        collected.begin(Source(source.name, source.license, source.url, file.name))
        try:
            _take(file, source, collected, progress)
        except OSError as error:
            raise PlacesRefused(source.file, f"cannot be read: {error.strerror}") from None
        if not collected.counts[-1]:
            why = next((str(one) for one in collected.rejects if one.file == file.name), "nothing fits")
            raise PlacesRefused(source.file, f"nothing in it could be used ({why})")
        progress(file.name, collected.counts[-1])


def _take(file: Path, source: SourceFile, collected: Collected, progress: Progress) -> None:
    if source.kind == "osm":
        read_osm(file, collected)
        return
    take = {
        "boundary": _boundary,
        "areas": _area,
        "neighbors": _neighbor,
        "private": _ground,
        "public": _ground,
        "stops": _stop,
        "addresses": _address,
        "places": _place,
    }[source.kind]
    is_geojson = file.suffix in (".geojson", ".json")
    read = _features if is_geojson or source.kind in AREA_KINDS else _rows
    for line, values in read(file, source, collected):
        try:
            take(values, source, collected)
        except ValueError as error:
            collected.reject(file.name, line, str(error))
        else:
            collected.count()
            if collected.counts[-1] % 5_000 == 0:
                progress(file.name, collected.counts[-1])


def _features(file: Path, source: SourceFile, collected: Collected) -> Iterator[tuple[int, dict[str, Any]]]:
    for feature in geojson.features(file, collected):
        if not _is_wanted(feature, source):
            continue
        values: dict[str, Any] = {
            "feature": feature,
            "name": _text(feature.properties.get(source.name_field)),
        }
        if source.kind in ("stops", "places", "addresses"):
            values["lat"], values["long"] = geojson.spot_of(feature.geometry)
            for ours, theirs in source.columns.items():
                values[ours] = _text(feature.properties.get(theirs))
        yield feature.number, values


def _is_wanted(feature: geojson.Feature, source: SourceFile) -> bool:
    for key, wanted in source.where.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if str(feature.properties.get(key)) not in map(str, values):
            return False
    return True


def _rows(file: Path, source: SourceFile, collected: Collected) -> Iterator[tuple[int, dict[str, Any]]]:
    for row in tables.rows(file, source.all_columns(), collected):
        try:
            lat, long = tables.degrees(row)
        except ValueError as error:
            collected.reject(file.name, row.line, str(error))
            continue
        yield row.line, {**row.values, "lat": lat, "long": long}


# --- areas --------------------------------------------------------------------------------------------------


def _boundary(values: dict[str, Any], source: SourceFile, collected: Collected) -> None:
    """The city's own outline. It is too important to go on without it."""
    try:
        outline = geojson.polygon_of(values["feature"])
    except ValueError as error:
        raise PlacesRefused(source.file, f"feature {values['feature'].number}: {error}") from None
    if collected.within is not None:
        south, west, north, east = collected.within.bounds
        left, bottom, right, top = outline.bounds
        if right < west or left > east or top < south or bottom > north:
            raise PlacesRefused(source.file, "the outline is somewhere else than the city")
    without_boundary(collected)
    collected.shapes.append(Shape("boundary", 0, values["name"], {}, outline))
    collected.within = _rough(outline)


def _rough(outline: Polygon | MultiPolygon) -> Boundary:
    """The largest part of an outline in few enough points, with the holes that count."""
    largest = max(getattr(outline, "geoms", (outline,)), key=lambda part: part.area)
    degrees = 0.0002
    while len((simple := largest.simplify(degrees)).exterior.coords) > ROUGH_POINTS:
        degrees *= 2
    holes = [ring for ring in simple.interiors if Polygon(ring).area > 1e-6]
    return Boundary.model_construct(
        outline=Ring.model_construct(points=_lat_long(simple.exterior), tolerance_m=degrees * 111_000),
        holes=tuple(
            Hole.model_construct(points=_lat_long(ring), tolerance_m=20, name="hole") for ring in holes
        ),
    )


def _lat_long(ring: Any) -> tuple[tuple[float, float], ...]:
    return tuple((lat, long) for long, lat in ring.coords[:-1])


def _area(values: dict[str, Any], source: SourceFile, collected: Collected) -> None:
    area = geojson.polygon_of(values["feature"])
    name = _named(values)
    collected.shapes.append(Shape("area", AREA_RANKS[source.area], name, {}, area))
    middle = area.representative_point()
    if source.area == "neighborhood":
        spot = NamedSpot(name, "neighborhood", middle.y, middle.x, 4)
        collected.places.append(spot)


def _neighbor(values: dict[str, Any], source: SourceFile, collected: Collected) -> None:
    area = geojson.polygon_of(values["feature"])
    collected.shapes.append(Shape("neighbor", 3, _named(values), {}, area))


def _ground(values: dict[str, Any], source: SourceFile, collected: Collected) -> None:
    """Whose ground it is. No name: that would be a person's."""
    area = geojson.polygon_of(values["feature"])
    middle = area.representative_point()
    if not geojson.is_ours(collected, middle.y, middle.x):
        raise ValueError("lies outside of the city")
    collected.shapes.append(Shape(source.kind, 9, "", {}, area))


# --- points -------------------------------------------------------------------------------------------------


def _stop(values: dict[str, Any], _source: SourceFile, collected: Collected) -> None:
    """A stop named after its corner tells where that corner is; any other is a place by itself."""
    lat, long = _here(values, collected)
    name = _named(values)
    _zip(values, collected)
    parts = name.split(" & ")
    for reading in read_place_words(name, collected.words) if len(parts) == 2 else ():
        if isinstance(reading, Crossing) and reading.first.quadrant:
            collected.read_street(parts[0])
            collected.read_street(parts[1], quadrant=reading.first.quadrant)
            collected.corners.append(Corner(reading.first, reading.second, lat, long))
            return
    kind, rank = ("station", 3) if values.get("type") == "1" else ("stop", 6)
    collected.places.append(NamedSpot(name, kind, lat, long, rank))


def _address(values: dict[str, Any], _source: SourceFile, collected: Collected) -> None:
    lat, long = _here(values, collected)
    text = values.get("address", "")
    for reading in read_place_words(text, collected.words):
        if isinstance(reading, Address):
            collected.houses.append(House(reading.number, reading.street, lat, long))
            _zip(values, collected)
            return
    raise ValueError("is no address: a house number and a street are wanted")


def _place(values: dict[str, Any], source: SourceFile, collected: Collected) -> None:
    lat, long = _here(values, collected)
    _zip(values, collected)
    kind = values.get("kind") or source.place_kind
    collected.places.append(
        NamedSpot(_named(values), kind[:20], lat, long, 4, {}, str(values.get("also", ""))[:200])
    )


def _here(values: dict[str, Any], collected: Collected) -> tuple[float, float]:
    lat, long = values["lat"], values["long"]
    if not geojson.is_ours(collected, lat, long):
        raise ValueError("lies outside of the city")
    return lat, long


def _zip(values: dict[str, Any], collected: Collected) -> None:
    code = str(values.get("zip", ""))[:5]
    if len(code) == 5 and code.isascii() and code.isdigit():
        collected.zips.append((code, values["lat"], values["long"]))


def _named(values: dict[str, Any]) -> str:
    name = " ".join(str(values.get("name", "")).split())
    if not 2 <= len(name) <= 120 or not name.isprintable():
        raise ValueError("has no name of 2 to 120 characters")
    return name.title() if name.isupper() else name


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)[:400]
