"""The places of a running portal: made at the first start, and opened anew after each import."""

import logging
import threading
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from app.city.city import City
from app.places.data.areas import AreaIndex
from app.places.data.database import FILE
from app.places.data.gazetteer import Gazetteer
from app.places.data.importing import import_places

FROM_PACK = "places-of-pack.db"
LOOK_AGAIN_S = 5
log = logging.getLogger(__name__)


class OpenPlaces(NamedTuple):
    """One database, opened. version: another word for another one."""

    version: str
    file: Path
    gazetteer: Gazetteer
    areas: AreaIndex


class LivePlaces:
    """Hands out the places as they are now. folder: where the database is."""

    def __init__(self, folder: Path, city: City) -> None:
        self._folder, self._city = folder, city
        self._lock = threading.Lock()
        self._open: OpenPlaces | None = None
        self._seen: tuple[int, int] | None = None
        self._looked = 0.0

    def current(self) -> OpenPlaces:
        """The places, opened; a database that came since is taken within some seconds."""
        with self._lock:
            now = monotonic()
            if self._open is None or now - self._looked > LOOK_AGAIN_S:
                self._looked = now
                self._take()
            if self._open is None:
                raise RuntimeError("there are no places")
            return self._open

    def _take(self) -> None:
        file = self._folder / FILE
        if not file.exists() and self._open is None:
            import_places(file, self._city, None, _quietly)
        seen = _version(file)
        if self._open is not None and (seen is None or seen == self._seen):
            return
        # What is open now stays so for whoever is just asking it, and closes with the last of them.
        try:
            self._open = self._opened(file)
        except (ValueError, FileNotFoundError) as error:
            log.warning("%s; until then places come from the city pack", error)
            if self._open is None:
                self._open = self._of_pack()
        self._seen = seen

    def _of_pack(self) -> OpenPlaces:
        file = self._folder / FROM_PACK
        import_places(file, self._city, None, _quietly)
        return self._opened(file)

    def _opened(self, file: Path) -> OpenPlaces:
        return OpenPlaces(str(_version(file)), file, Gazetteer(file, self._city), AreaIndex(file, self._city))


def _version(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def _quietly(_file: str, _rows: int) -> None:
    return None
