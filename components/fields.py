"""Form fields: a label, perhaps a hint, the message of what is wrong, the control. Ids follow the field's name."""

from typing import Any, Literal

import reflex as rx

from app.publish.slots import each, slot, when, when_attr
from components.elements import choice, hidden_words
from i18n import _


def text_field(
    name: str,
    label: str,
    *,
    hint: str = "",
    long: bool = False,
    optional: bool = False,
    **props: Any,
) -> rx.Component:
    """A field of the form for one fixed value, filled from `fields[name]` of the view.

    long: several lines. Further props go to the control (`input_mode`, `auto_complete`, `max_length`, …).
    """
    field = f"fields['{name}']"
    control = _textarea if long else rx.el.input
    described = f"'{name}-hint ' " if hint else "''"
    return rx.el.div(
        _label(name, label, optional=optional),
        rx.el.p(hint, id=f"{name}-hint", class_name="hint") if hint else rx.fragment(),
        _error(f"{field}.error", f"{name}-error"),
        control(
            id=name,
            name=name,
            default_value=slot(f"{field}.value"),
            custom_attrs=when_attr(
                aria_describedby=f"({described} ~ ('{name}-error' if {field}.error else ''))|trim",
                aria_invalid=f"{field}.error and 'true'",
            ),
            **props,
        ),
        class_name="field",
    )


def question_field() -> rx.Component:
    """The field of one `question` of a request type, whatever its control."""
    return rx.fragment(
        when("question.control in ('radios', 'checkboxes')", _choices()),
        when("question.control not in ('radios', 'checkboxes')", _single()),
    )


def _single() -> rx.Component:
    hint = "(question.id ~ '-hint ' if question.hint else '')"
    error = "(question.id ~ '-error' if question.error else '')"
    attributes: dict[str, Any] = {
        "id": slot("question.id"),
        "name": slot("question.name"),
        "custom_attrs": when_attr(
            aria_describedby=f"({hint} ~ {error})|trim",
            aria_invalid="question.error and 'true'",
            data_required="question.required and '1'",
        ),
    }
    return rx.el.div(
        rx.el.label(
            slot("question.label"),
            when("not question.required", optional_words()),
            html_for=slot("question.id"),
        ),
        when(
            "question.hint",
            rx.el.p(slot("question.hint"), id=slot("question.id ~ '-hint'"), class_name="hint"),
        ),
        _error("question.error", "{question.id}-error"),
        when("question.control == 'text'", rx.el.input(default_value=slot("question.value"), **attributes)),
        when(
            "question.control == 'number'",
            rx.el.input(
                default_value=slot("question.value"), input_mode="decimal", class_name="short", **attributes
            ),
        ),
        when(
            "question.control == 'date'",
            rx.el.input(
                default_value=slot("question.value"), type="datetime-local", class_name="short", **attributes
            ),
        ),
        when(
            "question.control == 'long_text'", _textarea(default_value=slot("question.value"), **attributes)
        ),
        when("question.control == 'select'", _select(attributes)),
        class_name="field",
    )


def _select(attributes: dict[str, Any]) -> rx.Component:
    return rx.el.select(
        rx.el.option(_("Choose one"), value=""),
        each(
            "option in question.options",
            rx.el.option(
                slot("option.name"),
                value=slot("option.key"),
                custom_attrs=when_attr(selected="option.chosen"),
            ),
        ),
        **attributes,
    )


def _choices() -> rx.Component:
    """Radio buttons or check boxes; hint and message describe the first one, too: there screen readers speak them."""
    return rx.el.fieldset(
        rx.el.legend(slot("question.label"), when("not question.required", optional_words())),
        when(
            "question.hint",
            rx.el.p(slot("question.hint"), id=slot("question.id ~ '-hint'"), class_name="hint"),
        ),
        _error("question.error", "{question.id}-error"),
        each(
            "option in question.options",
            choice(
                rx.fragment(
                    when("question.control == 'radios'", _choice("radio")),
                    when("question.control == 'checkboxes'", _choice("checkbox")),
                ),
                slot("option.name"),
                id=slot("option.id"),
            ),
        ),
        class_name="field",
        custom_attrs=when_attr(aria_describedby="question.hint and question.id ~ '-hint'"),
    )


def _choice(kind: Literal["radio", "checkbox"]) -> rx.Component:
    hint = "(question.id ~ '-hint ' if question.hint else '')"
    error = "(question.id ~ '-error' if question.error else '')"
    return rx.el.input(
        type=kind,
        id=slot("option.id"),
        name=slot("question.name"),
        value=slot("option.key"),
        custom_attrs=when_attr(
            checked="option.chosen",
            aria_describedby=f"loop.first and ({hint} ~ {error})|trim",
            data_required="question.required and '1'",
        ),
    )


def _label(name: str, label: str, *, optional: bool) -> rx.Component:
    return rx.el.label(label, optional_words() if optional else rx.fragment(), html_for=name)


def optional_words() -> rx.Component:
    """Behind the label of what nobody has to answer."""
    return rx.el.span(" ", _("(optional)"), class_name="optional")


def _error(condition: str, error_id: str) -> rx.Component:
    """The message of a field; `{question.id}` in its id is a slot."""
    shown_id = error_id.replace("{question.id}", slot("question.id"))
    return when(
        condition,
        rx.el.p(hidden_words(_("Error:"), " "), slot(condition), id=shown_id, class_name="error"),
    )


def _textarea(**props: Any) -> rx.Component:
    return rx.el.textarea(rows="4", **props)


def error_summary() -> rx.Component:
    """What is to be mended, each line a link to its field. It takes the focus when it appears."""
    return when(
        "errors",
        rx.el.div(
            rx.el.h2(_("Please check the form"), id="errors-heading"),
            rx.el.ul(
                each(
                    "error in errors",
                    rx.el.li(rx.el.elements.a(slot("error.text"), href=slot("anchor(error.target)"))),
                )
            ),
            role="group",
            aria_labelledby="errors-heading",
            tab_index=-1,
            id="errors",
            class_name="errors",
            custom_attrs={"autoFocus": True},
        ),
    )
