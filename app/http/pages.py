"""Fills published pages with their views, and compresses what is answered. It knows no visitor."""

import json
from base64 import b64encode
from dataclasses import fields
from functools import cache, partial
from gzip import compress as gzip_compress
from hashlib import sha256
from typing import Any

import brotli
from jinja2 import Template
from starlette.requests import Request
from starlette.responses import Response

from app.city.city import City
from app.http.brand import recolored
from app.http.built import Build
from app.http.conditional import VARY, coding
from app.http.files import OwnFiles
from app.http.precompiled import precompiled
from app.http.templates import environment
from app.http.views import Frame, PageView
from app.routes import Url, url
from i18n import Message, Translator, catalog_files, translator

BROTLI_QUALITY = 7
"""Of pages made for one visitor: a tenth of a millisecond more than 5, and 360 bytes less of a form; 11 would save
twice as much again and cost thirty times the time."""


class Pages:
    """The published pages, in every language."""

    def __init__(self, build: Build, city: City, *, tile_origin: str = "") -> None:
        """tile_origin: whose map tiles pages may show besides ours.

        Raises FileNotFoundError if our own modules have not been built.
        """
        style = recolored(build.style, city.colors)
        self._templates = build.templates
        if style != build.style:
            self._templates = {
                name: text.replace(build.style, style) for name, text in build.templates.items()
            }
        self._environment = environment()
        self.own_files = OwnFiles(build.folder, city)
        self.security_policy = _security_policy(style.encode(), tile_origin)
        shown = [
            json.dumps(self.own_files.digests).encode(),
            *(template.encode() for _, template in sorted(self._templates.items())),
        ]
        # What pages say comes from the catalogs and from the city pack, too; their policy also from the settings.
        shown += [*catalog_files(), city.model_dump_json().encode(), self.security_policy.encode()]
        self.version = sha256(b"\0".join(shown)).hexdigest()[:12]

    def static(self, file: str) -> Url:
        """The URL of one of our own modules or icons; it changes whenever that file changes.

        Raises KeyError if the build has no such file.
        """
        return url("static", version=self.own_files.digests[file], file=file)

    def files(self) -> list[Url]:
        """All of our own files that published pages use, those included that they load late; not the map's library,
        which only comes when somebody asks for it.
        """
        return [self.static(name) for name in sorted(self.own_files.digests) if _is_for_pages(name)]

    def fill(self, view: PageView, frame: Frame) -> str:
        """The page this view is for as text, in the language of its frame."""
        shown = {field.name: getattr(view, field.name) for field in fields(view)}
        return self._template(view.page, frame.locale.code).render(shown, frame=frame)

    @cache  # noqa: B019 - one object per process
    def _template(self, name: str, locale: str) -> Template:
        t = translator(locale)
        known = {
            "_": t.shown,
            "ngettext": _plural(t),
            "url": partial(url, locale=locale),
            "static": self.static,
        }
        return precompiled(self._environment, name, self._templates[name], known)


_NOT_OF_PAGES = ("leaflet.js", "retire.js", "sw.js")


def _is_for_pages(file: str) -> bool:
    return file == "icon.svg" or (file.endswith(".js") and file not in _NOT_OF_PAGES)


def compressed(
    request: Request, body: bytes, media_type: str, *, headers: dict[str, str], status: int = 200
) -> Response:
    """Answer with a body in the best coding that the visitor's browser reads."""
    headers = {**headers, "vary": VARY}
    match coding(request):
        case "br":
            body, headers["content-encoding"] = brotli.compress(body, quality=BROTLI_QUALITY), "br"
        case "gzip":
            body, headers["content-encoding"] = gzip_compress(body, compresslevel=6), "gzip"
    return Response(body, status, headers, media_type)


def _security_policy(style: bytes, tile_origin: str) -> str:
    """A policy (CSP 3) without any `unsafe-`: own modules, the one inlined stylesheet, own photos and previews."""
    digest = b64encode(sha256(style).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'sha256-{digest}'",
            " ".join(("img-src 'self' blob: data:", tile_origin)).rstrip(),
            "connect-src 'self'",
            "form-action 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _plural(t: Translator) -> Any:
    def ngettext(singular: str, plural: str, /, *, num: int, **values: Any) -> str:
        return t(Message(singular, {"num": num, **values}, plural))

    return ngettext
