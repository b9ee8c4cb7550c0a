"""`make check-city`: what of a city pack a person at the city must still confirm, in plain sentences.

A pack can be right in form and still say what nobody has made sure of. This is the list for the person who asks around.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.city.city import City
from app.city.loader import CityPackError, load_city
from i18n.locales import LOCALES, SPOKEN
from i18n.vital import VITAL

OLD_AFTER = timedelta(days=365)
"""What was looked up longer ago should be looked up again."""


def to_confirm(city: City, today: date) -> Iterator[str]:
    """Everything that is open, the gravest first: numbers and rights, times, languages."""
    yield from _contacts(city)
    yield from _looked_up(city, today)
    yield from _times(city)
    yield from _languages(city)


def _contacts(city: City) -> Iterator[str]:
    contact = city.contact
    ways = {
        "contact.relay": contact.relay,
        "contact.interpreters": contact.interpreters,
        "contact.email": contact.email,
        "contact.text": contact.text,
        "contact.chat": contact.chat,
        "contact.walk_in": contact.walk_in,
        "non_emergency_phone": city.non_emergency_phone,
        "emergency_text": city.emergency_text,
        "examples": city.examples,
        "retention": city.retention,
    }
    missing = [name for name, value in ways.items() if not value]
    if missing:
        yield f"Not in the pack, so never shown: {', '.join(missing)}. Is there really none?"
    named = ("ada", "title_vi", "grievances", "formats")
    absent = [f"rights.{name}" for name in named if city.rights is None or getattr(city.rights, name) is None]
    if absent:
        yield f"Nobody is named on the page “Your rights” for: {', '.join(absent)}."


def _looked_up(city: City, today: date) -> Iterator[str]:
    days = {
        "rights": city.rights.checked_on if city.rights else None,
        "emergency_text": city.emergency_text.checked_on if city.emergency_text else None,
    }
    for name, day in days.items():
        if day is not None and today - day > OLD_AFTER:
            yield f"{name} was last looked up on {day.isoformat()}. Look it up again."


def _times(city: City) -> Iterator[str]:
    open_ones = [service.service_code for service in city.services if service.usual_days is None]
    if open_ones:
        yield (
            f"No confirmed usual time for {len(open_ones)} of {len(city.services)} types, so pages say that none is "
            f"known: {', '.join(open_ones)}. Ask the bureaus, then write confirmed_by and confirmed_on."
        )


def _languages(city: City) -> Iterator[str]:
    drafts = [LOCALES[code] for code in SPOKEN if LOCALES[code].is_draft]
    if drafts:
        names = ", ".join(f"{locale.name} ({locale.code})" for locale in drafts)
        yield (
            f"No native speaker has reviewed: {names}. Begin with these {len(vital(city))} sentences about consent, "
            "danger and rights; until then pages show the English beside them:"
        )
        yield from (f"  {sentence}" for sentence in sorted(vital(city)))
    for locale in drafts:
        if lacking := _lacking(city.folder, locale.code):
            yield f"The pack's {locale.code} has no words yet for {lacking} sentences, which are shown in English."


def vital(city: City) -> frozenset[str]:
    """The sentences about consent, danger and rights, those of the city's pack included."""
    return VITAL | {call.when for service in city.services for call in service.call_instead}


def _lacking(folder: Path | None, code: str) -> int:
    file = folder / "locales" / f"{code}.po" if folder else None
    if file is None or not file.exists():
        return 0
    with file.open("rb") as stream:
        catalog: Catalog = read_po(stream)
    return sum(1 for message in catalog if message.id and (message.fuzzy or not message.string))


def main(arguments: list[str]) -> int:
    """List what is open in the pack in the folder named on the command line; return the exit status."""
    if len(arguments) != 1:
        print("usage: python -m app.city.confirm FOLDER", file=sys.stderr)
        return 2
    try:
        city = load_city(Path(arguments[0]))
    except CityPackError as error:
        print(error, file=sys.stderr)
        return 1
    found = list(to_confirm(city, datetime.now(city.zone).date()))
    print("\n".join(found) if found else "Nothing is left to confirm.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
