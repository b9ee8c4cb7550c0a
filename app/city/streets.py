"""What a city pack may say about streets and neighbors, so that addresses are found before anything is imported."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from app.city.contacts import Phone
from app.places.address_grid import Axis, Block, Grid, Line
from app.places.points import Geometry, Latitude, LatLong, Longitude
from app.places.street_names import StreetWords, alias, words_of

QuadrantCode = Literal["N", "S", "E", "W", "NE", "NW", "SE", "SW", ""]
StreetNameText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
BlockNumber = Annotated[int, Field(ge=-5_000, le=99_999)]


class GridLine(Geometry):
    """House numbers along one direction: number 0 lies at `zero` degrees, 100 more are `per_100` degrees on."""

    zero: float = Field(ge=-180, le=180, allow_inf_nan=False)
    per_100: float = Field(ge=-0.05, le=0.05, allow_inf_nan=False)

    @field_validator("per_100")
    @classmethod
    def _goes_somewhere(cls, degrees: float) -> float:
        if abs(degrees) < 0.00005:
            raise ValueError('"per_100" is too small: a block of 100 numbers is at least five meters long')
        return degrees


class Quadrant(Geometry):
    """A part of the city that counts its houses in its own way ("" in a city without quadrants).

    lat, long: the rule for streets that run north and south, and for those that run east and west.
    like: quadrants whose streets are looked at when one is not found in this one.
    """

    code: QuadrantCode
    lat: GridLine
    long: GridLine
    like: tuple[QuadrantCode, ...] = Field(default=(), max_length=8)


class Blocks(Geometry):
    """At which number named streets are crossed, in one quadrant: Hawthorne stands at 1500.

    east_west, north_south: the streets that run that way.
    """

    quadrant: QuadrantCode
    east_west: dict[StreetNameText, BlockNumber] = Field(default_factory=dict, max_length=400)
    north_south: dict[StreetNameText, BlockNumber] = Field(default_factory=dict, max_length=400)


class StreetAlias(Geometry):
    """Other names of a street, old ones and short ones, in some quadrants or everywhere."""

    name: StreetNameText
    also: tuple[StreetNameText, ...] = Field(min_length=1, max_length=20)
    quadrants: tuple[QuadrantCode, ...] = Field(default=(), max_length=8)


class MainStreet(Geometry):
    """A street that leaves the grid, as a line through points; its name has its quadrant: "NE Sandy Boulevard"."""

    name: StreetNameText
    points: tuple[LatLong, ...] = Field(min_length=2, max_length=500)


class ZipArea(Geometry):
    """About where a postal code is: its middle, and how far it reaches from there in meters."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
    lat: Latitude
    long: Longitude
    radius_m: float = Field(ge=50, le=50_000, allow_inf_nan=False)


class Streets(Geometry):
    """How the city names and numbers its streets (streets.yaml)."""

    quadrants: tuple[Quadrant, ...] = Field(default=(), max_length=9)
    blocks: tuple[Blocks, ...] = Field(default=(), max_length=9)
    aliases: tuple[StreetAlias, ...] = Field(default=(), max_length=500)
    main: tuple[MainStreet, ...] = Field(default=(), max_length=500)
    zips: tuple[ZipArea, ...] = Field(default=(), max_length=500)

    @model_validator(mode="after")
    def _quadrants_stand_once(self) -> Streets:
        codes = [quadrant.code for quadrant in self.quadrants]
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f'quadrant "{code}" is described twice')
        for blocks in self.blocks:
            if blocks.quadrant not in codes:
                raise ValueError(f'"blocks" name quadrant "{blocks.quadrant}", which is not in "quadrants"')
        return self

    def words(self) -> StreetWords:
        """How people write the names of these streets."""
        return StreetWords(tuple(alias(one.name, one.also, one.quadrants) for one in self.aliases))

    def grid(self) -> Grid:
        """The rule of the house numbers."""
        words = self.words()
        blocks: dict[tuple[str, str], Block] = {}
        for part in self.blocks:
            runs: tuple[tuple[Axis, dict[str, int]], ...] = (
                ("lat", part.east_west),
                ("long", part.north_south),
            )
            for axis, streets in runs:
                for name, number in streets.items():
                    street = words.of_words(words_of(name), quadrant=part.quadrant.casefold())
                    if street is not None:
                        blocks[street.quadrant, street.base] = Block(number, axis)
        lines: dict[tuple[str, Axis], Line] = {}
        for quadrant in self.quadrants:
            code = quadrant.code.casefold()
            lines[code, "lat"] = Line(quadrant.lat.zero, quadrant.lat.per_100)
            lines[code, "long"] = Line(quadrant.long.zero, quadrant.long.per_100)
        like = {one.code.casefold(): tuple(code.casefold() for code in one.like) for one in self.quadrants}
        return Grid(lines, blocks, like)


class Neighbor(Geometry):
    """Who takes care of what is not the city's: a town beside or inside it, a county, the state.

    name: as on maps, so that an imported area or a hole of the outline is known to be theirs.
    covers: "area" for a town or county, "state_highways" for whoever keeps the highways of the state.
    """

    name: Name
    phone: Phone
    covers: Literal["area", "state_highways"] = "area"
