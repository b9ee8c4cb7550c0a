"""Points, distances and the city's outline, and how a place is said in words."""

import math

import pytest
from pydantic import ValidationError

from app.city.city import Bureau, City
from app.city.contacts import Contact
from app.city.services import Service, ServiceGroup
from app.kit.errors import Rejected
from app.places.points import (
    Boundary,
    Compass,
    Hole,
    Place,
    Point,
    Ring,
    approximate,
    compass,
    contains,
    distance_in_words,
    distance_m,
    distance_to_boundary_m,
    nearest_place,
    read_point,
)
from app.places.whereabouts import check_place, describe, place_needs_review
from i18n import translator
from i18n.locales import LOCALES

LIBRARY = Place(name="Holgate Library", kind="library", lat=45.4904, long=-122.5822)
PARK = Place(name="Lents Park", kind="park", lat=45.4880, long=-122.5712)
# About 11 by 8 kilometers, with a town of its own in the middle.
BOUNDARY = Boundary(
    outline=Ring(
        points=((45.45, -122.65), (45.45, -122.55), (45.55, -122.55), (45.55, -122.65)), tolerance_m=500
    ),
    holes=(
        Hole(
            name="Maywood Park",
            tolerance_m=60,
            points=((45.50, -122.60), (45.50, -122.59), (45.51, -122.59), (45.51, -122.60)),
        ),
    ),
)
DEGREE_M = 111_195  # a degree of latitude, on the sphere the distances are measured on


def a_city(*places: Place) -> City:
    """A city with the square outline above and the given places."""
    return City(
        jurisdiction_id="city.example",
        name="Portland",
        state="Oregon",
        time_zone="America/Los_Angeles",
        contact=Contact(phone="311", phone_long="503-823-4000", relay="711", hours="Always"),
        emergency_phone="911",
        non_emergency_phone="503-823-3333",
        bureaus=(Bureau(code="works", name="Works"),),
        groups=(ServiceGroup(code="all", name="All", description="All."),),
        services=(
            Service(
                service_code="pothole",
                service_name="Pothole",
                description="A hole.",
                group="all",
                bureau="works",
                agency_responsible="Works",
                keywords=("hole",),
                expected_days=1,
            ),
        ),
        places=places,
        boundary=BOUNDARY,
    )


CITY = a_city(LIBRARY, PARK)


def said(lat: str | float, long: str | float) -> str | None:
    """Check a place and return the sentence a resident reads, or None if it is accepted."""
    error = check_place(CITY, lat, long)
    if error is None:
        return None
    assert error.field == "lat"
    return translator("en")(error.message)


# --- points ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lat", "long"), [(91, 0), (-90.1, 0), (0, 181), (math.nan, 0), (0, math.inf)])
def test_a_point_is_on_earth(lat: float, long: float) -> None:
    with pytest.raises(ValidationError):
        Point(lat=lat, long=long)


@pytest.mark.parametrize(
    ("lat", "long"),
    [
        ("45.4904", "-122.5822"),
        (" 45.4904 ", "−122.5822"),
        ("45,4904", "-122,5822"),
        ("٤٥٫٤٩٠٤", "-١٢٢٫٥٨٢٢"),
        ("４５.４９０４", "-122.58220"),
        (45.4904, -122.5822),
    ],
)
def test_coordinates_are_read_as_devices_and_people_write_them(lat: str | float, long: str | float) -> None:
    assert read_point(lat, long) == Point(lat=45.4904, long=-122.5822)


@pytest.mark.parametrize(
    ("lat", "long"),
    [
        ("", ""),
        ("45.5", ""),
        ("north", "west"),
        ("NaN", "NaN"),
        (math.nan, -122.6),
        ("inf", "-122.6"),
        (math.inf, -122.6),
        ("1e400", "-122.6"),
        (10**400, -122.6),
        ("45.5" + "0" * 100_000, "-122.6"),
        ("45.5; DROP TABLE requests", "-122.6"),
        ("0x2D", "-122.6"),
    ],
)
def test_what_is_no_number_is_refused_in_plain_words(lat: str | float, long: str | float) -> None:
    assert said(lat, long) == "We could not read the place on the map. Choose it again, or write the address."


def test_zero_zero_means_that_the_device_had_no_place() -> None:
    assert said("0.0", "0") == (
        "Your device did not say where you are. Choose the place on the map, or write the address."
    )


def test_swapped_coordinates_are_recognized() -> None:
    swapped = "The two numbers of the place look swapped. Write the latitude first, then the longitude."
    assert said(-122.5822, 45.4904) == swapped


def test_swapped_coordinates_are_recognized_where_both_could_be_latitudes() -> None:
    near_greenwich = CITY.model_copy(
        update={
            "boundary": Boundary(outline=Ring(points=((51.0, 0.0), (51.0, 1.0), (52.0, 1.0), (52.0, 0.0))))
        }
    )
    error = check_place(near_greenwich, 0.5, 51.5)
    assert error is not None
    assert translator("en")(error.message).startswith("The two numbers of the place look swapped.")


def test_nowhere_on_earth_is_refused() -> None:
    assert said(500, 500) == "There is no such place on the map. Choose it again, or write the address."


def test_an_error_does_not_carry_the_coordinates_into_logs() -> None:
    with pytest.raises(Rejected) as refused:
        read_point("45.123456789x", "-122.6")
    assert "45.1" not in str(refused.value)


# --- distances ------------------------------------------------------------------------------------


def test_distance_is_measured_along_the_ground() -> None:
    assert distance_m(Point(lat=45, long=-122), Point(lat=46, long=-122)) == pytest.approx(
        DEGREE_M, rel=0.001
    )
    parallel = DEGREE_M * math.cos(math.radians(45))
    assert distance_m(Point(lat=45, long=-122), Point(lat=45, long=-123)) == pytest.approx(
        parallel, rel=0.001
    )
    assert distance_m(LIBRARY, LIBRARY) == 0


@pytest.mark.parametrize(
    ("north", "east", "direction"),
    [
        (1, 0, Compass.NORTH),
        (1, 1.4, Compass.NORTHEAST),
        (0, 1, Compass.EAST),
        (-1, 1.4, Compass.SOUTHEAST),
        (-1, 0, Compass.SOUTH),
        (-1, -1.4, Compass.SOUTHWEST),
        (0, -1, Compass.WEST),
        (1, -1.4, Compass.NORTHWEST),
        (1, 0.1, Compass.NORTH),
        (1, -0.1, Compass.NORTH),
    ],
)
def test_directions_are_as_on_a_map(north: float, east: float, direction: Compass) -> None:
    end = Point(lat=45.5 + north / 1000, long=-122.6 + east / 1000)
    assert compass(Point(lat=45.5, long=-122.6), end) is direction


def test_the_nearest_place_is_found_with_distance_and_direction() -> None:
    found = nearest_place([PARK, LIBRARY], Point(lat=45.4913, long=-122.5822))
    assert found is not None
    place, meters, direction = found
    assert (place, round(meters), direction) == (LIBRARY, 100, Compass.NORTH)
    assert nearest_place([], LIBRARY) is None


def test_an_approximate_point_is_the_same_for_all_spots_around_and_about_a_block_away_at_most() -> None:
    spots = [Point(lat=45.5201 + i / 100_000, long=-122.6601 - i / 100_000) for i in range(30)]
    blurred = {approximate(spot) for spot in spots}
    assert blurred == {Point(lat=45.52, long=-122.66)}
    assert max(distance_m(spot, approximate(spot)) for spot in spots) < 70


# --- inside and outside ---------------------------------------------------------------------------


def test_a_hole_is_not_part_of_the_city() -> None:
    assert contains(BOUNDARY, Point(lat=45.46, long=-122.6))
    assert not contains(BOUNDARY, Point(lat=45.505, long=-122.595))
    assert not contains(BOUNDARY, Point(lat=45.56, long=-122.6))


def test_the_outline_works_in_both_directions_and_with_dents() -> None:
    dented = ((45.0, -122.0), (45.0, -121.0), (45.5, -121.5), (46.0, -121.0), (46.0, -122.0))
    for points in (dented, dented[::-1]):
        boundary = Boundary(outline=Ring(points=points))
        assert contains(boundary, Point(lat=45.5, long=-121.8))
        assert not contains(boundary, Point(lat=45.5, long=-121.2))


def test_distance_to_the_boundary_is_to_its_nearest_line_from_both_sides() -> None:
    for lat in (45.551, 45.549):
        meters = distance_to_boundary_m(BOUNDARY, Point(lat=lat, long=-122.62))
        assert meters == pytest.approx(0.001 * DEGREE_M, rel=0.01)
    at_the_hole = distance_to_boundary_m(BOUNDARY, Point(lat=45.499, long=-122.595))
    assert at_the_hole == pytest.approx(0.001 * DEGREE_M, rel=0.01)


def test_a_line_that_crosses_itself_is_no_outline() -> None:
    with pytest.raises(ValidationError, match="crosses itself after points 2 and 4"):
        Ring(points=((45.0, -122.0), (45.0, -121.0), (46.0, -122.0), (46.0, -121.0)))


def test_a_place_inside_is_accepted_without_review() -> None:
    assert said("45.52", "-122.6") is None
    assert not place_needs_review(CITY, Point(lat=45.52, long=-122.6))


def test_a_place_a_little_outside_the_rough_outline_is_accepted_and_reviewed() -> None:
    assert said(45.5535, -122.6) is None
    assert place_needs_review(CITY, Point(lat=45.5535, long=-122.6))


def test_a_place_outside_says_so_and_who_to_call() -> None:
    assert said(45.56, -122.6) == (
        "This place is outside Portland, so the city cannot send a crew there. Choose another place, "
        "or call 503-823-4000 and we will tell you who can help. If someone is in danger, call 911."
    )


def test_a_place_in_an_enclave_says_whose_it_is() -> None:
    sentence = said(45.505, -122.595)
    assert sentence is not None
    assert sentence.startswith("This place is in Maywood Park, which is not part of Portland.")
    assert "503-823-4000" in sentence


def test_the_edge_of_an_enclave_is_accepted_and_reviewed() -> None:
    assert said(45.5004, -122.595) is None
    assert place_needs_review(CITY, Point(lat=45.5004, long=-122.595))


# --- in words -------------------------------------------------------------------------------------


def words(lat: float, long: float, city: City = CITY) -> str:
    """Return the description of a point in English."""
    return translator("en")(describe(city, Point(lat=lat, long=long)))


def test_a_place_is_said_by_distance_and_direction_from_the_nearest_known_one() -> None:
    assert words(45.4915, -122.5822) == "About 400 feet (120 meters) north of Holgate Library"
    assert words(45.4904, -122.5860) == "About 950 feet (300 meters) west of Holgate Library"
    assert words(45.4800, -122.5712) == "About 0.6 miles (0.9 kilometers) south of Lents Park"


def test_on_the_spot_no_distance_is_pretended() -> None:
    assert words(45.49042, -122.58221) == "Very close to Holgate Library"


def test_far_from_everything_the_numbers_are_said() -> None:
    assert words(46.0, -123.0) == "Latitude 46.00000, longitude -123.00000"
    assert words(45.5, -122.6, a_city()) == "Latitude 45.50000, longitude -122.60000"


def test_distances_are_round_numbers() -> None:
    t = translator("en")
    assert t(distance_in_words(26)) == "About 100 feet (30 meters)"
    assert t(distance_in_words(499)) == "About 1650 feet (500 meters)"
    assert t(distance_in_words(500)) == "About 0.3 miles (0.5 kilometers)"
    assert t(distance_in_words(4_000)) == "About 2.5 miles (4.0 kilometers)"


@pytest.mark.parametrize(
    ("locale", "miles"), [("es", "2,5"), ("vi", "2,5"), ("ru", "2,5"), ("zh-Hans", "2.5")]
)
def test_distances_have_the_decimal_sign_of_the_language(locale: str, miles: str) -> None:
    assert miles in translator(locale)(distance_in_words(4_000))
    assert LOCALES[locale].decimal_sign == miles[1]
