"""The pages that residents get, made once for all tests of a process."""

from functools import cache

from app.http.built import Build
from app.pages.published import published


@cache
def real_build() -> Build:
    """All published pages, with the modules of the last `make build`."""
    return published(workshop=True)
