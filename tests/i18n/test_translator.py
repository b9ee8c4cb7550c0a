"""From a sentence to words in somebody's language."""

import importlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from i18n import N_, N_n, Translator, add_catalogs, translator
from i18n.translator import CATALOGS

RULE_OF_THREE = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"
)


ONE_OR_MORE = "nplurals=2; plural=(n != 1)"


def po(text: str, plurals: str = ONE_OR_MORE) -> str:
    """Return the text of a catalog with these entries."""
    return f'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Plural-Forms: {plurals};\\n"\n\n{text}'


def spanish(text: str, plurals: str = ONE_OR_MORE) -> Translator:
    return Translator("es", [read_po(BytesIO(po(text, plurals).encode()))])


def write_pack(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "es.po").write_text(po(text), encoding="utf-8")
    return folder


@pytest.fixture
def only_the_portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The portal's own catalogs and no city's; whatever a test adds is gone after it."""
    monkeypatch.setattr(importlib.import_module("i18n.translator"), "_catalog_folders", [CATALOGS])
    translator.cache_clear()
    yield
    translator.cache_clear()


# --- sentences ----------------------------------------------------------------------------------------------


def test_a_sentence_is_said_in_the_language_of_the_reader(only_the_portal: None) -> None:
    assert translator("es")(N_("Send report")) == "Enviar reporte"
    assert translator("en")(N_("Send report")) == "Send report"


def test_what_the_catalog_lacks_comes_in_english_with_its_values() -> None:
    assert spanish("")(N_("At most %(limit)s photos.", limit=5)) == "At most 5 photos."


def test_a_translation_that_nobody_has_checked_is_not_shown() -> None:
    t = spanish('#, fuzzy\nmsgid "Send report"\nmsgstr "Mandar algo"\n')
    assert t("Send report") == "Send report"


def test_a_percent_sign_in_a_sentence_without_values_is_only_that() -> None:
    assert spanish("")("50% done") == "50% done"


def test_a_value_may_be_a_sentence_itself() -> None:
    t = spanish(
        'msgid "%(distance)s of %(place)s"\nmsgstr "A %(distance)s de %(place)s"\n\n'
        'msgid "%(num)s foot"\nmsgid_plural "%(num)s feet"\nmsgstr[0] "%(num)s pie"\nmsgstr[1] "%(num)s pies"\n\n'
        'msgid "north of %(name)s"\nmsgstr "al norte de %(name)s"\n'
    )
    inner = N_("north of %(name)s", name="City Hall")
    message = N_(
        "%(distance)s of %(place)s", distance=N_n("%(num)s foot", "%(num)s feet", num=400), place=inner
    )
    assert t(message) == "A 400 pies de al norte de City Hall"


def test_a_value_that_looks_like_a_placeholder_is_left_alone() -> None:
    assert spanish("")(N_("Comment: %(text)s", text="100%(sure)s")) == "Comment: 100%(sure)s"


# --- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("num", "words"), [(0, "0 matches"), (1, "1 match"), (2, "2 matches")])
def test_english_counts(num: int, words: str) -> None:
    assert translator("en")(N_n("%(num)s match", "%(num)s matches", num=num)) == words


@pytest.mark.parametrize(("num", "words"), [(0, "0 resultados"), (1, "1 resultado"), (2, "2 resultados")])
def test_spanish_counts(num: int, words: str, only_the_portal: None) -> None:
    assert translator("es")(N_n("%(num)s match", "%(num)s matches", num=num)) == words


@pytest.mark.parametrize(
    ("num", "words"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (104, "104 дня")],
)
def test_a_language_counts_by_the_rule_in_its_own_catalog(num: int, words: str) -> None:
    t = spanish(
        'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\n'
        'msgstr[0] "%(num)s день"\nmsgstr[1] "%(num)s дня"\nmsgstr[2] "%(num)s дней"\n',
        RULE_OF_THREE,
    )
    assert t(N_n("%(num)s day", "%(num)s days", num=num)) == words


def test_a_plural_that_is_half_translated_comes_in_english() -> None:
    t = spanish('msgid "%(num)s day"\nmsgid_plural "%(num)s days"\nmsgstr[0] "%(num)s día"\nmsgstr[1] ""\n')
    assert t(N_n("%(num)s day", "%(num)s days", num=1)) == "1 day"
    assert t(N_n("%(num)s day", "%(num)s days", num=3)) == "3 days"


# --- languages and cities -----------------------------------------------------------------------------------


def test_an_unknown_language_is_an_error_and_not_english() -> None:
    with pytest.raises(KeyError):
        translator("tlh")


def test_a_city_may_reword_a_sentence_and_leaves_the_others(only_the_portal: None, tmp_path: Path) -> None:
    assert translator("es")("Send report") == "Enviar reporte"
    add_catalogs(write_pack(tmp_path / "locales", 'msgid "Send report"\nmsgstr "Mandar el reporte"\n'))
    assert translator("es")("Send report") == "Mandar el reporte"
    assert translator("es")("Back") == "Atrás"
    assert translator("es")(N_n("%(num)s match", "%(num)s matches", num=1)) == "1 resultado"


def test_the_last_city_wins_and_a_folder_counts_once(only_the_portal: None, tmp_path: Path) -> None:
    first = write_pack(tmp_path / "first", 'msgid "Back"\nmsgstr "Regresar"\n')
    second = write_pack(tmp_path / "second", 'msgid "Back"\nmsgstr "Volver"\n')
    for folder in (first, second, first):
        add_catalogs(folder)
    assert translator("es")("Back") == "Volver"


def test_a_city_without_this_language_changes_nothing(only_the_portal: None, tmp_path: Path) -> None:
    add_catalogs(tmp_path)
    assert translator("es")("Back") == "Atrás"


def test_each_catalog_keeps_its_own_plural_rule() -> None:
    """A city pack may count three forms where the portal counts two: neither may spoil the other."""
    portal = read_po(
        BytesIO(
            po(
                'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\nmsgstr[0] "un día"\nmsgstr[1] "días"\n'
            ).encode()
        )
    )
    city = read_po(
        BytesIO(
            po(
                'msgid "%(num)s hole"\nmsgid_plural "%(num)s holes"\n'
                'msgstr[0] "one"\nmsgstr[1] "few"\nmsgstr[2] "many"\n',
                "nplurals=3; plural=(n==1 ? 0 : n<5 ? 1 : 2)",
            ).encode()
        )
    )
    t = Translator("es", [portal, city])
    assert t(N_n("%(num)s day", "%(num)s days", num=7)) == "días"
    assert t(N_n("%(num)s hole", "%(num)s holes", num=7)) == "many"
