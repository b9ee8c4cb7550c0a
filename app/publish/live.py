"""Finishes the documents of live screens: Reflex builds all of them in one language, so each gets its own here."""

from pathlib import Path

from app.publish.template import PublishError
from app.site.live import DOCUMENTS, icon_url
from i18n.locales import LOCALES, Locale

_HTML = '<html lang="en">'


def finish_live_pages(client: Path, icon: str) -> None:
    """Give every live document its language, its writing direction and the icon.

    client: the folder of Reflex's production build. icon: its digest.
    Raises PublishError if a document is not written as expected.
    """
    for path in DOCUMENTS:
        file = client / path.strip("/") / "index.html"
        file.write_text(_finished(file.read_text(), LOCALES[path.split("/")[1]], icon_url(icon)))


def _finished(html: str, locale: Locale, icon: str) -> str:
    if html.count(_HTML) != 1 or html.count("<title>") != 1:
        raise PublishError(f"a live page does not begin with {_HTML}: has Reflex changed how it writes it?")
    head = (
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="{icon}" type="image/svg+xml">'
    )
    own = f'<html lang="{locale.code}" dir="{locale.direction}">'
    return html.replace(_HTML, own).replace("<title>", f"{head}<title>")
