"""Reflex configuration. Written by hand: `reflex init` is never run here."""

import os

import reflex as rx
from reflex_base.constants import StateManagerMode
from reflex_base.plugins import SitemapPlugin

from app.publish.plugin import LivePlugin

REDIS = bool(os.environ.get("REFLEX_REDIS_URL"))
"""Whether several servers share what open tabs at the desk show."""

SECONDS_IDLE = 900
"""So long after the last touch the server forgets what a tab shows."""

config = rx.Config(
    app_name="app",
    plugins=[LivePlugin()],
    disable_plugins=[SitemapPlugin],
    # No other origin may read or write; our own middleware also checks the Origin of websockets.
    cors_allowed_origins=(),
    # What the desk shows are people's words: in memory, never in files as Reflex has it by default.
    state_manager_mode=StateManagerMode.REDIS if REDIS else StateManagerMode.MEMORY,
    # It counts for memory, too.
    redis_token_expiration=SECONDS_IDLE,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["gzip", "brotli"],
)
