"""House numbers on the ground: the rule, and what mends it."""

import pytest

from app.places.address_grid import (
    Block,
    Grid,
    Line,
    Street,
    along,
    axis_of,
    by_rule,
    crossing_by_rule,
    number_streets,
)
from app.places.street_names import StreetName

GRID = Grid(
    lines={("se", "lat"): Line(45.5228, -0.000724), ("se", "long"): Line(-122.6655, 0.00104)},
    blocks={("se", "hawthorne"): Block(1500, "lat"), ("se", "grand"): Block(500, "long")},
    fallback={"s": ("se",)},
)
HAWTHORNE = StreetName("se", "hawthorne", "blvd")
CHAVEZ = StreetName("se", "39", "ave")


def test_the_rule_alone_finds_an_address_to_a_block() -> None:
    spot = by_rule(3912, HAWTHORNE, GRID)
    assert spot is not None
    assert spot.lat == pytest.approx(45.5120, abs=0.0007)
    assert spot.long == pytest.approx(-122.6228, abs=0.0025)
    assert by_rule(12, StreetName("se", "nowhere", "st"), GRID) is None
    assert by_rule(12, StreetName("nw", "39", "ave"), GRID) is None


def test_a_quadrant_without_a_rule_borrows_its_neighbors() -> None:
    assert by_rule(1200, StreetName("s", "39", "ave"), GRID) is not None


def test_two_blocks_cross_only_if_they_run_in_different_directions() -> None:
    spot = crossing_by_rule(HAWTHORNE, CHAVEZ, GRID)
    assert spot is not None and spot.lat == pytest.approx(45.5119, abs=0.0005)
    assert crossing_by_rule(CHAVEZ, StreetName("se", "grand", "ave"), GRID) is None


def test_numbered_cross_streets_say_the_number_for_certain() -> None:
    # The avenues of this street are 50 numbers east of where the rule has them.
    line = GRID.lines["se", "long"]
    corners = [(45.512, line.degrees(n * 100 + 50), StreetName("se", str(n), "ave")) for n in range(30, 45)]
    street = Street(HAWTHORNE, corners=corners)
    (numbers,) = number_streets([street], GRID)
    assert axis_of(street, GRID) == "long"
    spot = along(numbers, 3900, line, "long")
    assert spot is not None and spot.long == pytest.approx(line.degrees(3950), abs=0.0001)


def test_a_known_house_mends_its_street_and_its_neighbors() -> None:
    line = GRID.lines["se", "lat"]
    points = [(line.degrees(n), -122.6228) for n in range(1000, 3000, 50)]
    house = (2000, line.degrees(2040), -122.6228)
    known = Street(CHAVEZ, points=points, houses=[house])
    beside = Street(StreetName("se", "38", "ave"), points=[(lat, -122.6238) for lat, _ in points])
    for numbers in number_streets([known, beside], GRID):
        spot = along(numbers, 2000, line, "lat")
        assert spot is not None and line.number(spot.lat) > 2025


def test_a_number_far_beyond_the_end_of_a_street_is_not_made_up() -> None:
    line = GRID.lines["se", "long"]
    street = Street(HAWTHORNE, points=[(45.512, line.degrees(n)) for n in range(3000, 4000, 100)])
    (numbers,) = number_streets([street], GRID)
    assert along(numbers, 4200, line, "long") is not None
    assert along(numbers, 9900, line, "long") is None
    assert along((), 4200, line, "long") is None


def test_the_less_sure_a_place_is_the_larger_the_number_people_are_told() -> None:
    line = GRID.lines["se", "long"]
    street = Street(HAWTHORNE, points=[(45.512, line.degrees(n)) for n in range(3000, 4000, 100)])
    (numbers,) = number_streets([street], GRID)
    within, beyond = along(numbers, 3500, line, "long"), along(numbers, 4800, line, "long")
    rule = by_rule(3500, HAWTHORNE, GRID)
    assert within and beyond and rule
    assert within.sure_m < beyond.sure_m and within.sure_m < rule.sure_m
