"""Reads what Reflex makes of a component, and turns it into our own small tree: the one file that knows Reflex's shape.

`component.render()` gives nodes of the code that Reflex writes for React, each of them a dictionary:

- text: `{"contents": '"as JSON"'}`
- an element: `{"name": '"p"', "props": ['className:"wide"', '"data-part":"link"'], "children": […]}`
- a group that leaves no trace: the same with the name `Fragment`, which stands without quotes

Values are JSON where they are known. Everything else is a variable or a function of the browser, which a published page
cannot have: it is refused here with a sentence. So is any other shape, which a new Reflex may bring.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import reflex as rx

from app.publish.tree import Element, PublishError

Value = str | int | float | bool
Node = Mapping[str, Any]

_TEXT = {"contents"}
_ELEMENT = {"name", "props", "children"}
_GROUP = "Fragment"

_PROP = re.compile(r'(?:"(?P<quoted>[^"]+)"|(?P<plain>\w+)):(?P<value>.*)', re.DOTALL)
_NEVER_NULL = re.compile(r'\(isNotNullOrUndefined\((?P<value>.*)\) \? (?P=value) : ""\)', re.DOTALL)
"""How Reflex writes the `value` of a control."""

_REACTS_OWN = frozenset(["ref", "key"])
_NAMES = {
    "className": "class",
    "htmlFor": "for",
    "acceptCharset": "accept-charset",
    "httpEquiv": "http-equiv",
    "defaultValue": "value",
    "defaultChecked": "checked",
}
"""What React calls otherwise; all other names of HTML are those of React in lower case."""
_SVG_NAMES = {
    "className": "class",
    "viewBox": "viewBox",
    "preserveAspectRatio": "preserveAspectRatio",
    "strokeWidth": "stroke-width",
    "strokeLinecap": "stroke-linecap",
    "strokeLinejoin": "stroke-linejoin",
    "fillRule": "fill-rule",
    "clipRule": "clip-rule",
}
_BOOLEAN = frozenset(
    [
        *("autofocus", "checked", "disabled", "formnovalidate", "hidden", "multiple"),
        *("novalidate", "open", "readonly", "required", "selected"),
    ]
)
"""Attributes that are there or not (HTML, "Boolean attributes"), of those that our pages may have."""
_WORDS = frozenset(["contenteditable", "draggable", "spellcheck"])
"""Attributes whose values are the words "true" and "false", like those of all `aria-` and `data-`."""
_NOT_IN_PAGES = frozenset(["link", "script", "style"])


def body_of(component: rx.Component) -> Element:
    """The component as the <body> of a page.

    Raises PublishError for what only exists in a browser, and for what is not written as described above.
    """
    return Element("body", children=list(_nodes([component.render()], svg=False)))


def _nodes(nodes: Iterable[Node], *, svg: bool) -> Iterator[Element | str]:
    for node in nodes:
        keys = set(node)
        if keys == _TEXT:
            yield _text(node["contents"])
        elif keys != _ELEMENT:
            raise PublishError(_other_shape(node))
        elif node["name"] == _GROUP:
            yield from _nodes(node["children"], svg=svg)
        else:
            yield _element(node, svg=svg)


def _text(contents: str) -> str:
    text = _value(contents)
    if text is None or isinstance(text, bool):
        raise PublishError(
            f"{contents!r} stands as text: a published page has none of Reflex's variables; use slot()"
        )
    return str(text)


def _element(node: Node, *, svg: bool) -> Element:
    tag = _value(node["name"])
    if not isinstance(tag, str):
        raise PublishError(f"{node['name']} is a component of React and no element of HTML; use rx.el")
    if tag in _NOT_IN_PAGES:
        raise PublishError(f"<{tag}> inside a page: its scripts and its style are named by the registry")
    svg = svg or tag == "svg"
    attributes = dict(_attributes(tag, node["props"], svg=svg))
    children = list(_nodes(node["children"], svg=svg))
    if tag == "textarea" and "value" in attributes:
        children.append(attributes.pop("value"))
    if tag == "select" and "value" in attributes:
        raise PublishError("<select> with a value: say at each <option> whether it is selected")
    return Element(tag, attributes, children)


def _attributes(tag: str, props: Iterable[str], *, svg: bool) -> Iterator[tuple[str, str]]:
    for prop in props:
        found = _PROP.fullmatch(prop)
        if found is None:
            raise PublishError(f"<{tag}> has {prop!r}, which is no name with a value: {_CHANGED}")
        name = found["quoted"] or found["plain"]
        if name in _REACTS_OWN:
            continue
        written = _written(tag, name, found["value"], svg=svg)
        if written is not None:
            yield written


def _written(tag: str, name: str, code: str, *, svg: bool) -> tuple[str, str] | None:
    """An attribute as HTML has it; None if it is not there."""
    if name == "css":
        raise PublishError(
            f"<{tag}> with {code}: Reflex does not know this property and makes a style of it; "
            "use site.css, or custom_attrs"
        )
    value = _value(code)
    if value is None:
        raise PublishError(
            f"<{tag} {name}={code}>: a published page has none of Reflex's variables and handlers; "
            "use slot(), and on_submit=None for forms"
        )
    name = _name(tag, name, svg=svg)
    if not isinstance(value, bool):
        return name, str(value)
    if name.startswith(("aria-", "data-")) or name in _WORDS:
        return name, str(value).lower()
    if name not in _BOOLEAN:
        raise PublishError(f"<{tag} {name}> is true or false, but HTML wants a value there")
    return (name, "") if value else None


def _name(tag: str, name: str, *, svg: bool) -> str:
    if "-" in name:
        return name
    if not svg:
        return _NAMES.get(name, name.lower())
    if name not in _SVG_NAMES and name != name.lower():
        raise PublishError(f"<{tag} {name}>: say in app/publish/rendered.py how SVG writes this name")
    return _SVG_NAMES.get(name, name)


def _value(code: str) -> Value | None:
    """A value that is known already; None for anything that only a browser could tell."""
    guarded = _NEVER_NULL.fullmatch(code)
    try:
        value = json.loads(guarded["value"] if guarded else code)
    except ValueError:
        return None
    return value if isinstance(value, (str, int, float, bool)) else None


_CHANGED = "has Reflex changed what render() gives? app/publish/rendered.py says what it expects"


def _other_shape(node: Node) -> str:
    if {"cond_state", "iterable", "match_cases"} & set(node):
        return "rx.cond, rx.match and rx.foreach choose in a browser; a published page has when() and each()"
    return f"a node with {sorted(node)}: {_CHANGED}"
