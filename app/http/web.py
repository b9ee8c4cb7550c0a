"""Our own files, and what programs ask that watch over the portal."""

from starlette.responses import JSONResponse, Response

from app.http import metrics
from app.http.replies import not_found
from app.http.route import Route
from app.http.visit import Visit

FOR_EVER = "max-age=31536000, immutable"
"""For files whose address is made of their bytes."""
NEVER_KEPT = {"cache-control": "no-store"}


async def static(visit: Visit) -> Response:
    """GET `/static/{version}/{file}`: a module, a stylesheet, an icon."""
    found = visit.pages.own_files.get(visit.params["file"], version=visit.params["version"])
    if found is None:
        return not_found(visit)
    answer = found.answer(visit.request, FOR_EVER)
    # Nobody ever asks whether it has changed, and each byte counts eleven times on the first visit of a form.
    del answer.headers["etag"]
    return answer


async def worker(visit: Visit) -> Response:
    """GET `/sw.js`: the service worker, asked for anew each time. It may ask us, and nobody else.

    If the settings say so, it is one that takes its place and removes itself.
    """
    name = "retire.js" if visit.portal.settings.retire_worker else "sw.js"
    found = visit.pages.own_files.get(name)
    if found is None:
        return not_found(visit)
    policy = {"content-security-policy": "default-src 'none'; connect-src 'self'"}
    return found.answer(visit.request, "no-cache", headers=policy)


async def health(visit: Visit) -> Response:
    """GET `/health`, `/health/live`: 200 as long as this process answers at all."""
    return JSONResponse({"status": "ok"}, headers=NEVER_KEPT)


async def ready(visit: Visit) -> Response:
    """GET `/health/ready`: 200 if people may be sent here; else 503 and what is in the way."""
    problems = await visit.portal.readiness.problems()
    content = {"status": "not ready", "because": problems} if problems else {"status": "ready"}
    return JSONResponse(content, 503 if problems else 200, NEVER_KEPT)


ROUTES = [
    Route("GET", "static", static),
    Route("GET", "worker", worker),
    Route("GET", "health", health, watch=True),
    Route("GET", "live", health, watch=True),
    Route("GET", "ready", ready, watch=True),
    Route("GET", "metrics", metrics.show, watch=True),
]
