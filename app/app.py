"""The composition root: pages, routes, lifespan. Nothing else."""

import importlib
import os

import reflex as rx
from starlette.types import ASGIApp

from app.pages.desk.live import add_live_pages
from app.publish.registry import PUBLISHED
from app.settings import get_settings
from state import failures
from state.desk.base import Guard

PUBLISHED_PAGES = (
    *("resident.home", "resident.report", "resident.report_form", "resident.sent"),
    *("resident.requests", "resident.request", "resident.manage", "resident.recent", "resident.alerts"),
    *("resident.mine", "resident.import_reports", "resident.imported"),
    *("resident.privacy", "resident.accessibility", "resident.problem", "desk.sign_in"),
)
WORKSHOP_PAGES = ("styleguide",)
"""Only for those who change the portal."""

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


def add_published_pages() -> None:
    """Tell Reflex to prerender the published pages; only a build needs them."""
    workshop = () if get_settings().production else WORKSHOP_PAGES
    for name in (*PUBLISHED_PAGES, *workshop):
        importlib.import_module(f"app.pages.{name}")
    for page in PUBLISHED.values():
        app.add_page(page.component, route=page.route, title=page.name, image="")


def server() -> ASGIApp:
    """What `app.serve` runs: the published site and the live screens behind one front."""
    from app.http.metrics import Lines
    from app.http.security import guarded
    from app.site.front import Front
    from app.site.logs import set_up_logs

    failures.keep_words_out_of_logs()
    settings = get_settings()
    set_up_logs(settings, Lines())
    return guarded(Front(settings, app()), settings)


if not os.environ.get("REFLEX_SKIP_COMPILE"):
    add_published_pages()
