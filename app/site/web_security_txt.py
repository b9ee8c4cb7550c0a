"""`/.well-known/security.txt`: to whom somebody reports a weakness of this portal (RFC 9116)."""

from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from app.http.route import Route
from app.http.visit import Visit
from app.routes import ROUTES as ADDRESSES
from app.settings import Settings

VALID_DAYS = 90
"""For so long a copy may be relied on; RFC 9116 recommends less than a year."""
_SECONDS_IN_A_CACHE = 3600


async def show(visit: Visit) -> Response:
    """Answer with the contact of the settings; 404 if they name none, because a wrong one is worse than none."""
    text = security_txt(visit.portal.settings, visit.portal.now())
    if not text:
        raise HTTPException(404)
    return PlainTextResponse(text, headers={"cache-control": f"public, max-age={_SECONDS_IN_A_CACHE}"})


def security_txt(settings: Settings, now: datetime) -> str:
    """The file; "" without a contact. It never expires as long as a portal answers with it."""
    if not settings.security_contact:
        return ""
    expires = (now + timedelta(days=VALID_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = [
        f"Contact: {settings.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    ]
    if settings.base_url:
        fields.append(f"Canonical: {settings.base_url}{ADDRESSES['security_txt']}")
    return "\n".join(fields) + "\n"


ROUTES = [
    Route("GET", "security_txt", show, watch=True),
]
