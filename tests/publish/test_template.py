"""Publishing: what components become, and what is refused."""

import pytest
import reflex as rx
from jinja2 import UndefinedError

from app.http.templates import environment
from app.publish.rendered import body_of
from app.publish.slots import CLOSE, OPEN, each, slot, speak, when, when_attr
from app.publish.template import body_template, text_template
from app.publish.tree import PublishError
from app.routes import Url
from components.elements import a
from i18n import N_, N_n


def fill(body: rx.Component, **view: object) -> str:
    """Publish a component and fill it."""
    return environment().from_string(body_template(body_of(body))).render(view)


def test_typed_markup_is_shown_as_text() -> None:
    assert fill(rx.el.p(slot("typed")), typed="<script>x</script>") == "<p>&lt;script&gt;x&lt;/script&gt;</p>"


def test_typed_quotes_cannot_leave_an_attribute() -> None:
    assert fill(rx.el.input(value=slot("typed")), typed='" autofocus onfocus="x') == (
        '<input value="&#34; autofocus onfocus=&#34;x">'
    )


def test_braces_written_as_text_stay_text() -> None:
    assert fill(rx.el.p("{{ 7 * 7 }} {% raw %} {# x #}")) == "<p>{{ 7 * 7 }} {% raw %} {# x #}</p>"


def test_a_quote_in_a_sentence_survives_publishing() -> None:
    sentence = speak(N_('Don\'t "stop" %(name)s', name=slot("name")))
    shown = fill(rx.el.p(sentence), name="<b>", _=lambda text, **values: text % values)
    assert shown == "<p>Don&#39;t &#34;stop&#34; &lt;b&gt;</p>"


def test_a_plural_asks_the_catalog_with_its_number() -> None:
    template = text_template(speak(N_n("%(num)s photo", "%(num)s photos", num=slot("count"))))  # type: ignore[arg-type]
    shown = (
        environment()
        .from_string(template)
        .render(count=3, ngettext=lambda one, many, num: many % {"num": num})
    )
    assert shown == "3 photos"


def test_lists_and_conditions_work_where_html_allows_no_text() -> None:
    row = each("row in rows", rx.el.tr(rx.el.td(slot("row"))))
    rows = rx.el.table(rx.el.tbody(row))
    assert (
        fill(rows, rows=["a", "b"]) == "<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>"
    )
    options = rx.el.select(when("yes", rx.el.option(slot("yes"))))
    assert fill(options, yes="") == "<select></select>"


def test_conditional_attributes() -> None:
    field = rx.el.input(custom_attrs=when_attr(checked="yes", aria_describedby="error and 'error'"))
    assert fill(field, yes=True, error="x") == '<input aria-describedby="error" checked>'
    assert fill(field, yes=False, error="") == "<input>"


def test_only_urls_of_routes_become_links() -> None:
    link = a("x", href=slot("target"))
    assert fill(link, target=Url("/en/")) == '<a href="/en/">x</a>'
    with pytest.raises(TypeError, match="routes"):
        fill(link, target="javascript:alert(1)")


@pytest.mark.parametrize("attribute", ["style", "onclick", "ONCLICK"])
def test_inline_styles_and_handlers_are_refused(attribute: str) -> None:
    with pytest.raises(PublishError, match="no inline style or handler"):
        fill(rx.el.p("x", custom_attrs={attribute: "x"}))


def test_a_name_that_the_view_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill(rx.el.p(slot("missing")))


def test_a_slot_that_does_not_end_is_refused() -> None:
    with pytest.raises(PublishError, match="does not end"):
        text_template(f"a {OPEN}b")
    assert CLOSE not in text_template(slot("b"))
