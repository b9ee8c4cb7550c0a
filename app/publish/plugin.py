"""The Reflex plugin that publishes: prerendered pages in, templates and static files out."""

from pathlib import Path
from typing import Any

from reflex_base.plugins.base import Plugin

LEAFLET = "1.9.4"
"""Of the map that a page may open; app/publish/leaflet.py makes it small."""


class PublishPlugin(Plugin):
    """Publishes every page of the registry after each production build."""

    def get_frontend_development_dependencies(self, **context: Any) -> list[str]:
        """Npm packages whose files we serve ourselves; Reflex locks them with its own, in `reflex.lock/`.

        Named as for development, because Reflex puts all others into the live screens.
        """
        return [f"leaflet@{LEAFLET}"]

    def post_build(self, **context: Any) -> None:
        """Write templates and static files to `.build/`, and take the raw pages out of what is served."""
        # Imported here because Reflex reads rxconfig.py, and so this module, before there are pages.
        from app.publish.build import publish

        publish(Path(context["static_dir"]))
