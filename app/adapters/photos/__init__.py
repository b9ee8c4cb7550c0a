"""Photos of reports: `PhotoService` checks, shrinks and cleans them in worker processes and keeps them in a store."""

from app.adapters.photos.pixels import MAX_BYTES, MAX_PIXELS, Size
from app.adapters.photos.service import PhotoRefused, PhotoService, StoredPhoto
from app.adapters.photos.store import PhotoStore, open_store

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "PhotoRefused",
    "PhotoService",
    "PhotoStore",
    "Size",
    "StoredPhoto",
    "open_store",
]
