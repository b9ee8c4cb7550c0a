"""What the desk's screens say of what has been done, what has changed, and what is to be corrected."""

from collections.abc import Sequence

import reflex as rx

from app.desk.mistakes import Mistake
from components.desk.typed import each, none
from components.elements import a, hidden_words
from i18n import _


def done_line(done: rx.Var[str]) -> rx.Component:
    """What has just been done; takes the focus, because the form that did it is new or gone.

    A group with its words as its name: Orca says nothing when it comes to a paragraph in place of what is gone.
    """
    return rx.el.div(
        rx.el.p(done, id="done-words"),
        id="done",
        role="group",
        aria_labelledby="done-words",
        tab_index=-1,
        hidden=done == "",
        class_name="notice",
    )


def decided_line(decided: rx.Var[str]) -> rx.Component:
    """Says politely what has just been decided; whoever sees the page reads it beside the buttons."""
    return rx.el.div(decided, role="status", class_name="sr")


def changed_line(changed: rx.Var[str]) -> rx.Component:
    """Says politely what somebody else has done meanwhile."""
    return rx.el.div(rx.cond(changed != "", rx.el.p(changed, class_name="notice")), role="status")


def mistake_summary(mistakes: Sequence[Mistake]) -> rx.Component:
    """What is to be mended, each line a link to its field; takes the focus."""
    return rx.el.div(
        rx.el.h2(_("Please check"), id="mistakes-heading"),
        rx.el.ul(each(mistakes, lambda mistake: rx.el.li(a(mistake.text, href="#" + mistake.target)))),
        role="group",
        aria_labelledby="mistakes-heading",
        tab_index=-1,
        id="mistakes",
        hidden=none(mistakes),
        class_name="errors",
    )


def mistake_of(mistakes: Sequence[Mistake], target: str) -> rx.Component:
    """What is to be mended in one field. target: its id."""
    return rx.el.div(
        each(
            mistakes,
            lambda mistake: rx.cond(
                mistake.target == target,
                rx.el.p(hidden_words(_("Error:"), " "), mistake.text, class_name="error"),
            ),
        ),
        id=target + "-mistake",
    )


def plain_mistake_of(mistakes: Sequence[Mistake], target: str) -> rx.Component:
    """The same without a word of its own, so that its code is there once and not for every language.

    What it says begins with the name of the language and says what to do.
    """
    return rx.el.div(
        each(
            mistakes,
            lambda mistake: rx.cond(mistake.target == target, rx.el.p(mistake.text, class_name="error")),
        ),
        id=f"{target}-mistake",
    )
