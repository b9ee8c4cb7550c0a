"""Reflex configuration. Written by hand: `reflex init` is never run here."""

import reflex as rx
from reflex_base.plugins import SitemapPlugin

from app.publish.plugin import PublishPlugin

config = rx.Config(
    app_name="app",
    plugins=[PublishPlugin()],
    disable_plugins=[SitemapPlugin],
    # No other origin may read or write; our own middleware also checks the Origin of websockets.
    cors_allowed_origins=(),
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["gzip", "brotli"],
)
