"""Every URL of the portal, once. Pages, handlers, tests and links all read it here.

Not beside the handlers, so that whatever draws a link, the desk's build included, need know nobody who answers.
"""

from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.datastructures import URLPath


class Url(str):
    """A URL that this module has made: the only thing that may stand in `href`, `src` and `action`."""


TEXTS = sorted(
    file.stem for file in (Path(__file__).parent / "site/texts").glob("*.py") if file.stem != "__init__"
)
"""Pages that say the same to everybody: each file there is one, under its own name."""

RESIDENT: dict[str, str] = {
    "home": "/{locale}/",
    "manifest": "/{locale}/manifest.webmanifest",
    "report": "/{locale}/report/",
    "report_form": "/{locale}/report/{service_code}/",
    "share": "/{locale}/share/",
    "import_reports": "/{locale}/import/",
    "requests": "/{locale}/requests/",
    "request": "/{locale}/requests/{reference}/",
    "sent": "/{locale}/requests/{reference}/sent/{token}/",
    "manage": "/{locale}/requests/{reference}/manage/{token}/",
    "qr": "/{locale}/requests/{reference}/manage/{token}/qr.svg",
    "recent": "/{locale}/recent/",
    "alerts": "/{locale}/alerts/",
    "away": "/{locale}/away/",
    **{name: f"/{{locale}}/{name.replace('_', '-')}/" for name in TEXTS},
}
"""Published screens and what belongs to one language; `{locale}` is a code of i18n.locales."""

DESK: dict[str, str] = {
    "desk": "/{locale}/desk/",
    "desk_request": "/{locale}/desk/request/",
    "desk_alerts": "/{locale}/desk/alerts/",
    "sign_in": "/{locale}/desk/sign-in/",
    "sign_out": "/{locale}/desk/sign-out/",
}
"""Screens of the staff; sign-in is published, the others are live."""

WORKSHOP: dict[str, str] = {
    "styleguide": "/{locale}/styleguide/",
    "styleguide_root": "/styleguide/",
}
"""For those who change the portal; not there in production."""

SHARED: dict[str, str] = {
    "root": "/",
    "submit": "/requests/{id}",
    "submit_several": "/requests/",
    "standing": "/requests/{id}",
    "standings": "/requests/standing",
    "follow": "/requests/{reference}/follow",
    "upload": "/requests/{id}/photos/{sha256}",
    "photo": "/photos/{content}/{size}.webp",
    "private_photo": "/requests/{id}/photos/{content}/{size}.webp",
    "map": "/map/{kind}.svg",
    "map_layers": "/map/layers.json",
    "map_at": "/map/at/{lat},{long}/{zoom}/{theme}.webp",
    "tile": "/tiles/{theme}/{z}/{x}/{y}.webp",
    "places": "/places/offline.json",
    "reported": "/places/reported.json",
    "places_search": "/places/search.json",
    "places_near": "/places/near.json",
    "offline": "/offline/{pack}.json",
    "static": "/static/{version}/{file}",
    "worker": "/sw.js",
    "health": "/health",
    "live": "/health/live",
    "metrics": "/metrics",
    "ready": "/health/ready",
    "security_txt": "/.well-known/security.txt",
}
"""What has no language: the write path, photos, files."""

ROUTES: dict[str, str] = {**RESIDENT, **DESK, **WORKSHOP, **SHARED}


def url(name: str, /, **values: str) -> Url:
    """The URL of a route, its values percent-encoded.

    Raises KeyError for an unknown route or a missing value.
    """
    encoded = {key: quote(str(value), safe="") for key, value in values.items()}
    return Url(URLPath(ROUTES[name].format_map(encoded)))


def tel(number: str) -> Url:
    """A link that dials (RFC 3966): `tel("503-823-4000")` is `tel:+15038234000`, `tel("+49 30 901820")` is
    `tel:+4930901820`; short numbers (311, 112) stay as they are.

    Ten digits without a country code are a North American number (ITU-T E.164 country code 1).
    """
    return Url(f"tel:{_dialed(number)}")


def text_to(number: str) -> Url:
    """A link that begins a text message (RFC 5724) to a number, which is read as `tel` reads it."""
    return Url(f"sms:{_dialed(number)}")


def _dialed(number: str) -> str:
    digits = "".join(character for character in number if character.isdigit())
    if number.startswith("+"):
        return f"+{digits}"
    return f"+1{digits}" if len(digits) == 10 else digits


def mail_to(address: str) -> Url:
    """A link that begins an e-mail (RFC 6068)."""
    return Url(f"mailto:{quote(address, safe='@')}")


def outside(address: str) -> Url:
    """A link that leads out of the portal, to a page that somebody at the desk has named.

    Raises ValueError for anything but an https address.
    """
    if urlsplit(address).scheme != "https":
        raise ValueError("only https addresses may be links")
    return Url(address)


def anchor(target: str) -> Url:
    """A link to the element of the same page with that id."""
    return Url("#" + quote(target, safe="[]"))
