"""Publication: every registered page becomes a template, in memory, from its components."""

from pathlib import Path

from app.http.built import BUILD, Build
from app.publish import minify
from app.publish.registry import PUBLISHED, PublishedPage
from app.publish.rendered import body_of
from app.publish.template import attribute_template, body_template, text_template
from app.publish.tree import PublishError

ASSETS = Path("assets")

_HEAD = """<!doctype html>
<html lang="{{{{ frame.locale.code }}}}" dir="{{{{ frame.locale.direction }}}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><meta name="description" content="{description}"><meta name="color-scheme" content="light dark">
<link rel="icon" href="{{{{ static('icon.svg') }}}}" type="image/svg+xml">\
<link rel="manifest" href="{{{{ url('manifest') }}}}">\
<script type="module" src="{{{{ static('page.js') }}}}"></script><style>{style}</style></head>
<body>{body}</body></html>"""


def publish(folder: Path = BUILD) -> Build:
    """Publish every registered page. folder: where our own modules and icons are.

    Raises PublishError if a page has what no published page can have.
    """
    style = minify.css((ASSETS / "site.css").read_text())
    return Build({page.name: _template(page, style) for page in PUBLISHED.values()}, style, folder)


def _template(page: PublishedPage, style: str) -> str:
    screen = page.screen()
    try:
        return _HEAD.format(
            title=text_template(screen.title, text_only=True),
            description=attribute_template("content", screen.description),
            style=style,
            body=body_template(body_of(screen.body)),
        )
    except PublishError as error:
        raise PublishError(f"page {page.name!r}: {error}") from None
