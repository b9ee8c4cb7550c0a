"""Finding a request type by the words people really type."""

import pytest

from app.city.loader import register_catalogs
from app.city.search import MAX_QUERY, find_services
from app.domain.services import City
from i18n import translator
from tests.city.helpers import PORTLAND


def found(city: City, locale: str, query: str) -> list[str]:
    """Return the codes found, best first."""
    register_catalogs(PORTLAND)
    return [service.service_code for service in find_services(city, query, translator(locale))]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("pothole", "pothole"),
        ("POTHOLES", "pothole"),
        ("hole in road", "pothole"),
        ("there is a big hole in my street", "pothole"),
        ("trash", "dumping"),
        ("someone dumped a couch", "dumping"),
        ("full garbage can", "trash-can"),
        ("dead animal", "dead-animal"),
        ("stop sign missing", "street-sign"),
        ("light out", "street-light"),
        ("flooded street", "storm-drain"),
        ("loud neighbors", "noise"),
        ("wheelchair", "access"),
        ("fallen tree branch", "tree"),
    ],
)
def test_plain_words_find_the_right_type_first(portland: City, query: str, best: str) -> None:
    assert found(portland, "en", query)[0] == best


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("bache", "pothole"),
        ("hoyo en la calle", "pothole"),
        ("basura", "dumping"),
        ("perro muerto", "dead-animal"),
        ("semáforo descompuesto", "traffic-signal"),
        ("banqueta rota", "sidewalk"),
        ("camioneta abandonada", "abandoned-vehicle"),
        ("fuga de agua", "water-leak"),
    ],
)
def test_spanish_words_find_the_right_type_first(portland: City, query: str, best: str) -> None:
    assert found(portland, "es", query)[0] == best


def test_accents_and_capitals_do_not_matter(portland: City) -> None:
    assert found(portland, "es", "ÁRBOL CAÍDO") == found(portland, "es", "arbol caido") != []


def test_english_is_found_in_every_language_but_no_language_in_another(portland: City) -> None:
    assert found(portland, "es", "pothole")[0] == "pothole"
    assert found(portland, "en", "bache") == []


@pytest.mark.parametrize("query", ["pothol", "pohtole", "potohle", "potthole", "pithole"])
def test_the_beginning_of_a_word_and_one_typing_error_are_understood(portland: City, query: str) -> None:
    assert found(portland, "en", query)[0] == "pothole"


@pytest.mark.parametrize(
    "query", ["", "   ", "the", "xyz", "qqqq zzzz wwww", "%(x)s", "<script>", "'; --", "\x00", "🕳"]
)
def test_what_fits_nothing_finds_nothing(portland: City, query: str) -> None:
    assert found(portland, "en", query) == []


def test_a_word_that_fits_is_found_among_many_that_do_not_but_not_everything_is_shown(portland: City) -> None:
    assert "pothole" in found(portland, "en", "zzzz pothole")
    assert found(portland, "en", "zzzz yyyy xxxx pothole") == []


def test_only_the_beginning_of_a_very_long_query_is_read(portland: City) -> None:
    assert found(portland, "en", "pothole " + "x" * 1_000_000) == found(
        portland, "en", "pothole " + "x" * MAX_QUERY
    )
