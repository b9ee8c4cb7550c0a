"""The three words for what is only known when a page is asked for: slot, each, when.

They, and the sentences of `_()`, become Jinja2 expressions in the published page. Until then an expression travels
inside the components between two private-use characters, so that it can never be mistaken for text, nor text for an
expression.
"""

import json
from typing import Any

import reflex as rx

from i18n import Message

OPEN, CLOSE = "\ue000", "\ue001"
BLOCK, STATEMENT = "jinja-block", "statement"
CONDITIONAL = "data-if-"


def slot(expression: str) -> str:
    """A value of the page's view, escaped when the page is filled: `slot("request.status")`.

    In `href`, `src` and `action` only values made by routes.py can stand.
    """
    return f"{OPEN}{expression}{CLOSE}"


class _Block(rx.el.Div):
    """Children between a statement of Jinja2 and its end; no element of the page."""

    tag = BLOCK


def each(loop: str, *children: Any) -> rx.Component:
    """Repeat children for every item of a list: `each("update in request.updates", rx.el.li(…))`."""
    return _Block.create(*children, custom_attrs={STATEMENT: f"for {loop}"})


def when(condition: str, *children: Any) -> rx.Component:
    """Show children only where a condition of the view holds: `when("errors", …)`."""
    return _Block.create(*children, custom_attrs={STATEMENT: f"if {condition}"})


def when_attr(**conditions: str) -> dict[str, str]:
    """Attributes for `custom_attrs` that are there only under a condition.

    `when_attr(checked="option.chosen")` is a bare attribute while the condition holds;
    `when_attr(aria_describedby="field.described_by")` is one with that value while the value is not empty.
    """
    return {f"{CONDITIONAL}{name.replace('_', '-')}": condition for name, condition in conditions.items()}


def speak(message: Message) -> str:
    """Write a sentence as a look-up in the page's template (the speaker of published pages)."""
    arguments = [_quoted(message.text)]
    if message.plural is not None:
        arguments.append(_quoted(message.plural))
    arguments += [f"{name}={_as_expression(value)}" for name, value in message.values.items()]
    return slot(f"{'_' if message.plural is None else 'ngettext'}({', '.join(arguments)})")


def _as_expression(value: Any) -> str:
    if isinstance(value, str) and value.startswith(OPEN) and value.endswith(CLOSE):
        return value[1:-1]
    return _quoted(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
