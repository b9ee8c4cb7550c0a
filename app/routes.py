"""Every URL of the portal, once. Pages, handlers, tests and links all read it here."""

from urllib.parse import quote, urlsplit

from starlette.datastructures import URLPath


class Url(str):
    """A URL that this module has made: the only thing that may stand in `href`, `src` and `action`."""


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
    "mine": "/{locale}/mine/",
    "away": "/{locale}/away/",
    "privacy": "/{locale}/privacy/",
    "accessibility": "/{locale}/accessibility/",
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
    """A link that dials: `tel("503-823-4000")` is `tel:+15038234000`; short numbers (311, 911) stay as they are.

    Numbers with ten digits are North American ones (ITU-T E.164 country code 1).
    """
    digits = "".join(character for character in number if character.isdigit())
    return Url(f"tel:+1{digits}" if len(digits) == 10 else f"tel:{digits}")


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
