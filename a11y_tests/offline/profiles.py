"""Phones of a release: what a browser keeps of the portal, packed with the city that it belongs to.

`make_profile` makes one for each release; test_last_release.py opens all of them with the portal of today.
docs/offline.md says what they are for.
"""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from a11y_tests.conftest import PHONE
from a11y_tests.offline.phone import Phone
from a11y_tests.photos import LAT, LONG
from a11y_tests.server import ROOT

FOLDER = Path(__file__).with_name("profiles")
ORIGIN = "http://portal.localhost"
"""Where these phones know the portal. Browsers take names below localhost for safe, as they do https."""

KEPT = ("IndexedDB", "Local Storage", "Service Worker", "WebStorage")
"""Folders of a Chromium profile in which sites keep something."""
_LEFT_OUT = ("LOCK", "LOG", "LOG.old", "portal.lock")
"""Diaries that say where the profile lay, and marks of who has a folder open."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Kept(BaseModel):
    """One thing in the phone's store. words: its description, be it half a sentence. photos: their SHA-256 in hex."""

    id: str
    reference: str
    token: str
    locale: str
    state: str
    place: str
    words: str = ""
    photos: list[str] = []
    address: str = ""
    """The path of its page: after sending, or of what is followed, with the key."""


class Made(BaseModel):
    """What was put on a phone, and by which release.

    commit: of the portal that made it. languages: that are kept, the last used one last. seen: public pages that were
    looked at. links: all that the pages of what was sent and followed lead to and show. city: how many reports it has.
    """

    release: str
    commit: str
    made: date
    chromium: str
    origin: str
    languages: list[str]
    seen: list[str]
    private: str
    """The private link of what was sent."""
    links: list[str]
    city: int
    sent: Kept
    accepted: Kept
    queued: Kept
    attention: Kept
    draft: Kept
    shared: Kept
    followed: Kept

    def everything(self) -> list[Kept]:
        """All that is in the store."""
        return [
            *(self.sent, self.accepted, self.queued, self.attention),
            *(self.draft, self.shared, self.followed),
        ]


def releases() -> list[str]:
    """The names of all releases of which there is a phone."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def made_by(release: str) -> Made:
    """What was put on the phone of a release."""
    return Made.model_validate_json((FOLDER / f"{release}.json").read_text())


def profile_of(release: str) -> Path:
    """The packed browser profile of a release."""
    return FOLDER / f"{release}.zip"


def city_of(release: str) -> Path:
    """The packed data folder of the city to which that phone has sent."""
    return FOLDER / f"{release}-city.zip"


def settings_for(chromium: Path, port: int) -> dict[str, Any]:
    """How to start a browser that finds the portal of these phones on a port of this machine."""
    name = ORIGIN.removeprefix("http://")
    return {
        "executable_path": chromium,
        "args": [
            *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
            f"--host-resolver-rules=MAP {name} 127.0.0.1:{port}",
        ],
        "viewport": PHONE,
        "reduced_motion": "reduce",
        "has_touch": True,
        "permissions": ["geolocation"],
        "geolocation": {"latitude": LAT, "longitude": LONG},
    }


_STORE = """async () => {
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const db = await ask(indexedDB.open("portal"));
  const [reports, photos] = await Promise.all(["reports", "photos"].map(async (name) =>
    ask(db.transaction(name).objectStore(name).getAll())));
  db.close();
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const digest = async ({ bytes }) => hex(await crypto.subtle.digest("SHA-256", bytes));
  return Promise.all(reports.map(async ({ id, reference, token, locale, state, place, content, sent }) => ({
    id, reference, token, locale, state, place, address: sent || "",
    words: (content && content.description) || "",
    photos: await Promise.all(photos.filter(({ report }) => report === id).map(digest)),
  })));
}"""


def store_of(phone: Phone) -> dict[str, Kept]:
    """All that is in the store of a phone, by its id.

    It is read without the page's own modules: those of the page in sight may be of any release, the store is one.
    """
    found: list[dict[str, Any]] = phone.page.evaluate(_STORE)
    return {one["id"]: Kept.model_validate(one) for one in found}


def pack_profile(profile: Path, to: Path) -> None:
    """Pack what a closed browser keeps of sites, and nothing else of it."""
    folder = profile / "Default"
    _pack(folder, [file for name in KEPT for file in _files(folder / name)], to, strangers=(profile,))


def pack_city(data: Path, to: Path) -> None:
    """Pack the data folder of a portal that has ended."""
    _pack(data, _files(data), to, strangers=(data,))


def unpack(packed: Path, to: Path) -> Path:
    """Unpack what was packed above; a profile belongs into a folder `Default`. Returns the folder."""
    with zipfile.ZipFile(packed) as file:
        file.extractall(to)
    return to


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and file.name not in _LEFT_OUT)


def _pack(folder: Path, files: Iterator[Path] | list[Path], to: Path, *, strangers: tuple[Path, ...]) -> None:
    """Raises ValueError if a file names a folder of this machine."""
    private = [str(path).encode() for path in (*strangers, ROOT, Path.home())]
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in files:
            content = file.read_bytes()
            if found := [words for words in private if words in content]:
                raise ValueError(f"{file} says {found}")
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _LONG_AGO)
            entry.external_attr = 0o600 << 16
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
