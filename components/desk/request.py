"""The parts of the desk's request page: what is known, the history, and the forms to go on."""

from collections.abc import Callable, Sequence

import reflex as rx
from reflex_base.event import EventType

from app.desk.details import Answered, Details, Move, Picture, Reply
from app.desk.facts import Fact
from app.desk.history import HistoryLine
from app.desk.mistakes import Mistake
from app.desk.seen import Seen
from components.desk.effects import Empty
from components.desk.notices import mistake_of, plain_mistake_of
from components.desk.typed import as_text, each, none, some
from components.elements import a, choice
from i18n import _
from i18n.languages import language_name
from i18n.locales import LOCALES, SPOKEN

OfParts = Callable[[list[str]], EventType[()]]
"""An event that is about these parts of a request (app/moderation/rules.py)."""


def summary(shown: Details) -> rx.Component:
    """The heading, the status and what is to be looked at."""
    return rx.el.div(
        rx.el.h1(shown.service, " ", rx.el.bdi(shown.reference, dir="ltr", class_name="number")),
        rx.el.p(
            rx.el.span(shown.status, class_name="badge", custom_attrs={"data-status": shown.status_code}),
            " ",
            shown.expected,
        ),
        rx.cond(shown.followed != "", rx.el.p(shown.followed)),
        rx.cond(
            some(shown.review),
            rx.el.section(
                rx.el.h2(_("Please check")),
                rx.el.ul(each(shown.review, rx.el.li)),
                class_name="callout",
            ),
        ),
    )


def known(shown: Details, *, on_show: OfParts, on_hide: OfParts) -> rx.Component:
    """What the person sent, and who can see it. on_show, on_hide: take the parts that are meant."""
    return rx.el.div(
        rx.el.h2(_("What was reported")),
        rx.el.p(shown.description, lang=shown.language, dir=shown.direction, class_name="said"),
        _publication(shown, on_show, on_hide),
        rx.el.dl(
            # Questions and answers are kept as the person saw them.
            each(shown.answers, lambda answer: _answer(answer, shown.asked)),
            # Translators: a heading for where the problem is.
            _entry(_("Place"), rx.el.span(shown.place), _more(shown.coordinates), _more(shown.place_note)),
            # Translators: a heading for the time at which the city got the report.
            _entry(_("Came in"), rx.el.time(shown.received, date_time=shown.received_iso), _more(shown.age)),
            _entry(_("Language"), each(shown.languages, rx.el.p)),
            each(shown.facts, _fact),
            rx.cond(shown.bureau != "", _entry(_("Bureau"), shown.bureau)),
            class_name="facts",
        ),
        _photos(shown, on_show, on_hide),
        _contact(shown),
        rx.el.p(a(_("See the public page"), href=shown.public_url, class_name="call")),
    )


def _fact(fact: Fact) -> rx.Component:
    # An e-mail address or a number keeps its own direction at a desk that runs from right to left.
    return _entry(fact.name, rx.el.bdi(fact.text))


def _entry(heading: str, *content: rx.Component | str) -> rx.Component:
    return rx.el.div(rx.el.dt(heading), rx.el.dd(*content))


def _answer(answer: Answered, asked: str) -> rx.Component:
    return rx.el.div(
        rx.el.dt(answer.name, lang=asked, dir="auto"), rx.el.dd(answer.text, lang=answer.language, dir="auto")
    )


def _more(text: str) -> rx.Component:
    return rx.cond(text != "", rx.el.p(text, class_name="hint"))


def _publication(shown: Details, on_show: OfParts, on_hide: OfParts) -> rx.Component:
    """What everybody may see is decided here. Who sees it now stands below the buttons: they and the focus stay where
    they are when that changes, so that a second press of an impatient finger decides nothing else.
    """
    seen = "seen"
    return rx.el.div(
        rx.el.div(
            _button(_("Show words and photos to everybody"), on_show(shown.everything.parts), seen),
            rx.cond(
                some(shown.words.parts),
                rx.fragment(
                    _button(_("Show words"), on_show(shown.words.parts), seen),
                    _button(_("Hide words"), on_hide(shown.words.parts), seen),
                ),
            ),
            _button(_("Hide all"), on_hide(shown.everything.parts), seen),
            # The last one, because it comes and goes.
            rx.cond(some(shown.new), _button(_("Show only what is new"), on_show(shown.new), seen)),
            class_name="row",
            hidden=none(shown.everything.parts),
        ),
        rx.el.p(shown.everything.note, id=seen, tab_index=-1, class_name="hint"),
    )


def _button(label: str, on_click: EventType[()], about: str) -> rx.Component:
    """about: ids of what describes it."""
    return rx.el.button(label, type="button", on_click=on_click, aria_describedby=about, class_name="quiet")


def _show_or_hide(
    seen: Seen, show: str, hide: str, on_show: OfParts, on_hide: OfParts, about: str
) -> rx.Component:
    """The buttons of one part, and who sees it. about: id of the element that tells them from the others."""
    note = f"{about}-seen"
    return rx.fragment(
        rx.cond(
            some(seen.parts),
            rx.el.div(
                _button(show, on_show(seen.parts), f"{about} {note}"),
                _button(hide, on_hide(seen.parts), f"{about} {note}"),
                class_name="row",
            ),
        ),
        rx.cond(seen.note != "", rx.el.p(seen.note, id=note, class_name="hint")),
    )


def _picture(picture: Picture, on_show: OfParts, on_hide: OfParts) -> rx.Component:
    return rx.el.li(
        a(
            rx.el.img(src=picture.small, alt=picture.alt, loading="lazy", id=picture.key),
            href=picture.large,
            target="_blank",
        ),
        rx.cond(picture.described, rx.el.p(picture.alt, custom_attrs={"aria-hidden": "true"})),
        _show_or_hide(
            picture.seen, _("Show this photo"), _("Hide this photo"), on_show, on_hide, picture.key
        ),
        key=picture.key,
    )


def _photos(shown: Details, on_show: OfParts, on_hide: OfParts) -> rx.Component:
    return rx.fragment(
        rx.el.h2(_("Photos")),
        rx.cond(
            (none(shown.pictures)) & (none(shown.photo_notes)),
            rx.el.p(_("There are no photos.")),
        ),
        rx.cond(
            some(shown.pictures),
            rx.el.ul(
                each(shown.pictures, lambda picture: _picture(picture, on_show, on_hide)),
                class_name="photos",
            ),
        ),
        each(shown.photo_notes, lambda note: rx.el.p(note, class_name="hint")),
    )


def _contact(shown: Details) -> rx.Component:
    return rx.fragment(
        rx.el.h2(_("Contact")),
        rx.el.p(_("Only for this report. Never shown to the public."), class_name="hint"),
        rx.el.dl(each(shown.contact, _fact), class_name="facts"),
        rx.cond(shown.contact_note != "", rx.el.p(shown.contact_note)),
    )


def history(shown: Details, *, on_show: OfParts, on_hide: OfParts) -> rx.Component:
    """What has happened, newest first, with who did it and who can read it."""
    return rx.el.section(
        rx.el.h2(_("History"), id="history", tab_index=-1),
        rx.el.ol(each(shown.history, lambda line: _line(line, on_show, on_hide)), class_name="timeline"),
        aria_labelledby="history",
    )


def _line(line: HistoryLine, on_show: OfParts, on_hide: OfParts) -> rx.Component:
    return rx.el.li(
        rx.el.h3(line.heading, id=line.key),
        rx.el.p(rx.el.time(line.date, date_time=line.iso), ", ", line.who, class_name="hint"),
        rx.cond(
            line.text != "", rx.el.p(line.text, class_name="said", dir=line.direction, lang=line.language)
        ),
        each(
            line.also,
            lambda version: rx.el.p(
                version.text,
                class_name="said",
                lang=version.language,
                dir=version.direction,
                # Said before the text by desk.css.
                custom_attrs={"data-name": version.name},
            ),
        ),
        rx.cond(line.internal, rx.el.p(_("Only staff can read this."), class_name="hint")),
        _show_or_hide(line.seen, _("Show words"), _("Hide words"), on_show, on_hide, line.key),
        key=line.key,
    )


def status_form(
    *,
    locale: str,
    shown: Details,
    mistakes: Sequence[Mistake],
    key: rx.Var[str],
    done: rx.Var[int],
    on_submit: EventType[dict[str, object]],
) -> rx.Component:
    """The next status, with a note that everybody may read, in as many languages as somebody writes.

    locale: of the page. done: how often; each time the form is emptied.
    """
    return rx.el.form(
        Empty.create(form="status-form", count=done),
        # Translators: a heading above the buttons that give a request its next status.
        rx.el.h2(_("Move on"), id="status-heading"),
        _hidden("version", as_text(shown.version)),
        _hidden("key", key),
        rx.el.fieldset(
            rx.el.legend(_("What is the status now?"), id="move", tab_index=-1),
            mistake_of(mistakes, "move"),
            each(shown.moves, _move),
            class_name="field",
        ),
        _text_area(
            "note",
            _("Public note"),
            _("Everybody can read this. Do not write names or addresses of people here."),
            mistakes,
        ),
        _own_language("reply-reads", shown.reads, mistakes),
        _own_language("reply-writes", shown.writes, mistakes),
        _more_languages(locale, mistakes),
        rx.el.button(_("Change the status"), type="submit", class_name="primary"),
        id="status-form",
        aria_labelledby="status-heading",
        on_submit=on_submit,
    )


def _own_language(id: str, reply: Reply, mistakes: Sequence[Mistake]) -> rx.Component:
    """The note in a language of the person who reported it.

    Hidden and not left out where there is none, as the whole form is: what was written outlives a sign-in.
    """
    return rx.el.div(
        rx.el.label(reply.label, html_for=id),
        rx.el.p(reply.why, id=f"{id}-hint", class_name="hint"),
        plain_mistake_of(mistakes, id),
        rx.el.textarea(
            id=id,
            name="own_" + reply.language,
            rows="4",
            lang=reply.language,
            dir=reply.direction,
            aria_describedby=f"{id}-hint {id}-mistake",
        ),
        class_name="field",
        hidden=reply.language == "",
    )


def _more_languages(locale: str, mistakes: Sequence[Mistake]) -> rx.Component:
    """The note in all other languages of the portal, folded away.

    Nothing in it depends on the request, or it would weigh on every first visit. A language that has a field of its
    own above is taken out of sight by desk.css.
    """
    return rx.el.details(
        rx.el.summary(_("The note in more languages"), id="reply-more"),
        plain_mistake_of(mistakes, "reply-more"),
        *(_one_language(code, locale) for code in SPOKEN if code != locale),
    )


def _one_language(code: str, locale: str) -> rx.Component:
    # Without ids: for each Reflex would write code into every language's form. The label holds its field instead.
    name = language_name(code, LOCALES[locale].formats)
    return rx.el.div(
        rx.el.label(
            _("The same note in %(language)s", language=name),
            rx.el.textarea(
                name=f"also_{code}",
                rows="4",
                lang=code,
                dir=LOCALES[code].direction,
                aria_describedby="reply-more-mistake",
            ),
        ),
        class_name=f"field in-{code}",
    )


def _move(move: Move) -> rx.Component:
    # The key keeps a chosen button with its status when other ones come or go.
    id = "move-to-" + move.value
    return choice(
        rx.el.input(type="radio", id=id, name="status", value=move.value, aria_describedby="move-mistake"),
        move.name,
        rx.cond(move.hint != "", rx.el.span(" – ", move.hint, class_name="hint")),
        id=id,
        key=move.value,
    )


def note_form(
    *,
    mistakes: Sequence[Mistake],
    key: rx.Var[str],
    done: rx.Var[int],
    on_submit: EventType[dict[str, object]],
) -> rx.Component:
    """A note for colleagues. done: how often; each time the form is emptied."""
    return rx.el.form(
        Empty.create(form="note-form", count=done),
        rx.el.h2(_("Internal note"), id="note-heading"),
        _hidden("key", key),
        _text_area("internal-note", _("Note for colleagues"), _("Only staff can read this."), mistakes),
        rx.el.button(_("Add note"), type="submit"),
        id="note-form",
        aria_labelledby="note-heading",
        on_submit=on_submit,
    )


def _hidden(name: str, value: str | rx.Var[str]) -> rx.Component:
    return rx.el.input(type="hidden", name=name, value=value, read_only=True)


def _text_area(id: str, label: str, hint: str, mistakes: Sequence[Mistake]) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=id),
        rx.el.p(hint, id=f"{id}-hint", class_name="hint"),
        mistake_of(mistakes, id),
        rx.el.textarea(id=id, name="note", rows="4", aria_describedby=f"{id}-hint {id}-mistake"),
        class_name="field",
    )


def no_such_request(desk_url: str) -> rx.Component:
    """There is no request with this number."""
    return rx.fragment(
        rx.el.h1(_("There is no such report")),
        rx.el.p(_("Check the reference number, or look for it in the list.")),
        a(_("Back to the list"), href=desk_url, class_name="call"),
    )


def nothing_yet(signed_out: rx.Var[bool]) -> rx.Component:
    """Before the request is there, and after a sign-in has ended."""
    # Translators: a report that somebody has made; a noun.
    return rx.fragment(rx.el.h1(_("Report")), rx.cond(~signed_out, rx.el.p(_("Loading…"))))
