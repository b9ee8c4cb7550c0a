"""The Reflex plugin that finishes the desk's pages after each production build."""

from pathlib import Path
from typing import Any

from reflex_base.plugins.base import Plugin


class LivePlugin(Plugin):
    """Gives every live document its language, in `.web/build/client/`.

    At last it writes `desk.stamp` beside that folder, by which `make` knows that the build is whole.
    """

    def post_build(self, **context: Any) -> None:
        """What Reflex does when its build is done."""
        # Imported here because Reflex reads rxconfig.py, and so this module, before there are pages.
        from app.publish.live import finish_live_pages

        client = Path(context["static_dir"])
        finish_live_pages(client)
        (client.parent / "desk.stamp").touch()
