"""The small YAML file that says which files a city brings: `import.yaml` in a folder.

sources:
- file: portland.osm.pbf
kind: osm
name: OpenStreetMap
license: ODbL 1.0
url: https://www.openstreetmap.org/copyright
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from app.places.data.collected import PlacesRefused

FILE = "import.yaml"
MOST_BYTES = 100_000
Kind = Literal["osm", "stops", "boundary", "areas", "neighbors", "private", "public", "addresses", "places"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
COLUMNS = {
    "stops": {
        "name": "stop_name",
        "lat": "stop_lat",
        "long": "stop_lon",
        "type?": "location_type",
        "zip?": "zip",
    },
    "addresses": {"address": "address", "lat": "lat", "long": "lon", "zip?": "zip"},
    "places": {
        "name": "name",
        "lat": "lat",
        "long": "lon",
        "zip?": "zip",
        "also?": "address",
        "kind?": "kind",
    },
}


class SourceFile(BaseModel):
    """One file.

    kind: what is in it. name, license, url: whom to thank and on which terms; shown with the map.
    where: only features whose value is this, or one of these. name_field: the property that holds the name, in GeoJSON.
    area: what the areas are. place_kind: what the places are, where no column says. columns: our names of
    columns and those of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    file: Text
    kind: Kind
    name: Text
    # Lists written for an older release spell it otherwise.
    license: Text = Field(validation_alias=AliasChoices("license", "licence"))
    url: str = Field(default="", max_length=300)
    where: dict[str, str | int | list[str | int]] = Field(default_factory=dict, max_length=10)
    name_field: Text = "name"
    area: Literal["neighborhood", "district"] = "neighborhood"
    place_kind: Annotated[str, StringConstraints(pattern=r"^[a-z]{3,20}$")] = "landmark"
    columns: dict[str, str] = Field(default_factory=dict, max_length=20)

    @model_validator(mode="after")
    def _stays_in_its_folder(self) -> "SourceFile":
        if Path(self.file).is_absolute() or ".." in Path(self.file).parts:
            raise ValueError('"file" must lie in the same folder as this list')
        return self

    def all_columns(self) -> dict[str, str]:
        """Our names of columns and those of the file, with the usual ones where nothing is said."""
        usual = COLUMNS.get(self.kind, {})
        return {ours: self.columns.get(ours.rstrip("?"), theirs) for ours, theirs in usual.items()}


class Manifest(BaseModel):
    """All files of an import, in order."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    sources: tuple[SourceFile, ...] = Field(min_length=1, max_length=100)


def read_manifest(path: Path) -> tuple[Path, Manifest]:
    """Read the list in a folder, or the list itself; returns the folder, too. Raises PlacesRefused."""
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        raise PlacesRefused(
            str(file), f"there is no such file; it lists what to import, see {FILE} in docs/places.md"
        )
    if file.stat().st_size > MOST_BYTES:
        raise PlacesRefused(file.name, f"is larger than {MOST_BYTES:,} bytes")
    try:
        content: Any = yaml.safe_load(_without_aliases(file))
        return file.parent, Manifest.model_validate(content)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise PlacesRefused(file.name, f"is not valid YAML: {error.problem}", line) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise PlacesRefused(file.name, "is not valid YAML") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = " ".join(f"{part + 1}" if isinstance(part, int) else str(part) for part in first["loc"])
        raise PlacesRefused(file.name, f"{where}: {first['msg']}") from None


def _without_aliases(file: Path) -> str:
    text = file.read_text(encoding="utf-8-sig")
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
        raise PlacesRefused(file.name, "names for parts of the file (& and *) are not allowed")
    return text
