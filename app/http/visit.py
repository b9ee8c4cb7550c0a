"""One request of a visitor: in which language, to which route, with which portal."""

from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import Request

from app.alerts.models import WholeAlert
from app.city.city import City
from app.http.pages import Pages
from app.http.portal import Portal
from app.routes import Url, url
from i18n import Translator, translator
from i18n.locales import DEFAULT_LOCALE, Locale, offered

LONGEST_QUERY = 4_000
"""Of a query that stands in the links to the other languages: longer than any search that is made of what we read."""


@dataclass(frozen=True)
class Visit:
    """What a handler works with.

    route: name in app.routes. params: the route's values, without the locale.
    kept: whether the page is made for phones to keep, so that nothing of the moment may stand in it.
    """

    request: Request
    portal: Portal
    pages: Pages
    locale: Locale
    route: str
    params: dict[str, str] = field(default_factory=dict)
    kept: bool = False

    @cached_property
    def t(self) -> Translator:
        """Translates into the visitor's language."""
        return translator(self.locale.code)

    @property
    def city(self) -> City:
        """The city of this portal."""
        return self.portal.city

    @property
    def alerts(self) -> tuple[WholeAlert, ...]:
        """What everybody is to be told on every page, the gravest first."""
        return () if self.kept else self.portal.alerts.on_now()

    def url(self, name: str, /, **values: str) -> Url:
        """A URL in the visitor's language."""
        return url(name, locale=self.locale.code, **values)

    def same_page_in(self, locale: str) -> Url:
        """This page in another language; a search stays, a place in a list as well."""
        same = url(self.route, locale=locale, **self.params)
        query = self.request.url.query if self.request.method in ("GET", "HEAD") else ""
        return Url(f"{same}?{query}") if 0 < len(query) <= LONGEST_QUERY else same


def preferred_locale(accept_language: str) -> str:
    """The first of the languages a browser asks for (RFC 9110 §12.5.4) that the portal has, else the default."""
    ranked = sorted(_asked_for(accept_language[:500]), key=lambda asked: -asked[1])
    for tag, quality in ranked:
        if quality > 0 and (code := offered(tag)):
            return code
    return DEFAULT_LOCALE


def _asked_for(accept_language: str) -> list[tuple[str, float]]:
    asked = []
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            asked.append((tag, float(weight) if weight else 1.0))
        except ValueError:
            continue
    return asked
