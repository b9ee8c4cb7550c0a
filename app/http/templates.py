"""The Jinja2 environment in which published pages are filled."""

from typing import Any

from jinja2 import Environment, StrictUndefined

from app.routes import Url, anchor
from i18n import Untranslated, WithEnglish


def environment() -> Environment:
    """An environment with autoescape on, which raises on every name or attribute that a view lacks."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters["safe_url"] = safe_url
    environment.filters["plain"] = plain
    environment.globals["anchor"] = anchor
    return environment


def plain(value: Any) -> Any:
    """A value for where no element may stand: the text alone, if it is one that brings an element along."""
    return str(value) if isinstance(value, (Untranslated, WithEnglish)) else value


def safe_url(value: Any) -> Url:
    """Let a URL of routes.py through, and nothing else into `href`, `src` or `action`.

    Raises TypeError for any other value: it might be something that a person typed.
    """
    if not isinstance(value, Url):
        raise TypeError(f"only URLs of routes.py may be links, not {type(value).__name__}")
    return value
