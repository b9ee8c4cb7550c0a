"""How a capability says what it answers: one line for each way in, beside the handlers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from app.http.visit import Visit

Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    """One way in. Every `web` module lists its own in `ROUTES`; app/site/site.py collects them.

    method: GET answers HEAD, too. name: of the address in app/routes.py. rate: by which limit it is counted
    (app/http/limits.py), if by any. workshop: only for those who change the portal, not there in production. watch: for
    programs that watch over the portal: answered at once, whatever else has to wait.
    """

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    name: str
    handler: Handler
    rate: str = ""
    workshop: bool = False
    watch: bool = False
