"""`make catalogs`: brings the sentences of the code into the catalogs; what is translated stays translated.

`python -m i18n.extract vi` does the same and begins a catalog for Vietnamese besides.
"""

import sys
from collections.abc import Iterable
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from i18n.locales import DEFAULT_LOCALE, LOCALES
from i18n.translator import CATALOGS

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "components", "state")
# The functions that take a sentence, and for those that take two forms of it, which arguments they are.
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "N_n": (1, 2)}
WIDTH = 100


def extracted() -> Catalog:
    """Every sentence of the code in a catalog without translations, in the order of files and lines."""
    catalog = Catalog()
    for package in PACKAGES:
        for file, line, text, comments, context in extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            location = (f"{package}/{Path(file).as_posix()}", line)
            catalog.add(text, locations=[location], auto_comments=comments, context=context)
    return catalog


def refresh(codes: Iterable[str], sentences: Catalog, folder: Path = CATALOGS) -> None:
    """Bring `{code}.po` of each language up to date with the sentences, or begin it.

    A sentence that was reworded keeps its translation, marked "fuzzy": nobody sees it until a translator has
    looked at it and taken the mark away. What nobody says any more is removed.
    """
    for code in codes:
        file = folder / f"{code}.po"
        catalog = _existing(file) if file.exists() else _new(code)
        # The date would change the file each time, even if nothing else did.
        catalog.update(sentences, no_fuzzy_matching=True, update_creation_date=False)
        _suggest(catalog)
        file.write_bytes(_as_po(catalog))


def known_languages(folder: Path = CATALOGS) -> set[str]:
    """The languages that are offered, and those that are still being translated."""
    return {file.stem for file in folder.glob("*.po")} | (set(LOCALES) - {DEFAULT_LOCALE})


def _existing(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream)


def _suggest(catalog: Catalog) -> None:
    """Give a sentence that was reworded its old translation. Babel would also offer those of other sentences."""
    gone = {old.id: old.string for old in catalog.obsolete.values() if isinstance(old.id, str) and old.string}
    for message in catalog:
        if isinstance(message.id, str) and message.id and not message.string:
            for before in get_close_matches(message.id, gone, n=1):
                message.string = gone[before]
                message.previous_id = [before]
                message.flags.add("fuzzy")


def _as_po(catalog: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, catalog, width=WIDTH, include_lineno=False, ignore_obsolete=True, include_previous=True)
    return written.getvalue()


def _new(code: str) -> Catalog:
    return Catalog(
        locale=code,
        header_comment=f"# The portal's own sentences. Language: {code}",
        project="311 portal",
        version="1",
        msgid_bugs_address="the issues of this project",
        last_translator="see i18n/README.md",
        language_team=code,
        fuzzy=False,
    )


if __name__ == "__main__":
    refresh(sorted(known_languages() | set(sys.argv[1:])), extracted())
