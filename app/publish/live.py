"""Finishes the live screens as Reflex has built them: all in one language, and for one address of the server."""

import re
from pathlib import Path

from app.publish.tree import PublishError
from app.site.live import DOCUMENTS
from i18n.locales import LOCALES, Locale

_HTML = '<html lang="en">'


def finish_live_pages(client: Path) -> None:
    """Give every live document its language and its writing direction, and let it talk to where it is from.

    client: the folder of Reflex's production build.
    Raises PublishError if a document or script is not written as expected.
    """
    for path in DOCUMENTS:
        file = client / path.strip("/") / "index.html"
        file.write_text(_finished(file.read_text(), LOCALES[path.split("/")[1]]))
    _talk_to_own_origin(client)


def _finished(html: str, locale: Locale) -> str:
    if html.count(_HTML) != 1 or html.count("<title>") != 1:
        raise PublishError(f"a live page does not begin with {_HTML}: has Reflex changed how it writes it?")
    head = '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    own = f'<html lang="{locale.code}" dir="{locale.direction}">'
    return html.replace(_HTML, own).replace("<title>", f"{head}<title>")


def _talk_to_own_origin(client: Path) -> None:
    """Let live pages talk to the origin they came from, whatever host and port that is.

    Reflex bakes the backend's address in at build; a phone on the same network has another one.
    """
    for file in client.glob("assets/reflex-env-*.js"):
        text = file.read_text()
        changed = re.sub(r"`ws://[^/`]+/", "`${location.origin.replace('http','ws')}/", text)
        changed = re.sub(r"`http://[^/`]+/", "`${location.origin}/", changed)
        if changed == text:
            raise PublishError(
                f"{file.name} holds no address to replace: has Reflex changed how it writes it?"
            )
        file.write_text(changed)
