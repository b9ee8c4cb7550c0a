"""The floor: what a few routes cost on the same stack without anything of ours around them.

One small script, as an experienced developer writes it in an afternoon: Starlette, SQLModel, Jinja2, brotli. It shows
the same status page (the portal's own template, so that the HTML is the same) from the same database, but knows one
language only, has no rules about what is public, no security headers, no limits, and formats dates without asking
how a language writes them. `python -m bench.floor` serves it the way `app.serve` serves the portal.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import brotli
from jinja2 import Environment
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, col, create_engine, select
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.http.pages import BROTLI_QUALITY
from app.photos.models import Photo
from app.requests.models import RequestUpdate, ServiceRequest

TIME_ZONE = ZoneInfo("America/Los_Angeles")
STATUS = {"submitted": "Received", "in_progress": "In progress", "fixed": "Fixed", "closed": "Closed"}

requests = create_engine(os.environ["FLOOR_REQUESTS"])
rows = create_engine(os.environ["FLOOR_ROWS"])


@event.listens_for(rows, "connect")
def write_for_certain(connection: Any, _record: Any) -> None:
    """What is committed is on the disk, as in the portal."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


class Row(SQLModel, table=True):
    """What the smallest commit writes."""

    id: str = Field(primary_key=True)
    body: str


def _(text: str, **values: Any) -> str:
    return text % values if values else text


def url(name: str, **values: str) -> str:
    return "/en/" if name == "home" else f"/en/{name}/"


templates = Environment(autoescape=True)
templates.filters["safe_url"] = templates.filters["plain"] = str
templates.globals.update(_=_, url=url, static=lambda file: f"/static/0/{file}")
status_template = templates.from_string(Path(os.environ["FLOOR_TEMPLATE"]).read_text())
ENGLISH = {"code": "en", "name": "English", "direction": "ltr"}
SPANISH = {"code": "es", "name": "Español", "direction": "ltr"}
FRAME = {
    "locale": ENGLISH,
    "city": "Portland",
    "phone": "311 / 503-823-4000",
    "phone_url": "tel:+15038234000",
    "call": "311",
    "hours": "Every day from 7 a.m. to 8 p.m., except on federal holidays",
    "interpreters": True,
    "relay": "711",
    "emergency": "911",
    "languages": [
        {"locale": ENGLISH, "url": "/en/requests/", "current": True},
        {"locale": SPANISH, "url": "/es/requests/", "current": False},
    ],
    "feedback_url": "",
    "is_start": False,
    "is_form": False,
    "banners": [],
    "alerts_tag": "",
    "moments": {"pattern": "{date}, {time}", "days": "{day}", "hours": "{minute}"},
}


def status_page(request: Request) -> Response:
    """GET /en/requests/{reference}/. A plain function: Starlette runs it in a thread."""
    with Session(requests) as session:
        reference = request.path_params["reference"]
        found = session.exec(select(ServiceRequest).where(ServiceRequest.reference == reference)).one()
        updates = session.exec(
            select(RequestUpdate)
            .where(RequestUpdate.request_id == found.id, RequestUpdate.public)
            .order_by(col(RequestUpdate.at), col(RequestUpdate.id))
        ).all()
        photos = session.exec(
            select(Photo)
            .where(Photo.request_id == found.id, Photo.state == "stored")
            .order_by(col(Photo.position))
        ).all()
        html = status_template.render(frame=FRAME, request=shown(found, updates, photos))
    body = brotli.compress(html.encode(), quality=BROTLI_QUALITY)
    headers = {"content-encoding": "br", "cache-control": "no-cache", "etag": f'W/"{found.version}"'}
    return Response(body, headers=headers, media_type="text/html")


def shown(found: ServiceRequest, updates: Sequence[RequestUpdate], photos: Sequence[Photo]) -> dict[str, Any]:
    """What the template asks for."""
    return {
        "reference": f"{found.reference[:3]} {found.reference[3:6]} {found.reference[6:9]} {found.reference[9:]}",
        "service_name": found.service_name,
        "bureau": "Portland Bureau of Transportation",
        "status": STATUS[found.status],
        "status_code": found.status,
        "expected": f"Usually done by {day(found.expected_at)}." if found.expected_at else "",
        "reported": moment(found.received_at),
        "reported_iso": found.received_at.isoformat(),
        "place": found.address_string,
        "description": found.description,
        "description_language": found.language,
        "answers": [
            {
                "question": answer["label"],
                "answer": ", ".join(value["name"] for value in answer["values"]) or answer["text"],
            }
            for answer in found.answers
        ],
        "photos": [
            {
                "small_url": f"/photos/{photo.content}/320.webp",
                "large_url": f"/photos/{photo.content}/full.webp",
                "alt": photo.description or "A photo",
                "width": photo.width,
                "height": photo.height,
            }
            for photo in photos
        ],
        "updates": [
            {
                "heading": STATUS[update.status or found.status],
                "text": update.text,
                "date": moment(update.at),
                "iso": update.at.isoformat(),
            }
            for update in reversed(updates)
        ],
    }


def day(at: datetime) -> str:
    return f"{at.astimezone(TIME_ZONE):%B %-d, %Y}"


def moment(at: datetime) -> str:
    return f"{at.astimezone(TIME_ZONE):%B %-d, %Y, %-I:%M %p}"


async def fixed_bytes(request: Request) -> Response:
    """GET /bytes."""
    return Response(b"the same as ever")


async def keep_row(request: Request) -> Response:
    """PUT /rows/{id}: one row, on the disk before the answer."""
    body = await request.body()
    await run_in_threadpool(insert, Row(id=request.path_params["id"], body=body.decode()))
    return JSONResponse({"id": request.path_params["id"]}, 201)


def insert(row: Row) -> None:
    with Session(rows) as session:
        session.add(row)
        session.commit()


def application() -> Starlette:
    """What is served."""
    SQLModel.metadata.create_all(rows)
    return Starlette(
        routes=[
            Route("/en/requests/{reference}/", status_page),
            Route("/bytes", fixed_bytes),
            Route("/rows/{id}", keep_row, methods=["PUT"]),
        ]
    )
