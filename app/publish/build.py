"""Publication: what `reflex export` leaves behind becomes `.build/`, which the server reads."""

import json
import re
import shutil
from dataclasses import fields
from pathlib import Path

from jinja2 import meta

from app.http.templates import environment
from app.publish import minify
from app.publish.live import finish_live_pages
from app.publish.registry import PUBLISHED, PublishedPage
from app.publish.static import write_static
from app.publish.template import PublishError, attribute_template, body_template, text_template
from app.publish.tree import parse

ASSETS = Path("assets")
BUILD = Path(".build")
# What every template may name besides the fields of its own view.
SHARED_NAMES = frozenset({"_", "ngettext", "url", "frame", "static"})

_HEAD = """<!doctype html>
<html lang="{{{{ frame.locale.code }}}}" dir="{{{{ frame.locale.direction }}}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><meta name="description" content="{description}"><meta name="color-scheme" content="light dark">
<link rel="icon" href="{{{{ static('icon.svg') }}}}" type="image/svg+xml">\
<link rel="manifest" href="{{{{ url('manifest') }}}}">{scripts}<style>{style}</style></head>
<body>{body}</body></html>"""


def publish(client: Path) -> None:
    """Publish every registered page.

    client: the folder of Reflex's production build; the raw pages are removed from it.
    Raises PublishError if a page names what its view does not have.
    """
    shutil.rmtree(BUILD, ignore_errors=True)
    templates = BUILD / "templates"
    templates.mkdir(parents=True)
    style = minify.css((ASSETS / "site.css").read_text())
    (BUILD / "site.css").write_text(style)
    for page in PUBLISHED.values():
        raw = client / page.route.lstrip("/") / "index.html"
        template = _template(page, raw.read_text(), style)
        _check_names(page, template)
        (templates / f"{page.name}.html").write_text(template)
    files = write_static(ASSETS, BUILD / "static")
    (BUILD / "static.json").write_text(json.dumps(files))
    finish_live_pages(client, files["icon.svg"])
    _remove_raw_pages(client)
    _talk_to_own_origin(client)


def _template(page: PublishedPage, html: str, style: str) -> str:
    screen = page.screen()
    scripts = "".join(
        f'<script type="module" src="{{{{ static(\'{script}\') }}}}"></script>' for script in page.scripts
    )
    return _HEAD.format(
        title=text_template(screen.title),
        description=attribute_template("content", screen.description),
        scripts=scripts,
        style=style,
        body=body_template(parse(html).find("body")),
    )


def _check_names(page: PublishedPage, template: str) -> None:
    known = SHARED_NAMES | {field.name for field in fields(page.view)}
    unknown = meta.find_undeclared_variables(environment(BUILD).parse(template)) - known
    if unknown:
        raise PublishError(
            f"page {page.name!r} names {sorted(unknown)}, which {page.view.__name__} does not have"
        )


def _remove_raw_pages(client: Path) -> None:
    shutil.rmtree(client / "published", ignore_errors=True)
    for file in [*client.glob("published*"), *client.glob("assets/_published_*")]:
        file.unlink()


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
