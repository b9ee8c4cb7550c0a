"""Whether a browser sends something from a page of ours: what keeps other sites' pages from acting for people."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers


def is_from_own_page(headers: Headers, base_url: str) -> bool:
    """Whether a form or a script of our own pages sent this request (Fetch Metadata, else the Origin header).

    A browser says in Sec-Fetch-Site where a request comes from. Older ones send Origin, which is `null` for a
    page whose referrer policy hides it; what says neither is no browser that staff use, and is refused.
    """
    site = headers.get("sec-fetch-site")
    return site == "same-origin" if site is not None else is_own_origin(headers, base_url)


def is_own_origin(headers: Headers, base_url: str) -> bool:
    """Whether the Origin header names this portal: the host that was asked, or the address people see."""
    origin = headers.get("origin", "")
    return origin != "" and (origin == base_url or urlsplit(origin).netloc == headers.get("host"))
