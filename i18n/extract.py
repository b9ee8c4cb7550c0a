"""`make catalogs`: brings the sentences of the code and of a city pack into their catalogs; translations stay.

`make language LOCALE=vi` does the same and begins Vietnamese in both besides.
"""

import argparse
import os
from collections.abc import Iterable
from copy import deepcopy
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from i18n.locales import DEFAULT_LOCALE, LOCALES, babel_name
from i18n.translator import CATALOGS
from i18n.vital import VITAL, VITAL_NOTE

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "components", "state")
# The functions that take a sentence, and for those that take two forms of it, which arguments they are.
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "N_n": (1, 2)}
WIDTH = 100
PORTAL = "The portal's own sentences"


def extracted() -> Catalog:
    """Every sentence of the code in a catalog without translations, in the order of files and lines."""
    catalog = Catalog()
    for package in PACKAGES:
        for file, line, text, comments, context in extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            comments = [*comments, VITAL_NOTE] if text in VITAL else comments
            location = (f"{package}/{Path(file).as_posix()}", line)
            catalog.add(text, locations=[location], auto_comments=comments, context=context)
    return catalog


def extracted_from_pack(pack: Path) -> Catalog:
    """Every sentence of a city pack in the same way."""
    catalog = Catalog()
    for file, line, text, comments, context in extract_from_dir(
        pack, [("**.yaml", "app.city.extract:extract_pack")]
    ):
        # As it is written from the project's folder, if it lies in there.
        location = (os.path.relpath(pack / file, ROOT).replace("\\", "/"), line)
        catalog.add(text, locations=[location], auto_comments=comments, context=context)
    return catalog


def refresh(codes: Iterable[str], sentences: Catalog, folder: Path = CATALOGS, whose: str = PORTAL) -> None:
    """Bring `{code}.po` of each language up to date with the sentences, or begin it.

    whose: sentences, for the first line of a new file. A sentence that was reworded keeps its translation, marked
    "fuzzy": nobody sees it until a translator has looked at it and taken the mark away. What nobody says any more
    is removed.
    """
    for code in codes:
        file = folder / f"{code}.po"
        catalog = _existing(file, code, whose) if file.exists() else _new(code, whose)
        # A copy, because a new sentence goes into the catalog as it is, and its translation with it. No date: it
        # would change the file each time, even if nothing else did.
        catalog.update(deepcopy(sentences), no_fuzzy_matching=True, update_creation_date=False)
        _suggest(catalog)
        file.write_bytes(_as_po(catalog))


def known_languages(folder: Path = CATALOGS) -> set[str]:
    """The languages that are offered, and those that are still being translated."""
    return {file.stem for file in folder.glob("*.po")} | (set(LOCALES) - {DEFAULT_LOCALE})


_BEFORE = "Before: "
"""Begins the comment that tells translators how a reworded sentence read. Babel has a form for it, which it cannot
read again."""


_NO_HEADER = "FIRST AUTHOR"
"""Stands in the header that Babel makes up for a file without one."""


def _existing(file: Path, code: str, whose: str) -> Catalog:
    with file.open("rb") as stream:
        catalog = read_po(stream)
    if _NO_HEADER in catalog.header_comment:
        catalog = _with_header(catalog, code, whose)
    for message in catalog:
        if not message.fuzzy:
            message.user_comments = [line for line in message.user_comments if not line.startswith(_BEFORE)]
    return catalog


def _with_header(catalog: Catalog, code: str, whose: str) -> Catalog:
    """The same messages below a header that names the language and its plural rule."""
    headed = _new(code, whose)
    for message in catalog:
        if message.id:
            headed[message.id] = message
    return headed


def _suggest(catalog: Catalog) -> None:
    """Give a sentence that was reworded its old translation. Babel would also offer those of other sentences."""
    gone = {old.id: old.string for old in catalog.obsolete.values() if isinstance(old.id, str) and old.string}
    for message in catalog:
        if isinstance(message.id, str) and message.id and not message.string:
            for before in get_close_matches(message.id, gone, n=1):
                message.string = gone[before]
                message.user_comments.append(_BEFORE + before)
                message.flags.add("fuzzy")


def _as_po(catalog: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, catalog, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    return written.getvalue()


def _new(code: str, whose: str) -> Catalog:
    return Catalog(
        locale=babel_name(code),
        header_comment=f"# {whose}. Language: {code}",
        project="311 portal",
        version="1",
        msgid_bugs_address="the issues of this project",
        last_translator="see i18n/README.md",
        language_team=code,
        fuzzy=False,
    )


def main() -> None:
    """Refresh the portal's catalogs, or those of a city pack, and begin new languages there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, help="folder of a city pack whose catalogs are meant")
    parser.add_argument("languages", nargs="*", help="codes of languages to begin, for example vi or zh-Hans")
    asked = parser.parse_args()
    if asked.pack is None:
        refresh(sorted(known_languages() | set(asked.languages)), extracted())
        return
    folder = asked.pack / "locales"
    folder.mkdir(exist_ok=True)
    codes = sorted(known_languages(folder) | set(asked.languages))
    refresh(codes, extracted_from_pack(asked.pack), folder, f"City pack: {asked.pack.name}")


if __name__ == "__main__":
    main()
