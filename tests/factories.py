"""Things for tests: a small city, reports as devices send them, and requests that are stored already."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from app.city.city import Bureau, City
from app.city.contacts import Contact
from app.city.services import Attribute, AttributeValue, PublicRule, Service, ServiceGroup
from app.db.reading import Reading
from app.kit.ids import digest_of, make_id, make_manage_token
from app.moderation.rules import show
from app.places.points import Boundary, Ring
from app.reports.references import make_reference
from app.reports.rules import Receipt, submit
from app.reports.submissions import Submission
from app.requests.models import Recognize
from app.requests.protocol import Store
from app.requests.rules import Staff

Read = TypeVar("Read", bound=Reading)

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
INSIDE = {"lat": 45.52, "long": -122.66}
NEAR = {"lat": 45.6005, "long": -122.66}
OUTSIDE = {"lat": 47.6, "long": -122.3}


def as_if_read(kind: type[Read], kept: object) -> Read:
    """An object of a table as the database would give it back to a reading of this kind (app/requests/rows.py)."""
    return kind(**{field.name: getattr(kept, field.name) for field in fields(kind)})


@cache
def small_city() -> City:
    """A city with three types: `pothole` shows everything at once, `noise` hides much, `question` needs no place."""
    return City(
        jurisdiction_id="small.example",
        name="Smallville",
        state="Oregon",
        time_zone="America/Los_Angeles",
        contact=Contact(phone="311", phone_long="503-555-0100", relay="711", hours="Always"),
        emergency_phone="911",
        non_emergency_phone="503-555-0111",
        bureaus=(Bureau(code="works", name="Works"),),
        groups=(ServiceGroup(code="streets", name="Streets", description="Streets and sidewalks."),),
        services=(
            _service(
                "pothole",
                publish="at_once",
                attributes=(
                    Attribute(
                        code="SIZE",
                        datatype="singlevaluelist",
                        required=True,
                        description="How big is it?",
                        order=1,
                        values=(
                            AttributeValue(key="small", name="Like a hand"),
                            AttributeValue(key="big", name="Like a car wheel"),
                        ),
                    ),
                    Attribute(
                        code="PLATE",
                        datatype="string",
                        description="Whose car was hit?",
                        order=2,
                        public=False,
                    ),
                ),
            ),
            _service(
                "noise",
                public=PublicRule(description=False, photos=False, place="approximate", answers=False),
            ),
            _service("question", place_required=False, public=PublicRule(place="hidden")),
        ),
        boundary=Boundary(
            outline=Ring(
                points=((45.4, -122.8), (45.6, -122.8), (45.6, -122.5), (45.4, -122.5)), tolerance_m=300
            )
        ),
    )


def _service(code: str, **more: Any) -> Service:
    return Service(
        service_code=code,
        service_name=code.capitalize(),
        description=f"Everything about {code}.",
        group="streets",
        bureau="works",
        agency_responsible="Works",
        keywords=(code,),
        expected_days=5,
        confirmed_by="Works",
        confirmed_on=date(2026, 11, 1),
        **more,
    )


def report(**changes: Any) -> dict[str, Any]:
    """A whole report as a device's JSON object; a change to None leaves the field out."""
    fields: dict[str, Any] = {
        "id": make_id(),
        "manage_token": make_manage_token(),
        "reference": make_reference(),
        "service_code": "pothole",
        "service_name": "Pothole",
        "description": "A deep hole in front of the school.",
        "address_string": "1200 Main St",
        "attribute[SIZE]": "big",
        "question[SIZE]": "How big is it?",
        "question[PLATE]": "Whose car was hit?",
        "first_name": "Ana",
        "last_name": "García",
        "email": "ana@mail.example",
        "phone": "503-555-0123",
        "requested_datetime": (NOW - timedelta(minutes=5)).isoformat(),
        "language": "en",
        "channel": "web",
        **INSIDE,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def frozen(fields: dict[str, Any]) -> bytes:
    """The bytes a device sends."""
    return json.dumps(fields).encode()


def send(
    store: Store,
    fields: dict[str, Any] | None = None,
    *,
    now: datetime = NOW,
    recognize: Recognize | None = None,
    **changes: Any,
) -> Receipt:
    """Send a report as a device would, through the one way in."""
    content = frozen(report(**changes) if fields is None else fields)
    return submit(
        store=store,
        city=small_city(),
        submission=Submission.from_json(content),
        digest=digest_of(content),
        now=now,
        recognize=recognize,
    )


def looked_at(store: Store, reference: str) -> None:
    """Staff have looked at all words and photos of a request, and show them."""
    show(store=store, reference=reference, by=Staff("robin"), now=NOW)


class Form:
    """A form as Starlette gives it: names may come several times."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._items = [
            (name, value)
            for name, values in fields.items()
            for value in (values if isinstance(values, list) else [values])
        ]

    def multi_items(self) -> list[tuple[str, Any]]:
        return self._items
