"""`/.well-known/security.txt`: to whom somebody reports a weakness of this portal (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.routes import ROUTES
from app.settings import Settings

VALID_DAYS = 90
"""For so long a copy may be relied on; RFC 9116 recommends less than a year."""
_SECONDS_IN_A_CACHE = 3600


class SecurityTxt:
    """Answers with the contact of the settings; 404 if they name none, because a wrong one is worse than none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def file(self, request: Request) -> Response:
        """GET `/.well-known/security.txt`."""
        text = self.text(datetime.now(UTC))
        if not text:
            raise HTTPException(404)
        return PlainTextResponse(text, headers={"cache-control": f"public, max-age={_SECONDS_IN_A_CACHE}"})

    def text(self, now: datetime) -> str:
        """The file; "" without a contact. It never expires as long as a portal answers with it."""
        contact, base_url = self._settings.security_contact, self._settings.base_url
        if not contact:
            return ""
        expires = (now + timedelta(days=VALID_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
        fields = [
            f"Contact: {contact}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: en",
        ]
        if base_url:
            fields.append(f"Canonical: {base_url}{ROUTES['security_txt']}")
        return "\n".join(fields) + "\n"
