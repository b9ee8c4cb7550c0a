"""The guide's smallest pack, and real data the tests measure against."""

import csv
import json
import re
from pathlib import Path
from typing import Any

from app.places.points import Point

ROOT = Path(__file__).parents[2]
PORTLAND = ROOT / "app/city/portland"
GUIDE = ROOT / "docs/city-pack.md"
_SNIPPET = re.compile(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def guide_files() -> dict[str, str]:
    """Return the files the guide tells people to write: name in the pack -> content."""
    return dict(_SNIPPET.findall(GUIDE.read_text(encoding="utf-8")))


class RealPlaces:
    """Real coordinates of Portland, read from the shared test data (never part of the repository)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "geo"

    def census_rings(self, city: str) -> list[list[tuple[float, float]]]:
        """Return all rings of a city's census polygon, holes too, as (latitude, longitude)."""
        features = self._read("metro-cities-census-places.geojson")
        geometry = next(f["geometry"] for f in features if f["properties"]["NAME"] == city)
        polygons = (
            geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        )
        return [[(lat, long) for long, lat in ring] for polygon in polygons for ring in polygon]

    def stops(self) -> list[Point]:
        """Return the transit stops inside Portland."""
        features = self._read("trimet-stops-2011.geojson")
        return [
            Point(lat=f["geometry"]["coordinates"][1], long=f["geometry"]["coordinates"][0])
            for f in features
            if f["properties"]["jurisdic"] == "Portland"
        ]

    def addresses(self) -> list[Point]:
        """Return real address points in Portland."""
        return [
            Point(lat=float(row["lat"]), long=float(row["lon"]))
            for row in self._rows("address-points-sample.csv")
        ]

    def named(self, kind: str) -> dict[str, Point]:
        """Return what a gazetteer knows of one kind: name -> point."""
        rows = [row for row in self._rows("gazetteer.csv") if row["kind"] == kind]
        return {row["name"]: Point(lat=float(row["lat"]), long=float(row["lon"])) for row in rows}

    def _read(self, name: str) -> list[dict[str, Any]]:
        with (self.folder / name).open(encoding="utf-8") as stream:
            features: list[dict[str, Any]] = json.load(stream)["features"]
        return features

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
