"""Request types that only tests have, in a city that is otherwise the real one."""

from datetime import date

from app.city.city import City
from app.city.loader import load_city
from app.city.services import Attribute, AttributeValue, Service
from app.settings import CITY


def everything() -> Service:
    """A request type that asks one question of each kind; the required ones come first."""
    sizes = tuple(AttributeValue(key=f"s{n}", name=f"Size {n}") for n in (1, 2, 3))
    colors = tuple(AttributeValue(key=f"c{n}", name=f"Color {n}") for n in range(1, 10))
    return Service(
        service_code="everything",
        service_name="Everything",
        description="One question of each kind.",
        group="streets",
        bureau="pbot",
        agency_responsible="Bureau",
        keywords=("all of it",),
        expected_days=3,
        confirmed_by="Works",
        confirmed_on=date(2026, 11, 1),
        attributes=(
            Attribute(
                code="SIZE",
                datatype="singlevaluelist",
                required=True,
                description="How big is it?",
                order=1,
                values=sizes,
            ),
            Attribute(
                code="COLOR",
                datatype="singlevaluelist",
                required=True,
                description="Which color?",
                order=2,
                values=colors,
            ),
            Attribute(
                code="PARTS",
                datatype="multivaluelist",
                required=True,
                description="Which parts?",
                datatype_description="Choose all that fit.",
                order=3,
                values=sizes,
            ),
            Attribute(
                code="NAME", datatype="string", required=True, description="What is it called?", order=4
            ),
            Attribute(code="WHEN", datatype="datetime", description="Since when?", order=5),
            Attribute(code="STORY", datatype="text", description="What happened?", order=6),
            Attribute(code="COUNT", datatype="number", description="How many are there?", order=7),
        ),
    )


def free_place() -> Service:
    """A request type that needs neither a place nor an answer."""
    return Service(
        service_code="anywhere",
        service_name="Anywhere",
        description="Nothing is required.",
        group="streets",
        bureau="pbot",
        agency_responsible="Bureau",
        keywords=("anywhere",),
        expected_days=0,
        confirmed_by="Works",
        confirmed_on=date(2026, 11, 1),
        place_required=False,
    )


def test_city() -> City:
    """The real city pack with the two types above."""
    city = load_city(CITY)
    return city.model_copy(update={"services": (*city.services, everything(), free_place())})
