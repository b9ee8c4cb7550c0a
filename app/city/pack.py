"""The files of a city pack put together for the City model, and the way back from a value to its line."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from app.city.problems import Problem
from app.city.yaml_lines import Document, KeyPath

CITY, PLACES, BOUNDARY, STREETS = "city.yaml", "places.yaml", "boundary.yaml", "streets.yaml"
COLORS = "brand/colors.yaml"

KEYS_OF_FILE = {
    CITY: (
        *(
            "jurisdiction_id",
            "name",
            "state",
            "time_zone",
            "contact",
            "emergency_phone",
            "emergency_text",
            "non_emergency_phone",
            "rights",
            "examples",
        ),
        *("bureaus", "groups", "neighbors", "retention"),
    ),
    PLACES: ("places",),
    BOUNDARY: ("boundary", "lines"),
    STREETS: ("streets",),
    COLORS: ("colors",),
}
KEYS_OF_SERVICE_FILE = ("group", "services")
# What is added here, so that nobody has to write it.
ADDED_TO_SERVICE = ("group", "agency_responsible")
ADDED_TO_ATTRIBUTE = ("order",)


class Spot(NamedTuple):
    """Where in which file a value stands."""

    document: Document
    path: KeyPath

    def problem(self, reason: str, *inside: str | int) -> Problem:
        """Say what is wrong at the spot, or at a key or item inside it."""
        return self.document.problem((*self.path, *inside), reason)

    def line(self, *inside: str | int) -> int:
        """Return the line of the spot, or of a key or item inside it."""
        return self.document.line((*self.path, *inside))


class Pack:
    """All files as one mapping for the City model.

    documents: the files that could be read, by name. data: what the City model is made of.
    added_keys: keys that somebody wrote although they follow from the files.
    """

    def __init__(self, documents: list[Document]) -> None:
        """Put the files together; anything in them may still be wrong."""
        self.documents = {document.file: document for document in documents}
        self.service_files = [document for document in documents if document.file not in KEYS_OF_FILE]
        self.added_keys: list[Problem] = []
        self.data: dict[str, Any] = {}
        for file, keys in KEYS_OF_FILE.items():
            content = self.documents[file].data if file in self.documents else {}
            self.data |= {key: content[key] for key in keys if key in content}
        services = sorted(self._services(), key=self._rank)
        self.data["services"] = tuple(service for service, _ in services)
        self._spots = [spot for _, spot in services]

    def items(self, key: str) -> Iterator[tuple[dict[str, Any], Spot]]:
        """Yield every mapping of a top-level list, with its spot."""
        entries = self.data.get(key)
        for i, entry in enumerate(entries if isinstance(entries, tuple) else ()):
            if isinstance(entry, dict):
                yield entry, self.spot((key, i))

    def spot(self, loc: KeyPath) -> Spot:
        """Find the file, and the path in it, for a path of the City model."""
        if loc[0] == "services" and len(loc) > 1:
            document, path = self._spots[int(loc[1])]
            return Spot(document, (*path, *loc[2:]))
        file = next((file for file, keys in KEYS_OF_FILE.items() if loc[0] in keys), CITY)
        return Spot(self.documents.get(file, Document(file)), loc)

    def _rank(self, found: tuple[Any, Spot]) -> int:
        """Order request types by their group's place in city.yaml; within a group they stay as written."""
        service, _ = found
        groups = [group.get("code") for group, _ in self.items("groups")]
        group = service.get("group") if isinstance(service, dict) else None
        return groups.index(group) if group in groups else len(groups)

    def _services(self) -> Iterator[tuple[Any, Spot]]:
        for document in self.service_files:
            listed = document.data.get("services")
            for i, service in enumerate(listed if isinstance(listed, tuple) else ()):
                spot = Spot(document, ("services", i))
                yield self._completed(service, document.data.get("group"), spot), spot

    def _completed(self, service: Any, group: Any, spot: Spot) -> Any:
        """Add what follows from the files: the group, the bureau's name, the order of the questions."""
        if not isinstance(service, dict):
            return service
        self._refuse(ADDED_TO_SERVICE, service, spot)
        names = {bureau.get("code"): bureau.get("name") for bureau, _ in self.items("bureaus")}
        name = names.get(service.get("bureau"))
        # A wrong bureau or name is reported where it stands; nothing more should be said about it here.
        service = service | {"group": group, "agency_responsible": name if isinstance(name, str) else "?"}
        if isinstance(service.get("attributes"), tuple):
            service["attributes"] = tuple(
                self._ordered(attribute, i, spot) for i, attribute in enumerate(service["attributes"])
            )
        return service

    def _ordered(self, attribute: Any, i: int, service: Spot) -> Any:
        if not isinstance(attribute, dict):
            return attribute
        self._refuse(ADDED_TO_ATTRIBUTE, attribute, Spot(service.document, (*service.path, "attributes", i)))
        return attribute | {"order": i + 1}

    def _refuse(self, keys: tuple[str, ...], entry: dict[str, Any], spot: Spot) -> None:
        for key in keys:
            if key in entry:
                self.added_keys.append(spot.problem(f'unknown key "{key}": it follows from the file', key))
