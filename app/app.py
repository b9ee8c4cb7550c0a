"""The composition root: pages, routes, lifespan. Nothing else."""

from collections.abc import Callable
from functools import partial

import reflex as rx
from starlette.types import ASGIApp

from app.http.portal import Portal
from app.pages.desk.live import add_live_pages
from app.settings import get_settings
from state import failures
from state.desk.base import Guard

app = rx.App(
    html_lang="en",
    toaster=None,
    app_wraps={},
    stylesheets=["/site.css", "/desk.css"],
    backend_exception_handler=failures.on_server,
    frontend_exception_handler=failures.in_browser,
)
app.add_middleware(Guard())
add_live_pages(app)


def server() -> ASGIApp:
    """What `app.serve` runs: the published site and the live screens behind one front."""
    from app.pages.published import published
    from app.site.site import site

    workshop = not get_settings().production
    return _behind_one_front(partial(site, build=published(workshop=workshop)))


def fresh_server() -> ASGIApp:
    """The same for those who change it (`app.serve --fresh`)."""
    from app.pages.fresh import FreshSite

    return _behind_one_front(FreshSite)


def _behind_one_front(make_site: Callable[[Portal], ASGIApp]) -> ASGIApp:
    from app.http.metrics import Lines
    from app.http.security import guarded
    from app.site.front import Front
    from app.site.logs import set_up_logs

    failures.keep_words_out_of_logs()
    settings = get_settings()
    set_up_logs(settings, Lines())
    return guarded(Front(settings, app(), make_site), settings)
