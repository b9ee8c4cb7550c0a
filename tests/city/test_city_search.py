"""Finding a request type by the words people really type."""

import pytest

from app.city.city import City
from app.city.loader import register_catalogs
from app.city.search import MAX_QUERY, find_services
from i18n import translator
from i18n.locales import LOCALES
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


# As people type: with endings, without accents, vowel marks and spaces, and in English besides.
IN_OTHER_LANGUAGES = {
    "vi": [
        ("ổ gà", "pothole"),
        ("o ga tren duong", "pothole"),
        ("tieng on", "noise"),
        ("den duong khong sang", "street-light"),
        ("cành cây gãy", "tree"),
        ("hole in the road", "pothole"),
    ],
    "zh-Hans": [
        ("路上有大坑", "pothole"),
        ("坑", "pothole"),
        ("有人倒垃圾", "dumping"),
        ("我家门口的路灯坏了", "street-light"),
        ("楼上太吵", "noise"),
    ],
    "zh-Hant": [
        ("路上有大坑", "pothole"),
        ("街燈壞咗", "street-light"),
        ("坑", "pothole"),
        ("馬路上有死貓", "dead-animal"),
    ],
    "ru": [
        ("яму на дороге", "pothole"),
        ("на моей улице не горит фонарь", "street-light"),
        ("свалка около дома", "dumping"),
        ("мертвая кошка", "dead-animal"),
        ("ветки", "tree"),
    ],
    "uk": [
        ("яму на дорозі", "pothole"),
        ("сміття біля будинку", "dumping"),
        ("не світить ліхтар", "street-light"),
        ("здохла кішка", "dead-animal"),
    ],
    "ro": [
        ("groapa in strada", "pothole"),
        ("bec ars", "street-light"),
        ("gunoi aruncat în parc", "dumping"),
        ("pisică moartă", "dead-animal"),
    ],
    "so": [
        ("god waddada ku yaal", "pothole"),
        ("nal damsan", "street-light"),
        ("qashin", "dumping"),
        ("ey dhintay", "dead-animal"),
    ],
    "ar": [
        ("حفره في الشارع", "pothole"),
        ("الحُفْرَة", "pothole"),
        ("حفـــرة", "pothole"),
        ("الزبالة مرمية", "dumping"),
        ("قطه ميته", "dead-animal"),
        ("اناره الشارع", "street-light"),
    ],
}


@pytest.mark.parametrize(
    ("locale", "query", "best"),
    [(locale, query, best) for locale, asked in IN_OTHER_LANGUAGES.items() for query, best in asked],
)
def test_words_of_every_language_find_the_right_type_first(
    portland: City, locale: str, query: str, best: str
) -> None:
    assert found(portland, locale, query)[0] == best


def test_every_language_that_is_offered_is_searched_in_these_tests() -> None:
    assert {"en", "es", *IN_OTHER_LANGUAGES} == {code for code, one in LOCALES.items() if not one.pseudo}


@pytest.mark.parametrize(("locale", "query"), [("ru", "в на у"), ("ar", "في على"), ("ro", "în pe")])
def test_empty_words_alone_find_nothing(portland: City, locale: str, query: str) -> None:
    assert found(portland, locale, query) == []


def test_vietnamese_words_that_look_like_empty_ones_are_kept(portland: City) -> None:
    """Without accents, "lá" (leaf) is a Spanish article, and "ồn" (noise) an English preposition."""
    assert found(portland, "vi", "lá") == found(portland, "vi", "la") != []
    assert "noise" in found(portland, "vi", "on")


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
