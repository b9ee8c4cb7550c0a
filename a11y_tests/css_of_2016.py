"""A stylesheet as a browser of 2016 reads it: what it does not know, it leaves out, declaration by declaration."""

import re

# Of this, Chrome 49 to 55 and Safari 10 know nothing (or, as `gap`, not in flex boxes).
_PROPERTY = re.compile(
    r"^(-webkit-)?(margin|padding|border|inset|min|max|inline|block|overflow)?-?(inline|block)(-(start|end|size))?(-\w+)?$"
    r"|^(inset|gap|row-gap|clip-path|accent-color|text-wrap|text-underline-offset|color-scheme|aspect-ratio)$"
)
_VALUE = re.compile(r"\b(min|max|clamp)\(|^(grid|inline-grid|flow-root)$|\banywhere\b")
_SELECTOR = re.compile(r":focus-visible|:focus-within|:is\(|:where\(|:has\(|:not\([^)]*,")
_MEDIA = re.compile(r"prefers-|forced-colors")
_BLOCK = re.compile(r"(@media[^{]*)\{((?:[^{}]*\{[^{}]*\})*)\}|([^{}]+)\{([^{}]*)\}")


def of_2016(style: str) -> str:
    """What is left of a small stylesheet (without comments and nested rules other than @media)."""
    return "".join(_block(found) for found in _BLOCK.finditer(style))


def _block(found: "re.Match[str]") -> str:
    media, inner, selector, declarations = found.groups()
    if media:
        return "" if _MEDIA.search(media) else f"{media}{{{of_2016(inner)}}}"
    # One selector that is not known takes the whole rule with it.
    if _SELECTOR.search(selector):
        return ""
    known = [one for one in declarations.split(";") if ":" in one and _is_known(one)]
    return f"{selector}{{{';'.join(known)}}}"


def _is_known(declaration: str) -> bool:
    name, _, value = declaration.partition(":")
    return not (_PROPERTY.search(name.strip()) or _VALUE.search(value.strip()))
