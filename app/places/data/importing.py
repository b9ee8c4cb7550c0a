"""Makes the database of places: from the city pack alone, or with a city's own files."""

from pathlib import Path

from app.city.city import City
from app.places.data.build import build
from app.places.data.collected import Collected
from app.places.data.from_city import collect_city
from app.places.data.manifest import read_manifest
from app.places.data.sources import Progress, collect_files


def import_places(file: Path, city: City, path: Path | None, progress: Progress) -> Collected:
    """Make the database `file` from the city pack and, if given, from the files that `path` lists.

    Raises PlacesRefused, OSError or sqlite3.Error; the places that were there before then stay.
    """
    collected = collect_city(city)
    if path is not None:
        folder, manifest = read_manifest(path)
        collect_files(folder, manifest, collected, progress)
    build(file, collected, city)
    return collected
