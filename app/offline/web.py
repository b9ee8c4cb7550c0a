"""`/offline/{locale}.json`: all pages of a language that a phone can show without the network, in one small file.

Report forms are alike, and so are all other pages around their edges. So one form stands in the file whole, and
every page as its differences from it: texts, and pairs of numbers that say from where to where to copy.
"""

import json
import re
from dataclasses import replace
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import accumulate

from starlette.responses import Response

from app.city import views as service_views
from app.db.engine import read
from app.db.threads import reading, working
from app.http.answers import filled
from app.http.packed import Packed, pack
from app.http.pages import BROTLI_QUALITY
from app.http.portal import Portal
from app.http.replies import not_found
from app.http.route import Route
from app.http.safety_headers import headers_of_documents
from app.http.visit import Visit
from app.offline.web_away import away_view
from app.reports.submissions import Draft
from app.reports.views import form_view
from app.reports.views_pages import ReportView
from app.requests.store_lists import hidden_lately
from app.requests.views_pages import RequestsView
from app.routes import TEXTS, Url
from app.site.views import HomeView
from app.site.web_texts import text
from i18n.locales import LOCALES

Part = str | int

MOST_HIDDEN = 1_000
"""Of how many reports phones hear that something was hidden: the newest."""

_TAG = re.compile(r"<[^>]*>|[^<]+")
_packs: dict[tuple[str, str], Packed] = {}


async def offline(visit: Visit) -> Response:
    """`version`, `base`, `pages`, `away` (the page for what is not here), `headers`, `files`: see assets/sw.js."""
    if visit.params["pack"] == "hidden":
        return await _hidden(visit)
    locale = LOCALES.get(visit.params["pack"])
    if locale is None:
        return not_found(visit)
    key = (visit.pages.version, locale.code)
    if key not in _packs:
        _packs[key] = await working(_packed, replace(visit, locale=locale, kept=True))
    return _packs[key].answer(visit.request, "public, no-cache")


async def _hidden(visit: Visit) -> Response:
    """`/offline/hidden.json`: reports of which staff have hidden something, so that phones drop what they keep of them.

    Only the last digits of each number: enough to find one among the few that a phone keeps, and no list of what was
    hidden for anybody else.
    """
    references = await reading(_hidden_lately, visit.portal)
    body = json.dumps({"hidden": sorted({reference[-6:] for reference in references})}, separators=(",", ":"))
    return pack(body.encode(), "application/json", quality=BROTLI_QUALITY).answer(
        visit.request, "public, no-cache"
    )


def _hidden_lately(portal: Portal) -> list[str]:
    with read(portal.engine) as connection:
        return hidden_lately(connection, limit=MOST_HIDDEN)


def _packed(visit: Visit) -> Packed:
    pages = whole_pages(visit)
    base = pages[_base_of(visit)]
    content = {
        "base": base,
        "pages": {path: differences(base, page) for path, page in pages.items()},
        "away": visit.url("away"),
        "headers": _headers(visit),
        "files": visit.pages.files(),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    version = sha256(text.encode()).hexdigest()[:12]
    return pack(f'{{"version":"{version}",{text[1:]}'.encode(), "application/json")


def whole_pages(visit: Visit) -> dict[str, str]:
    """Every page that says the same to everybody, by its path. Forms have no names yet: the phone makes them."""
    city = visit.city
    pages: dict[str, str] = {
        visit.url("home"): filled(_at(visit, "home"), HomeView(groups=service_views.groups(visit))),
        visit.url("report"): filled(
            _at(visit, "report"), ReportView(query="", found=[], groups=service_views.groups(visit))
        ),
        visit.url("requests"): filled(_at(visit, "requests"), RequestsView(query="", error="")),
        **{visit.url(name): filled(_at(visit, name), text(name)(visit)) for name in TEXTS},
        visit.url("away"): filled(_at(visit, "home"), away_view(visit)),
    }
    nobody = Draft("", "", "")
    for service in city.services:
        form = _at(visit, "report_form", service_code=service.service_code)
        pages[form.url("report_form", **form.params)] = filled(form, form_view(form, service, nobody))
    return pages


def differences(base: str, page: str) -> list[Part]:
    """A page as texts, and as pairs of numbers: from where to where to copy from the base.

    Numbers count UTF-16 units, as JavaScript does.
    """
    old, new = _TAG.findall(base), _TAG.findall(page)
    starts = [0, *accumulate(len(tag.encode("utf-16-le")) // 2 for tag in old)]
    parts: list[Part] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            parts += [starts[old_from], starts[old_to]]
        elif new_to > new_from:
            parts.append("".join(new[new_from:new_to]))
    return parts


def _base_of(visit: Visit) -> Url:
    return visit.url("report_form", service_code=visit.city.services[0].service_code)


def _at(visit: Visit, route: str, **params: str) -> Visit:
    """The visit as if somebody had asked for that page."""
    return replace(visit, route=route, params=params)


def _headers(visit: Visit) -> dict[str, str]:
    return {
        "content-type": "text/html; charset=utf-8",
        "content-language": visit.locale.code,
        "content-security-policy": visit.pages.security_policy,
        **headers_of_documents(),
    }


ROUTES = [
    Route("GET", "offline", offline),
]
