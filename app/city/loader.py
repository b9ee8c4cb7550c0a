"""Loads a city pack: a folder of YAML files that make this portal one city's portal.

    city.yaml           who the city is, its bureaus, its groups of request types
    services/*.yaml     the request types, a file a group
    places.yaml         places people know by name
    boundary.yaml       the city's outline, and rivers and main streets for a plain map
    streets.yaml        how streets are named and houses numbered; may be left out
    brand/              its mark, icons and colors; may be left out
    locales/*.po        the pack's sentences in other languages

`python -m app.city.loader FOLDER` checks a pack. How to write one: docs/city-pack.md.
"""

import sys
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po
from pydantic import ValidationError

from app.city.brand_checks import broken_images, unreadable
from app.city.checks import cross_checks, misplaced, never_near, swapped_corners
from app.city.city import City
from app.city.explain import explain
from app.city.pack import BOUNDARY, CITY, COLORS, PLACES, STREETS, Pack
from app.city.problems import CityPackError, Problem
from app.city.yaml_lines import Document, read_document
from i18n import add_catalogs

MAX_SERVICE_FILES = 60

__all__ = ["CityPackError", "load_city", "register_catalogs"]


def load_city(folder: Path) -> City:
    """Read and check a city pack.

    Raises CityPackError with everything that is wrong, each with file, line and reason.
    """
    documents, problems = _read_all(folder)
    problems += [*_broken_catalogs(folder), *broken_images(folder)]
    pack = Pack(documents)
    problems += [*pack.added_keys, *cross_checks(pack)]
    try:
        city = City.model_validate({**pack.data, "folder": folder})
    except ValidationError as error:
        raise CityPackError([*problems, *explain(error, pack)]) from None
    problems += [
        *swapped_corners(city, pack),
        *misplaced(city, pack),
        *never_near(city, pack),
        *unreadable(city.colors, pack),
    ]
    if problems:
        raise CityPackError(problems)
    return city


def register_catalogs(city_folder: Path) -> None:
    """Make the pack's translations known to `i18n.translator`; call once when the application starts."""
    add_catalogs(city_folder / "locales")


def _read_all(folder: Path) -> tuple[list[Document], list[Problem]]:
    """Read every file of the pack; a file without keys and values is left out of the documents."""
    if not folder.is_dir():
        raise CityPackError([Problem(str(folder), None, "there is no such folder")])
    service_files = sorted(f"services/{path.name}" for path in (folder / "services").glob("*.yaml"))
    problems = [
        Problem(f"services/{path.name}", None, 'this file is not read: its name must end in ".yaml"')
        for path in (folder / "services").glob("*.yml")
    ]
    if not service_files:
        problems.append(Problem("services", None, "there are no request types: no file services/*.yaml"))
    if len(service_files) > MAX_SERVICE_FILES:
        raise CityPackError([Problem("services", None, f"there are more than {MAX_SERVICE_FILES} files")])
    documents = []
    optional = [file for file in (STREETS, COLORS) if (folder / file).exists()]
    for file in (CITY, PLACES, BOUNDARY, *optional, *service_files):
        document, found = read_document(folder, file)
        problems += found
        if isinstance(document.data, dict):
            documents.append(document)
        elif not found:
            problems.append(document.problem((), 'this file must be made of "key: value" lines'))
    return documents, problems


def _broken_catalogs(folder: Path) -> list[Problem]:
    """Find catalogs that cannot be read; what they lack is no problem, because English stands in."""
    problems = []
    for path in sorted((folder / "locales").glob("*.po")):
        file = f"locales/{path.name}"
        try:
            with path.open("rb") as stream:
                read_po(stream, abort_invalid=True)
        except PoFileError as error:
            problems.append(Problem(file, error.lineno + 1, f"not a valid catalog: {error.line.strip()}"))
        except UnicodeDecodeError:
            problems.append(Problem(file, None, "this file is not UTF-8 text"))
    return problems


def main(arguments: list[str]) -> int:
    """Check the pack in the folder named on the command line; return the exit status."""
    if len(arguments) != 1:
        print("usage: python -m app.city.loader FOLDER", file=sys.stderr)
        return 2
    try:
        city = load_city(Path(arguments[0]))
    except CityPackError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"OK, {len(city.services)} request types in {len(city.groups)} groups")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
