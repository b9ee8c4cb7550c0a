"""The Reflex plugin that publishes: prerendered pages in, templates and static files out."""

from pathlib import Path
from typing import Any

from reflex_base.plugins.base import Plugin


class PublishPlugin(Plugin):
    """Publishes every page of the registry after each production build."""

    def post_build(self, **context: Any) -> None:
        """Write templates and static files to `.build/`, and take the raw pages out of what is served."""
        # Imported here because Reflex reads rxconfig.py, and so this module, before there are pages.
        from app.publish.build import publish

        publish(Path(context["static_dir"]))
