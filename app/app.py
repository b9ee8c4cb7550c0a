"""The composition root: pages, routes, lifespan. Nothing else."""

import importlib

import reflex as rx

from app.publish.registry import PUBLISHED

RESIDENT_PAGES = (
    *("home", "report", "report_form", "sent", "requests", "request", "manage", "recent", "privacy", "problem"),
)

app = rx.App(html_lang="en", toaster=None, app_wraps={})

for _name in RESIDENT_PAGES:
    importlib.import_module(f"app.pages.resident.{_name}")
for _page in PUBLISHED.values():
    app.add_page(_page.component, route=_page.route, title=_page.name, image="")
