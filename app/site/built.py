"""Where a build puts what is served; by itself, because whoever only looks whether it is there needs nothing else."""

from pathlib import Path

BUILD = Path(".build")
"""The published pages and our own modules (app/publish)."""
CLIENT = Path(".web/build/client")
"""What Reflex has built for browsers."""
