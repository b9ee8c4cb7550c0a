"""The parts of the desk's alerts: what is on, the form, the check before it is published, and the end.

Each takes the focus as a whole when it appears, and is named by its heading. The heading alone would be silent: Orca
goes there by itself when the button that was pressed is gone, says nothing, and then has been there already.
"""

from collections.abc import Callable, Sequence

import reflex as rx
from reflex_base.event import EventType

from app.desk.alert_rows import AlertRow, Choices, TextFields
from app.desk.facts import Fact
from app.desk.mistakes import Mistake
from app.desk.options import Option
from components.desk.notices import mistake_of
from components.desk.typed import each, none, some
from i18n import _

ById = Callable[[str], EventType[()]]
"""An event that is about the alert with this id."""


def alert_list(
    alerts: Sequence[AlertRow],
    *,
    loaded: rx.Var[bool],
    busy: rx.Var[bool],
    on_write: EventType[()],
    on_replace: ById,
    on_end: ById,
) -> rx.Component:
    """What is on, the gravest first, and the way to a new one. busy: something else has been begun."""
    return rx.el.section(
        rx.el.h2(_("On now"), id="on-heading"),
        rx.cond(~loaded, rx.el.p(_("Loading…"))),
        rx.cond(loaded & none(alerts), rx.el.p(_("There are no alerts right now."))),
        rx.cond(
            some(alerts),
            rx.el.ul(each(alerts, lambda alert: _row(alert, busy, on_replace, on_end)), class_name="mine"),
        ),
        rx.cond(~busy, rx.el.button(_("Write an alert"), type="button", on_click=on_write)),
        id="on",
        tab_index=-1,
        aria_labelledby="on-heading",
    )


def _row(alert: AlertRow, busy: rx.Var[bool], on_replace: ById, on_end: ById) -> rx.Component:
    return rx.el.li(
        rx.el.h3(alert.headline, lang="en", dir="ltr"),
        rx.el.p(alert.kind),
        rx.el.p(alert.until, " – ", alert.place),
        rx.el.p(alert.languages, class_name="hint", custom_attrs={"translate": "no"}),
        rx.cond(
            ~busy,
            rx.el.div(
                # Translators: a button: put a new text in the place of one that everybody can read now.
                _button(_("Replace"), alert, on_replace(alert.id)),
                # Translators: a button: end an alert before its time.
                _button(_("End"), alert, on_end(alert.id)),
                class_name="row",
            ),
        ),
        key=alert.id,
    )


def _button(label: str, alert: AlertRow, on_click: EventType[()]) -> rx.Component:
    return rx.el.button(
        label,
        rx.el.span(": ", alert.headline, lang="en", dir="ltr", class_name="sr"),
        type="button",
        on_click=on_click,
    )


# --- the form -----------------------------------------------------------------------------------------------


def alert_form(
    *,
    hidden: rx.Var[bool],
    number: rx.Var[int],
    typed: dict[str, str],
    choices: Choices,
    texts: Sequence[TextFields],
    replaced: rx.Var[str],
    mistakes: Sequence[Mistake],
    on_submit: EventType[dict[str, object]],
    on_leave: EventType[()],
) -> rx.Component:
    """What is to be said. Hidden and not left out while it is checked, so that it is as it was left."""
    form = rx.el.form(
        rx.el.h2(_("Write an alert"), id="write-heading"),
        _takes_place_of(replaced),
        _select("event", _("What it is about"), typed, mistakes, _events(choices)),
        _select("severity", _("How serious is it?"), typed, mistakes, _options(choices.severity)),
        _select("urgency", _("How soon should people act?"), typed, mistakes, _options(choices.urgency)),
        _select("certainty", _("How sure is it?"), typed, mistakes, _options(choices.certainty)),
        _input(
            "area",
            _("Where"),
            mistakes,
            hint=_("Names of neighborhoods or streets. Leave it empty for the whole city."),
            default_value=typed["area"],
        ),
        _time(
            "onset",
            _("When it begins"),
            _("Leave it empty if it has begun. In the city’s time."),
            typed,
            mistakes,
        ),
        _time(
            "expires",
            _("When it ends"),
            _("It is taken down by itself then. In the city’s time."),
            typed,
            mistakes,
        ),
        rx.el.p(
            _("English is needed. People whose language has no text read the English one."), class_name="hint"
        ),
        each(texts, lambda text: _texts(text, mistakes)),
        rx.el.div(
            rx.el.button(_("Check it"), type="submit", class_name="primary"),
            rx.el.button(_("Back to the list"), type="button", on_click=on_leave),
            class_name="row",
        ),
        id="alert-form",
        key=number.to_string(),
        on_submit=on_submit,
        no_validate=True,
    )
    return rx.el.section(form, id="write", tab_index=-1, aria_labelledby="write-heading", hidden=hidden)


def _takes_place_of(replaced: rx.Var[str]) -> rx.Component:
    return rx.cond(
        replaced != "",
        rx.el.p(
            _("It takes the place of:"), " ", rx.el.q(replaced, lang="en", dir="ltr"), class_name="notice"
        ),
    )


def _events(choices: Choices) -> rx.Component:
    return each(choices.events, lambda group: rx.el.optgroup(_options(group.options), label=group.name))


def _options(options: Sequence[Option]) -> rx.Component:
    return each(options, lambda one: rx.el.option(one.name, value=one.value))


def _select(
    name: str, label: str, typed: dict[str, str], mistakes: Sequence[Mistake], options: rx.Component
) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        mistake_of(mistakes, name),
        rx.el.select(
            rx.el.option(_("Choose one"), value=""),
            options,
            id=name,
            name=name,
            default_value=typed[name],
            aria_describedby=f"{name}-mistake",
        ),
        class_name="field",
    )


def _input(name: str, label: str, mistakes: Sequence[Mistake], *, hint: str, **props: str) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.el.p(hint, id=f"{name}-hint", class_name="hint"),
        mistake_of(mistakes, name),
        rx.el.input(id=name, name=name, aria_describedby=f"{name}-hint {name}-mistake", **props),
        class_name="field",
    )


def _time(
    name: str, label: str, hint: str, typed: dict[str, str], mistakes: Sequence[Mistake]
) -> rx.Component:
    return _input(
        name,
        label,
        mistakes,
        hint=hint,
        type="datetime-local",
        default_value=typed[name],
        class_name="short",
    )


def _texts(text: TextFields, mistakes: Sequence[Mistake]) -> rx.Component:
    """The fields of one language, in a box that opens."""
    return rx.el.details(
        rx.el.summary(rx.el.span(text.name, lang=text.code, dir=text.direction)),
        rx.el.fieldset(
            rx.el.legend(rx.el.span(text.name, lang=text.code, dir=text.direction), class_name="sr"),
            _text("headline", _("Headline"), text, text.headline, mistakes, max_length=400),
            _text("description", _("What is happening"), text, text.description, mistakes, long=True),
            _text("instruction", _("What to do"), text, text.instruction, mistakes, long=True),
            _text(
                "web", _("A page with more about it (https://…)"), text, text.web, mistakes, input_mode="url"
            ),
            class_name="field",
        ),
        open=text.open,
        key=text.code,
    )


def _text(
    part: str,
    label: str,
    text: TextFields,
    value: str,
    mistakes: Sequence[Mistake],
    *,
    long: bool = False,
    **props: str | int,
) -> rx.Component:
    name = f"{part}-" + text.code
    control = rx.el.textarea if long else rx.el.input
    written = {} if part == "web" else {"lang": text.code, "dir": text.direction}
    return rx.el.div(
        rx.el.label(label, " (", rx.el.span(text.name, lang=text.code), ")", html_for=name),
        mistake_of(mistakes, name),
        control(
            id=name,
            name=name,
            default_value=value,
            aria_describedby=name + "-mistake",
            **({"rows": "4"} if long else {}),
            **written,
            **props,
        ),
        class_name="field",
    )


# --- before it happens --------------------------------------------------------------------------------------


def check_step(
    *,
    hidden: rx.Var[bool],
    lines: Sequence[Fact],
    audience: Sequence[str],
    texts: Sequence[TextFields],
    replaced: rx.Var[str],
    on_publish: EventType[()],
    on_mend: EventType[()],
) -> rx.Component:
    """Everything once more in words, and who will see it. Nothing is published without this step."""
    return rx.el.section(
        rx.el.h2(_("Check before you publish"), id="check-heading"),
        rx.el.div(
            rx.el.h3(_("Who will see it")),
            rx.el.ul(each(audience, rx.el.li)),
            _takes_place_of(replaced),
            id="audience",
            class_name="callout",
        ),
        rx.el.dl(
            each(lines, lambda line: rx.el.div(rx.el.dt(line.name), rx.el.dd(line.text))),
            class_name="facts",
        ),
        each(texts, _preview),
        rx.el.div(
            rx.el.button(_("Publish now"), type="button", on_click=on_publish, class_name="primary"),
            rx.el.button(_("Change something"), type="button", on_click=on_mend),
            class_name="row",
        ),
        id="check",
        tab_index=-1,
        aria_labelledby="check-heading",
        # Nobody publishes without having heard it.
        aria_describedby="audience",
        hidden=hidden,
    )


def _preview(text: TextFields) -> rx.Component:
    """One language, as people will read it."""
    theirs = {"lang": text.code, "dir": text.direction}
    return rx.el.div(
        rx.el.h3(text.name, **theirs),
        rx.el.p(rx.el.strong(text.headline), **theirs),
        rx.el.p(text.description, class_name="said", **theirs),
        rx.cond(text.instruction != "", rx.el.p(text.instruction, class_name="said", **theirs)),
        rx.cond(text.web != "", rx.el.p(text.web, dir="ltr", custom_attrs={"translate": "no"})),
        class_name="panel",
        key=text.code,
    )


def end_step(
    *, hidden: rx.Var[bool], headline: rx.Var[str], on_end: EventType[()], on_leave: EventType[()]
) -> rx.Component:
    """Asks before an alert is ended."""
    return rx.el.section(
        rx.el.h2(_("End this alert?"), id="end-heading"),
        rx.el.p(rx.el.q(headline, lang="en", dir="ltr"), id="ending"),
        rx.el.p(
            _("It goes from every page at once. Phones without a connection show it until its time is over.")
        ),
        rx.el.div(
            rx.el.button(_("End it now"), type="button", on_click=on_end, class_name="primary"),
            rx.el.button(_("Back to the list"), type="button", on_click=on_leave),
            class_name="row",
        ),
        id="end",
        tab_index=-1,
        aria_labelledby="end-heading",
        aria_describedby="ending",
        hidden=hidden,
    )
