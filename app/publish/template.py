"""Turns the tree of a page into a Jinja2 template."""

from collections.abc import Iterator
from html import escape

from app.publish.slots import BLOCK, CLOSE, CONDITIONAL, OPEN, STATEMENT
from app.publish.tree import VOID, Element, PublishError

URL_ATTRIBUTES = frozenset(["href", "src", "action", "formaction", "srcset", "poster"])
TEXT_ATTRIBUTES = frozenset(["alt", "aria-label", "content", "placeholder", "title", "value"])
TEXT_ONLY = frozenset(["option", "textarea", "title"])
"""Elements in which no other element may stand."""


def body_template(body: Element) -> str:
    """The template of everything inside <body>.

    Raises PublishError for a slot where no value may ever stand, and for inline styles and handlers.
    """
    return "".join(_children(body))


def text_template(text: str, *, text_only: bool = False) -> str:
    """The template of a text with slots: text escaped, expressions as Jinja2 output.

    text_only: whether it stands where there can be no elements.
    """
    output = "{{{{ ({})|plain }}}}" if text_only else "{{{{ {} }}}}"
    return "".join(
        output.format(part) if is_slot else _literal(escape(part, quote=False))
        for part, is_slot in _parts(text)
    )


def _children(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield text_template(child, text_only=element.tag in TEXT_ONLY)
        else:
            yield from _element(child)


def _element(element: Element) -> Iterator[str]:
    if element.tag == BLOCK:
        statement = element.attributes[STATEMENT]
        yield f"{{% {statement} %}}"
        yield from _children(element)
        yield f"{{% end{statement.split()[0]} %}}"
        return
    yield f"<{element.tag}"
    for name, value in element.attributes.items():
        yield _attribute(element.tag, name, value)
    yield ">"
    if element.tag not in VOID:
        yield from _children(element)
        yield f"</{element.tag}>"


def _attribute(tag: str, name: str, value: str) -> str:
    if name == "style" or name.startswith("on"):
        raise PublishError(
            f'<{tag} {name}="…">: published pages carry no inline style or handler; use site.css'
        )
    if name.startswith(CONDITIONAL):
        return _conditional(name.removeprefix(CONDITIONAL), value)
    if value == "" and name not in ("alt", "value"):
        return f" {name}"
    return f' {name}="{attribute_template(name, value)}"'


def _conditional(name: str, expression: str) -> str:
    if name in ("checked", "selected", "hidden", "disabled", "open"):
        return f"{{% if ({expression}) %}} {name}{{% endif %}}"
    return f'{{% if ({expression}) %}} {name}="{_output(name, expression)}"{{% endif %}}'


def attribute_template(name: str, value: str) -> str:
    """The template of an attribute's value between double quotes."""
    return "".join(
        _output(name, part) if is_slot else _literal(escape(part)) for part, is_slot in _parts(value)
    )


def _output(name: str, expression: str) -> str:
    if name in TEXT_ATTRIBUTES or name.startswith("data-"):
        return f"{{{{ ({expression})|plain }}}}"
    # `safe_url` refuses whatever routes.py has not made, so no typed text becomes a link or a form's target.
    return f"{{{{ ({expression})|safe_url }}}}" if name in URL_ATTRIBUTES else f"{{{{ {expression} }}}}"


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into (literal, False) and (expression, True)."""
    before, *slots = text.split(OPEN)
    yield before, False
    for part in slots:
        expression, closed, literal = part.partition(CLOSE)
        if not closed:
            raise PublishError(f"a slot that does not end: {expression[:60]!r}")
        yield expression, True
        yield literal, False


def _literal(text: str) -> str:
    # Braces that someone wrote as text stay text.
    for braces in ("{{", "{%", "{#"):
        text = text.replace(braces, f"{{{{ '{braces}' }}}}") if braces in text else text
    return text
