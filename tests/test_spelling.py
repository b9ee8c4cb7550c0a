"""American spelling, in names, comments, docs and the English that people read."""

import re
import subprocess
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]

BRITISH = {
    **{f"{stem}our": f"{stem}or" for stem in ("behavi", "col", "fav", "harb", "hon", "hum", "lab", "rum")},
    **{f"{stem}bour": f"{stem}bor" for stem in ("neigh",)},
    **{f"{stem}tre": f"{stem}ter" for stem in ("cen", "me", "kilome", "li", "thea", "millime")},
    **{f"{stem}ence": f"{stem}ense" for stem in ("def", "lic", "off")},
    **{
        f"{stem}is{end}": f"{stem}iz{end}"
        for stem in (
            *("author", "capital", "categor", "central", "custom", "emphas", "final", "general", "initial"),
            *("local", "maxim", "minim", "normal", "optim", "organ", "prior", "priorit", "real", "recogn"),
            *("serial", "special", "standard", "summar", "synchron", "util", "visual", "apolog", "critic"),
        )
        for end in ("e", "ed", "er", "es", "ing", "ation")
    },
    **{f"analys{end}": f"analyz{end}" for end in ("e", "ed", "ing")},
    **{
        f"{stem}l{end}": f"{stem}{end}"
        for stem in (
            "cancel",
            "label",
            "model",
            "signal",
            "travel",
            "level",
            "total",
            "fuel",
            "jewel",
            "dial",
        )
        for end in ("ed", "ing", "er")
    },
    "ageing": "aging",
    "aluminium": "aluminum",
    "amongst": "among",
    "catalogue": "catalog",
    "cheque": "check",
    "dialogue": "dialog",
    "enrol": "enroll",
    "fulfil": "fulfill",
    "grey": "gray",
    "judgement": "judgment",
    "kerb": "curb",
    "learnt": "learned",
    "mould": "mold",
    "plough": "plow",
    "programme": "program",
    "sceptic": "skeptic",
    "spelt": "spelled",
    "storey": "story",
    "towards": "toward",
    "tyre": "tire",
    "whilst": "while",
}
"""How it is written elsewhere, and here."""

OTHERS_WORDS = re.compile(
    r"aria-?_?labelledby|CancelledError|\bcancelled_caught|\.cancelled\(\)"
    # OpenStreetMap's names of things, and a column of databases of places that are on disks already.
    r'|"neighbourhood"|"community_centre"|\blicence(?= TEXT|, file|, url)|"licence"\)\)'
)
"""Names that are not ours to choose."""
NOT_OURS = re.compile(
    r"(^|/)(LICENSE|NOTICE|package-lock\.json|[^/]*\.lock|[^/]*\.txt|[^/]*\.json)$|/locales/|i18n/catalogs/"
    # What people write to a city, in whatever spelling.
    r"|/danger_words/|kit/private/(codes|name_words)\.py$|tests/kit/[^/]*\.csv$"
)

_WORDS = sorted(BRITISH, key=len, reverse=True)
_WRONG = re.compile(
    rf"(?<![a-z])({'|'.join(_WORDS)})(?:s|d|r|al|ed|ing|hood|ful|able|less|wards?)?(?![a-z])", re.IGNORECASE
)


def british(text: str) -> list[str]:
    """Words of a text that are written otherwise in the United States; a name's parts are words."""
    return [found[0] for found in _WRONG.finditer(OTHERS_WORDS.sub("", text))]


def test_the_list_finds_what_it_is_for() -> None:
    assert british("The colours of neighbouring metres, test_a_colour_is_grey, metres_per_pixel") == [
        *("colours", "neighbouring", "metres", "colour", "grey", "metres"),
    ]
    assert (
        british("Color, meter, parameter, symmetrical, offset, realistic, analysis, comprise, greyhound")
        == []
    )
    assert british('aria-labelledby="x"; except asyncio.CancelledError') == []


def test_code_and_docs_are_spelled_alike() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wrong = []
    for name in listed.splitlines():
        if NOT_OURS.search(name) or name == str(Path(__file__).relative_to(ROOT)):
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            wrong += [f"{name}:{number}: {word}" for word in british(line)]
    assert wrong == []


def test_so_is_the_english_that_people_read() -> None:
    """Of the pack, what it says; the words people type to find something may be written in any way."""
    wrong = []
    for file in (ROOT / "i18n/catalogs/es.po", ROOT / "app/city/portland/locales/es.po"):
        with file.open("rb") as stream:
            for message in read_po(stream):
                if not any("to find this" in note for note in message.auto_comments):
                    forms = [message.id] if isinstance(message.id, str) else [*message.id]
                    wrong += [word for form in forms for word in british(form)]
    assert wrong == []
