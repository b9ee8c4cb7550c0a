"""The layers that every request and every answer goes through: plain ASGI, one file one job."""

from starlette.types import ASGIApp

from app.http.access_log import AccessLog
from app.http.last_resort import LastResort
from app.http.metrics import Measured
from app.http.origin import OwnHost, OwnOrigin
from app.http.proxies import TrustedProxies
from app.http.safety_headers import SafetyHeaders
from app.http.sizes import BodyLimit, HeaderLimit
from app.http.underway import HeardOut, Incoming, Underway
from app.settings import Settings


def guarded(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application behind all layers; outermost is the one that is named last."""
    # Behind a proxy every address is the proxy's: shares are kept there.
    shared = settings.trusted_proxies == 0
    app = BodyLimit(app)
    app = Incoming(app, shared=shared)
    app = OwnOrigin(app, base_url=settings.base_url)
    app = LastResort(app)
    app = Underway(app, shared=shared)
    app = HeaderLimit(app)
    if settings.production and settings.base_url:
        app = OwnHost(app, base_url=settings.base_url)
    app = HeardOut(app, shared=shared)
    app = SafetyHeaders(app, hsts=settings.production, base_url=settings.base_url)
    app = AccessLog(app)
    app = Measured(app)
    return TrustedProxies(app, count=settings.trusted_proxies)
