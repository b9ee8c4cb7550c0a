"""Squares by name: all of a circle lies in them, and nothing that is far away."""

import math
from random import Random

import pytest

from app.places.points import Point, distance_m
from app.retention.squares import square_of, squares_around


@pytest.mark.parametrize("radius", [10, 100.5, 777.7, 20_000])
@pytest.mark.parametrize("lat", [0.0, 45.52, -33.9, 64.8])
@pytest.mark.parametrize("long", [-122.66, 0.0, 179.9999, -180.0])
def test_a_circle_lies_in_its_squares(radius: float, lat: float, long: float) -> None:
    random, center = Random(f"{radius} {lat} {long}"), Point(lat=lat, long=long)
    size = round(radius)
    around = squares_around(center, radius, size)
    assert 4 <= len(around) <= 20, "few enough for a line of the ledger"
    for _ in range(300):
        away, turn = radius * 4 * random.random(), math.tau * random.random()
        north, east = away * math.cos(turn) / 111_195, away * math.sin(turn) / 111_195
        point = Point(lat=lat + north, long=(long + east / math.cos(math.radians(lat)) + 180) % 360 - 180)
        distance = distance_m(center, point)
        if distance <= radius:
            assert square_of(point.lat, point.long, size) in around
        if distance > 3 * radius:
            assert square_of(point.lat, point.long, size) not in around
