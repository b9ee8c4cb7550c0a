"""Makes the one stylesheet small enough to travel inside every page."""

import rcssmin


def minify(css: str) -> str:
    """Return the stylesheet without comments and needless white space."""
    return str(rcssmin.cssmin(css))
