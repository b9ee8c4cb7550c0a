"""Fills published pages and answers with them: compressed, with an ETag, with the headers that keep people safe."""

import json
from base64 import b64encode
from dataclasses import fields
from functools import cache, partial
from gzip import compress as gzip_compress
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
from jinja2 import Template
from starlette.requests import Request
from starlette.responses import Response

from app.domain.services import City
from app.routes import Url, tel, url
from app.web.alert_views import alerts_tag, banners
from app.web.settled import settled
from app.web.templates import environment
from app.web.views import Frame, LanguageView, ProblemView
from app.web.visit import Visit
from app.web.words import moments
from i18n import Message, Translator, catalog_files, translator
from i18n.locales import LOCALES

BROTLI_QUALITY = 5
"""Of pages made for one visitor: 11 would save a tenth of the bytes and cost thirty times the time."""

PUBLIC = "public, no-cache"
"""Anybody may keep it, and asks each time whether it is still so."""
OWN = "private, max-age=0, must-revalidate"
"""For what everybody may see, on a page with something of its own for each browser: that browser (and our worker, which
knows this by its wording) keeps it and asks each time; nobody in between does."""
PRIVATE = "private, no-store"
"""For pages behind a private link or a sign-in: nobody keeps them, shared caches least of all."""
MINE = "private, no-cache"
"""For pages that are different for every visitor but hold nothing secret."""


class Pages:
    """The published pages of one build."""

    def __init__(self, build: Path, city: City, *, tile_origin: str = "") -> None:
        """Open a build folder (`.build/`). tile_origin: whose map tiles pages may show besides ours.

        Raises FileNotFoundError if the front end has not been built.
        """
        self._city = city
        self._templates = build / "templates"
        self._environment = environment(self._templates)
        static = (build / "static.json").read_bytes()
        self._digests: dict[str, str] = json.loads(static)
        style = (build / "site.css").read_bytes()
        self.security_policy = _security_policy(style, tile_origin)
        shown = [static, *(file.read_bytes() for file in sorted(self._templates.iterdir()))]
        # What pages say comes from the catalogs and from the city pack, too; their policy also from the settings.
        shown += [*catalog_files(), city.model_dump_json().encode(), self.security_policy.encode()]
        self.version = sha256(b"\0".join(shown)).hexdigest()[:12]

    def static(self, file: str) -> Url:
        """The URL of one of our own modules or icons; it changes whenever that file changes.

        Raises KeyError if the build has no such file.
        """
        return url("static", version=self._digests[file], file=file)

    def files(self) -> list[Url]:
        """All of our own files that published pages use, those included that they load late; not the map's library,
        which only comes when somebody asks for it.
        """
        return [self.static(name) for name in sorted(self._digests) if _is_for_pages(name)]

    def etag(self, visit: Visit, *state: object) -> str:
        """A weak ETag (RFC 9110 §8.8.3) of a page that shows this state in this language from this build.

        Alerts stand on every page, so one that comes or ends makes it another page.
        """
        state = (*state, alerts_tag(visit)) if visit.alerts else state
        return f'W/"{self.version}-{visit.locale.code}-{"-".join(map(str, state))}"'

    def unchanged(self, visit: Visit, etag: str, *, cache_control: str = PUBLIC) -> Response | None:
        """A 304 answer if the visitor has this very page already, else None."""
        if etag not in visit.request.headers.get("if-none-match", ""):
            return None
        return Response(status_code=304, headers={"etag": etag, "cache-control": cache_control, "vary": VARY})

    def answer(
        self,
        visit: Visit,
        name: str,
        view: Any,
        *,
        status: int = 200,
        cache_control: str = PUBLIC,
        etag: str | None = None,
    ) -> Response:
        """Fill a page with its view and answer with it."""
        html = self.fill(visit, name, view)
        headers = {
            "cache-control": cache_control,
            "content-security-policy": self.security_policy,
            "content-language": visit.locale.code,
        }
        if name in _OF_REQUESTS:
            headers["x-robots-tag"] = "noindex"
        if etag is not None:
            headers["etag"] = etag
        return compressed(
            visit.request, html.encode(), "text/html; charset=utf-8", headers=headers, status=status
        )

    def fill(self, visit: Visit, name: str, view: Any) -> str:
        """The page as text."""
        shown = {field.name: getattr(view, field.name) for field in fields(view)}
        return self._template(name, visit.locale.code).render(shown, frame=self.frame(visit))

    def problem(self, visit: Visit, heading: Message, advice: Message, *, status: int) -> Response:
        """Answer that something is not as it was asked for, and what to do now."""
        view = ProblemView(heading=visit.t(heading), advice=visit.t(advice))
        return self.answer(visit, "problem", view, status=status, cache_control=MINE)

    def frame(self, visit: Visit) -> Frame:
        """What stands around the page."""
        contact = self._city.contact
        return Frame(
            locale=visit.locale,
            moments=moments(visit.t),
            city=self._city.name,
            phone=f"{contact.phone} / {contact.phone_long}",
            phone_url=tel(contact.phone_long),
            languages=[
                LanguageView(locale, visit.same_page_in(locale.code), locale is visit.locale)
                for locale in LOCALES.values()
            ],
            feedback_url=visit.url("report_form", service_code=contact.feedback)
            if contact.feedback
            else Url(),
            is_start=visit.route == "home",
            is_form=visit.route == "report_form",
            banners=banners(visit),
            alerts_tag=alerts_tag(visit),
        )

    @cache  # noqa: B019 - one object per process
    def _template(self, name: str, locale: str) -> Template:
        t = translator(locale)
        known = {"_": t, "ngettext": _plural(t), "url": partial(url, locale=locale), "static": self.static}
        return settled(self._environment, self._templates / f"{name}.html", known)


_OF_REQUESTS = frozenset(("request", "recent", "sent", "manage", "imported"))
"""What people reported is for who looks for it here; a search engine would keep what is hidden later."""
_NOT_OF_PAGES = ("sw.js", "retire.js", "leaflet.js")


def _is_for_pages(file: str) -> bool:
    return file == "icon.svg" or (file.endswith(".js") and file not in _NOT_OF_PAGES)


VARY = "accept-encoding"


def compressed(
    request: Request, body: bytes, media_type: str, *, headers: dict[str, str], status: int = 200
) -> Response:
    """Answer with a body in the best coding that the visitor's browser reads."""
    accepted = request.headers.get("accept-encoding", "")
    headers = {**headers, "vary": VARY}
    if "br" in accepted:
        body, headers["content-encoding"] = brotli.compress(body, quality=BROTLI_QUALITY), "br"
    elif "gzip" in accepted:
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
