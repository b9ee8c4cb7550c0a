"""Portland's pack: complete, plain, translated, and true to the city's real geography."""

import re
from collections.abc import Iterable, Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.city.city import City
from app.city.loader import load_city, main, register_catalogs
from app.places.points import (
    Point,
    contains,
    distance_m,
    distance_to_boundary_m,
    nearest_place,
)
from i18n import translator
from tests.city.helpers import PORTLAND, RealPlaces
from tests.city.invented import OUTSIDE, REPORTS


def test_the_shipped_pack_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(PORTLAND)]) == 0
    assert capsys.readouterr().out == "OK, 31 request types in 8 groups\n"


def test_every_group_offers_something_and_the_pothole_keeps_its_address(portland: City) -> None:
    assert portland.service("pothole") is not None
    assert portland.service("no-such-type") is None
    listed = [service for group in portland.groups for service in portland.services_in(group.code)]
    assert tuple(listed) == portland.services


def test_every_number_is_one_that_the_city_or_its_partners_publish(portland: City) -> None:
    numbers = {rule.phone for service in portland.services for rule in service.call_instead}
    assert numbers == {
        "911",
        "311",
        "503-823-1700",  # PBOT maintenance dispatch
        "503-823-3333",  # police, non-emergency
        "503-823-4874",  # Water Bureau emergencies
        "503-823-5195",  # PBOT parking enforcement
        "503-278-5410",  # PBOT meter help line
        "503-823-7180",  # Environmental Services spill line
        "503-823-8733",  # Urban Forestry tree emergencies
        "503-988-7387",  # Multnomah County Animal Services
    }


def test_danger_on_the_spot_is_sent_to_a_telephone(portland: City) -> None:
    for code in ("pothole", "street-light", "tree", "water-leak", "needles", "building"):
        service = portland.service(code)
        assert service is not None
        assert service.call_instead, code


def test_reports_about_people_show_neither_words_nor_photos_nor_the_exact_place(portland: City) -> None:
    for code in ("campsite", "noise", "building", "yard", "other"):
        service = portland.service(code)
        assert service is not None
        rule = service.public
        assert (rule.description, rule.photos, rule.answers, rule.place) == (
            False,
            False,
            False,
            "approximate",
        ), code


def test_what_is_near_is_offered_only_where_it_can_be_recognized_and_gives_nobody_away(
    portland: City,
) -> None:
    offered = {service.service_code: service.offered_within_m for service in portland.services}
    assert (offered["street-light"], offered["pothole"], offered["graffiti"], offered["noise"]) == (
        30,
        40,
        50,
        0,
    )
    assert {code for code, meters in offered.items() if not meters} == {
        *("campsite", "noise", "building", "yard", "other", "sewer"),
        *("abandoned-vehicle", "parking"),
    }
    assert all("near_m" in service.model_fields_set for service in portland.services)


def test_license_plates_are_never_public(portland: City) -> None:
    plates = [
        attribute
        for service in portland.services
        for attribute in service.attributes
        if attribute.code == "PLATE"
    ]
    assert plates
    assert not any(attribute.public for attribute in plates)


def test_the_questions_are_few(portland: City) -> None:
    for service in portland.services:
        assert len(service.attributes) <= 5, service.service_code
        assert sum(attribute.required for attribute in service.attributes) <= 3, service.service_code


# --- languages ------------------------------------------------------------------------------------


def pack_sentences(city: City) -> Iterator[str]:
    """Yield everything people read in a pack, taken from the models."""
    contact, rights = city.contact, city.rights
    assert contact.walk_in is not None and city.emergency_text is not None and rights is not None
    yield city.examples.search if city.examples else ""
    yield from (contact.hours, contact.walk_in.hours or "", city.emergency_text.limits or "")
    for office in filter(None, (rights.ada, rights.title_vi, rights.grievances, rights.formats)):
        yield from (office.name, office.note or "")
    yield from (bureau.name for bureau in city.bureaus)
    for group in city.groups:
        yield from (group.name, group.description)
    for service in city.services:
        yield from (service.service_name, service.description, service.keyword_list, service.photo_hint or "")
        for rule in service.call_instead:
            yield from (rule.when, rule.name)
        if service.private_property is not None:
            yield from (service.private_property.advice or "", service.private_property.name or "")
        for attribute in service.attributes:
            yield from (attribute.description, attribute.datatype_description or "")
            yield from (value.name for value in attribute.values)


def extracted() -> list[tuple[str, int, str]]:
    """Return file, line and sentence of everything Babel finds in the pack."""
    found = extract_from_dir(PORTLAND, method_map=[("**.yaml", "app.city.extract:extract_pack")])
    return [(file.replace("\\", "/"), line, str(text)) for file, line, text, *_ in found]


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    with (PORTLAND / "locales/es.po").open("rb") as stream:
        return read_po(stream, locale="es", abort_invalid=True)


def test_babel_finds_every_sentence_of_the_pack_and_nothing_else(portland: City) -> None:
    assert {text for _, _, text in extracted()} == set(filter(None, pack_sentences(portland)))


def test_babel_says_where_a_sentence_stands() -> None:
    file, line, _ = next(found for found in extracted() if found[2] == "How big is the hole?")
    assert file == "services/streets.yaml"
    assert "How big is the hole?" in (PORTLAND / file).read_text(encoding="utf-8").splitlines()[line - 1]


def test_spanish_has_every_sentence_of_the_pack(spanish: Catalog) -> None:
    wanted = {text for _, _, text in extracted()}
    translated = {message.id for message in spanish if message.id and message.string}
    assert translated == wanted
    assert not [message.id for message in spanish if message.id and message.fuzzy]
    assert not spanish.obsolete


def test_spanish_keeps_numbers_and_placeholders(spanish: Catalog) -> None:
    for message in spanish:
        if not message.id or message.auto_comments:  # keywords are free
            continue
        for pattern in (r"%\(\w+\)s", r"\d[\d-]*"):
            assert sorted(re.findall(pattern, str(message.string))) == sorted(
                re.findall(pattern, str(message.id))
            )


def test_spanish_says_usted(spanish: Catalog) -> None:
    familiar = re.compile(r"\b(tú|tu|tus|ti|te|puedes|quieres|tienes|vives|eres|estás|debes|sabes)\b", re.I)
    assert not [message.id for message in spanish if message.id and familiar.search(str(message.string))]


def test_the_pack_is_read_in_the_visitors_language(portland: City) -> None:
    register_catalogs(PORTLAND)
    service = portland.service("pothole")
    assert service is not None
    assert translator("es")(service.service_name) == "Bache"
    assert translator("en")(service.service_name) == "Pothole"


# --- geography ------------------------------------------------------------------------------------


def crossings(rings: Iterable[Iterable[tuple[float, float]]], lat: float) -> list[float]:
    """Return the longitudes at which a line of equal latitude crosses the rings, in order."""
    found = []
    for ring in rings:
        points = list(ring)
        for (lat_a, long_a), (lat_b, long_b) in zip(points, [*points[1:], points[0]], strict=True):
            if (lat_a > lat) != (lat_b > lat):
                found.append(long_a + (lat - lat_a) / (lat_b - lat_a) * (long_b - long_a))
    return sorted(found)


def length(ends: list[float]) -> float:
    """Return the length inside, for the longitudes at which a line goes in and out."""
    return sum(out - into for into, out in zip(ends[::2], ends[1::2], strict=True))


def test_invented_reports_are_taken_and_near_a_known_place(portland: City) -> None:
    """Without the shared data, which the tests below measure against."""
    assert len(REPORTS) > 30
    assert [words for words, point in REPORTS if not contains(portland.boundary, point)] == []
    away = sorted(found[1] for found in (nearest_place(portland.places, at) for _, at in REPORTS) if found)
    assert away[len(away) // 2] < 450
    assert away[int(len(away) * 0.9)] < 700


def test_towns_beside_it_are_not_portland(portland: City) -> None:
    assert [name for name, point in OUTSIDE.items() if contains(portland.boundary, point)] == []


def test_the_outline_differs_little_from_the_census_polygon(portland: City, real_places: RealPlaces) -> None:
    census = real_places.census_rings("Portland")
    ours = [ring.points for ring in portland.boundary.rings]
    assert 60 <= len(portland.boundary.outline.points) <= 90
    south, _, north, _ = portland.boundary.bounds
    city = different = 0.0
    for step in range(400):
        lat = south + (step + 0.5) * (north - south) / 400
        # Where a line crosses either polygon, it passes between "inside one" and "inside both or none".
        different += length(sorted(crossings(census, lat) + crossings(ours, lat)))
        city += length(crossings(census, lat))
    assert different / city < 0.035


def test_real_stops_and_addresses_are_inside(portland: City, real_places: RealPlaces) -> None:
    census = real_places.census_rings("Portland")
    candidates = real_places.stops() + real_places.addresses()
    points = [point for point in candidates if sum(x < point.long for x in crossings(census, point.lat)) % 2]
    assert len(points) > 3_000
    outside = [point for point in points if not contains(portland.boundary, point)]
    assert len(outside) / len(points) < 0.01
    tolerance = portland.boundary.outline.tolerance_m
    assert not [point for point in outside if distance_to_boundary_m(portland.boundary, point) > tolerance]


def test_the_middle_of_maywood_park_is_not_portland(portland: City, real_places: RealPlaces) -> None:
    (ring,) = real_places.census_rings("Maywood Park")
    middle = Point(
        lat=sum(lat for lat, _ in ring) / len(ring), long=sum(long for _, long in ring) / len(ring)
    )
    assert not contains(portland.boundary, middle)


def test_a_known_place_is_near_almost_everywhere_people_live(portland: City, real_places: RealPlaces) -> None:
    points = real_places.stops() + real_places.addresses()
    away = sorted(found[1] for found in (nearest_place(portland.places, point) for point in points) if found)
    assert away[len(away) // 2] < 450
    assert away[int(len(away) * 0.9)] < 700


def test_places_are_where_other_sources_have_them(portland: City, real_places: RealPlaces) -> None:
    ours = {place.name: place for place in portland.places}
    libraries = {name: at for name, at in real_places.named("library").items() if name in ours}
    assert len(libraries) == 15
    assert all(distance_m(ours[name], at) < 20 for name, at in libraries.items())
    corners = real_places.named("intersection")
    for name, corner in (
        ("SE 82nd Avenue and Powell Boulevard", "SE Powell & 82nd"),
        ("NE Martin Luther King Jr. Boulevard and Alberta Street", "NE M L King & Alberta"),
    ):
        assert distance_m(ours[name], corners[corner]) < 50, name


def test_every_place_and_line_is_in_or_at_the_city(portland: City) -> None:
    south, west, north, east = portland.boundary.bounds
    for place in portland.places:
        assert contains(portland.boundary, place) or distance_to_boundary_m(portland.boundary, place) < 500, (
            place
        )
    for line in portland.lines:
        assert all(
            south - 0.01 < lat < north + 0.01 and west < long < east + 0.01 for lat, long in line.points
        )


def test_a_loaded_city_equals_itself_only_and_can_be_the_key_of_a_cache(portland: City) -> None:
    assert {portland: 1}[portland] == 1
    assert load_city(PORTLAND) != portland
