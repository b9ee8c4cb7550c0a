"""Makes the stylesheet and the browser modules as small as they travel; their sources stay readable."""

import rcssmin
import rjsmin


def css(source: str) -> str:
    """The stylesheet without comments and needless white space; it travels inside every page."""
    return str(rcssmin.cssmin(source))


def javascript(source: str) -> str:
    """A module without comments and needless white space; its names stay as they are."""
    return str(rjsmin.jsmin(source))
