"""The catalogs: whatever the portal says, it says in every language it offers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from i18n.extract import KEYWORDS, PACKAGES, ROOT, extracted, known_languages, refresh
from i18n.locales import DEFAULT_LOCALE, LOCALES
from i18n.translator import CATALOGS

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")  # filled by the server, and by browser modules
NAME = re.compile(r"%\((\w+)\)s")
OFFERED = sorted(set(LOCALES) - {DEFAULT_LOCALE})
SPANISH_HEADER = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
ROW = r"^\| `([\w-]+)` \| (.+?) \| (.+?) \|$"
HOW_TO = "Run `make catalogs`, then translate what is empty or fuzzy; see i18n/README.md."


def catalog_of(code: str, folder: Path = CATALOGS) -> Catalog:
    with (folder / f"{code}.po").open("rb") as stream:
        return read_po(stream, abort_invalid=True)


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    found = set(ids(extracted()))
    assert "Send report" in found
    return found


@pytest.fixture(scope="module", params=sorted(known_languages()))
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return catalog_of(request.param)


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def ids(catalog: Catalog) -> Iterator[str]:
    return (source_forms(message)[0] for message in entries(catalog))


def source_forms(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def translated_forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def translations(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield each translation with its English; of plural forms all but the first belong to the English plural."""
    for message in entries(catalog):
        english = source_forms(message)
        for index, form in enumerate(translated_forms(message)):
            if form:
                yield english[min(index, len(english) - 1)], form


# --- complete -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", OFFERED)
def test_a_language_that_is_offered_has_every_sentence(code: str, sentences: set[str]) -> None:
    done = [
        message
        for message in entries(catalog_of(code))
        if all(translated_forms(message)) and not message.fuzzy
    ]
    missing = sentences - {source_forms(message)[0] for message in done}
    assert not missing, HOW_TO


def test_nothing_is_translated_that_nobody_says(catalog: Catalog, sentences: set[str]) -> None:
    assert not set(ids(catalog)) - sentences, HOW_TO
    assert not catalog.obsolete, HOW_TO


def test_a_plural_has_every_form_its_language_needs(catalog: Catalog) -> None:
    rule = catalog.plural_expr
    assert catalog.locale_identifier, "the header with Language and Plural-Forms is missing"
    plurals = [message for message in entries(catalog) if not isinstance(message.id, str)]
    assert plurals
    assert {len(translated_forms(message)) for message in plurals} == {catalog.num_plurals}, rule


# --- right --------------------------------------------------------------------------------------------------


def test_placeholders_are_those_of_the_english_sentence(catalog: Catalog) -> None:
    differing = [
        (english, translation)
        for english, translation in translations(catalog)
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(translation))
    ]
    assert not differing


def test_no_stray_percent_sign_breaks_a_sentence_that_is_filled(catalog: Catalog) -> None:
    for english, translation in translations(catalog):
        if names := NAME.findall(english):
            assert "%" not in translation % dict.fromkeys(names, "…")


def test_space_around_a_sentence_is_kept(catalog: Catalog) -> None:
    """The terminal asks `E-mail address: ` and the answer is typed behind it."""
    differing = [
        (english, translation)
        for english, translation in translations(catalog)
        if (english[0] == " ", english[-1] == " ") != (translation[0] == " ", translation[-1] == " ")
    ]
    assert not differing


def test_a_list_of_words_keeps_its_length(catalog: Catalog) -> None:
    """`north,northeast,…` is taken apart at its commas: with one word less, every direction would be wrong."""
    lists = [pair for pair in translations(catalog) if re.fullmatch(r"\w+(,\w+)+", pair[0])]
    assert not [pair for pair in lists if pair[0].count(",") != pair[1].count(",")]


def test_spanish_says_usted() -> None:
    familiar = re.compile(r"\b(tú|tu|tus|ti|te|puedes|quieres|tienes|vives|eres|estás|debes|sabes)\b", re.I)
    assert not [pair for pair in translations(catalog_of("es")) if familiar.search(pair[1])]


# --- found --------------------------------------------------------------------------------------------------


def sources() -> Iterator[tuple[str, ast.AST]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def test_every_sentence_that_is_marked_is_found(sentences: set[str]) -> None:
    """Babel misses `_(variable)` and what stands inside an f-string, so nobody would ever translate it."""
    hidden = []
    for file, tree in sources():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                sentence = call.args[0]
                if not isinstance(sentence, ast.Constant) or sentence.value not in sentences:
                    hidden.append(f"{file}:{call.lineno}")
    assert not hidden


def test_sentences_inside_slots_are_marked_elsewhere_too(sentences: set[str]) -> None:
    """In `slot("_('Error:') …")` the sentence is part of a string, where Babel does not look."""
    for file, tree in sources():
        for text in ast.walk(tree):
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                for sentence in re.findall(r"\b_\('([^']+)'\)", text.value):
                    assert sentence in sentences, file


# --- languages to come --------------------------------------------------------------------------------------


def sentences_of(*texts: str | tuple[str, str]) -> Catalog:
    catalog = Catalog()
    for text in texts:
        catalog.add(text, locations=[("app/web/some.py", 1)])
    return catalog


def test_a_new_language_begins_with_every_sentence_and_its_own_plurals(tmp_path: Path) -> None:
    refresh(["ru"], sentences_of("Send report", ("%(num)s match", "%(num)s matches")), tmp_path)
    begun = catalog_of("ru", tmp_path)
    assert list(ids(begun)) == ["Send report", "%(num)s match"]
    assert begun.locale_identifier == "ru"
    assert begun.num_plurals == 3
    assert not [message for message in entries(begun) if any(translated_forms(message)) or message.fuzzy]


@pytest.mark.parametrize(("code", "name"), [("zh-Hans", "zh_Hans"), ("zh-Hant", "zh_Hant")])
def test_a_language_in_one_of_its_scripts_can_begin(tmp_path: Path, code: str, name: str) -> None:
    refresh([code], sentences_of("Send report"), tmp_path)
    assert catalog_of(code, tmp_path).locale_identifier == name


def test_collecting_sentences_keeps_translations_and_drops_what_nobody_says(tmp_path: Path) -> None:
    (tmp_path / "es.po").write_text(
        SPANISH_HEADER
        + 'msgid "Send report"\nmsgstr "Enviar reporte"\n\nmsgid "Nobody says this"\nmsgstr "Nadie lo dice"\n',
        encoding="utf-8",
    )
    sentences = sentences_of("Start page", "Send report")
    refresh(["es"], sentences, tmp_path)
    once = (tmp_path / "es.po").read_bytes()
    assert list(ids(catalog_of("es", tmp_path))) == ["Start page", "Send report"]
    assert list(translations(catalog_of("es", tmp_path))) == [("Send report", "Enviar reporte")]
    assert b"Nadie" not in once
    refresh(["es"], sentences, tmp_path)
    assert (tmp_path / "es.po").read_bytes() == once


def test_a_reworded_sentence_waits_for_its_translator(tmp_path: Path) -> None:
    old, new = "Say where it is, or choose it on the map.", "Say where it is, or choose the place on the map."
    (tmp_path / "es.po").write_text(
        f'{SPANISH_HEADER}msgid "{old}"\nmsgstr "Diga dónde está o elíjalo en el mapa."\n', encoding="utf-8"
    )
    refresh(["es"], sentences_of(new), tmp_path)
    reworded = catalog_of("es", tmp_path).get(new)
    assert reworded is not None
    assert reworded.string == "Diga dónde está o elíjalo en el mapa."
    assert reworded.fuzzy


def reworded_in(folder: Path, code: str, translation: str) -> Path:
    """A catalog whose only sentence has since been reworded."""
    file = folder / f"{code}.po"
    refresh([code], sentences_of("The pin is {place}."), folder)
    empty = 'msgid "The pin is {place}."\nmsgstr ""'
    begun = file.read_text(encoding="utf-8")
    assert empty in begun
    file.write_text(begun.replace(empty, f'{empty[:-1]}{translation}"'), encoding="utf-8")
    return file


def test_each_language_keeps_its_own_words_for_a_reworded_sentence(tmp_path: Path) -> None:
    reworded_in(tmp_path, "es", "El marcador está {place}.")
    reworded_in(tmp_path, "vi", "Điểm ghim nằm {place}.")
    refresh(["es", "vi"], sentences_of("The pin: {place}."), tmp_path)
    kept = [catalog_of(code, tmp_path)["The pin: {place}."].string for code in ("es", "vi")]
    assert kept == ["El marcador está {place}.", "Điểm ghim nằm {place}."]


def test_how_a_sentence_read_before_is_said_until_its_translation_is_mended(tmp_path: Path) -> None:
    file, sentences = (
        reworded_in(tmp_path, "es", "El marcador está {place}."),
        sentences_of("The pin: {place}."),
    )
    refresh(["es"], sentences, tmp_path)
    once = file.read_text(encoding="utf-8")
    assert "# Before: The pin is {place}.\n" in once
    refresh(["es"], sentences, tmp_path)
    assert file.read_text(encoding="utf-8") == once
    file.write_text(once.replace("#, fuzzy, ", "#, "), encoding="utf-8")
    refresh(["es"], sentences, tmp_path)
    assert "Before" not in file.read_text(encoding="utf-8")


def test_a_new_sentence_is_not_given_the_translation_of_another(tmp_path: Path) -> None:
    (tmp_path / "es.po").write_text(
        f'{SPANISH_HEADER}msgid "Add a photo"\nmsgstr "Agregar una foto"\n', encoding="utf-8"
    )
    refresh(["es"], sentences_of("Add a photo", "Send a photo"), tmp_path)
    assert list(translations(catalog_of("es", tmp_path))) == [("Add a photo", "Agregar una foto")]


def test_the_readme_says_of_every_language_whether_it_was_reviewed() -> None:
    readme = (CATALOGS.parent / "README.md").read_text(encoding="utf-8")
    rows = {code: (name, state) for code, name, state in re.findall(ROW, readme, re.M)}
    assert set(rows) == known_languages() | {DEFAULT_LOCALE}
    for code, locale in LOCALES.items():
        assert rows[code] == (locale.name, locale.review)


def test_a_file_that_was_begun_without_a_header_gets_one(tmp_path: Path) -> None:
    file = tmp_path / "ru.po"
    file.write_text('msgid "Send report"\nmsgstr "Отправить"\n', encoding="utf-8")
    refresh(
        ["ru"], sentences_of("Send report", ("%(num)s match", "%(num)s matches")), tmp_path, "City pack: x"
    )
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# City pack: x. Language: ru\n")
    assert "PROJECT" not in text and "FIRST AUTHOR" not in text
    begun = catalog_of("ru", tmp_path)
    assert (begun.locale_identifier, begun.num_plurals) == ("ru", 3)
    assert list(translations(begun)) == [("Send report", "Отправить")]
