"""Answers with the pages of app/site/texts."""

from collections.abc import Callable
from importlib import import_module

from starlette.responses import Response

from app.http.answers import answer, etag_of, unchanged
from app.http.route import Handler, Route
from app.http.views import PageView
from app.http.visit import Visit
from app.routes import TEXTS

Text = Callable[[Visit], PageView]


def text(name: str) -> Text:
    """What fills the page of this name."""
    view: Text = import_module(f"app.site.texts.{name}").view
    return view


def _handler(name: str) -> Handler:
    view = text(name)

    async def show(visit: Visit) -> Response:
        etag = etag_of(visit, name)
        return unchanged(visit, etag) or answer(visit, view(visit), etag=etag)

    return show


ROUTES = [Route("GET", name, _handler(name)) for name in TEXTS]
