"""The composition root: pages, routes, lifespan. Nothing else."""

import reflex as rx

from app.pages.resident import report_form
from app.publish.registry import PUBLISHED

assert report_form
app = rx.App(html_lang="en", toaster=None, app_wraps={})

for _page in PUBLISHED.values():
    app.add_page(_page.component, route=_page.route, title=_page.name, image="")
