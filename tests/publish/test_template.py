"""Publishing: what a prerendered page becomes, and what is refused."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from app.http.templates import environment
from app.publish.slots import CLOSE, OPEN, slot, speak, when_attr
from app.publish.template import PublishError, body_template, text_template
from app.publish.tree import parse
from app.routes import Url
from i18n import N_, N_n


def fill(body: str, **view: object) -> str:
    """Publish a prerendered body and fill it."""
    template = body_template(parse(f"<html><body>{body}</body></html>").find("body"))
    return environment(Path("unused")).from_string(template).render(view)


def test_typed_markup_is_shown_as_text() -> None:
    assert (
        fill(f"<p>{slot('typed')}</p>", typed="<script>x</script>") == "<p>&lt;script&gt;x&lt;/script&gt;</p>"
    )


def test_typed_quotes_cannot_leave_an_attribute() -> None:
    assert fill(f'<input value="{slot("typed")}"/>', typed='" autofocus onfocus="x') == (
        '<input value="&#34; autofocus onfocus=&#34;x">'
    )


def test_braces_written_as_text_stay_text() -> None:
    assert fill("<p>{{ 7 * 7 }} {% raw %} {# x #}</p>") == "<p>{{ 7 * 7 }} {% raw %} {# x #}</p>"


def test_a_quote_in_a_sentence_survives_prerendering() -> None:
    sentence = speak(N_('Don\'t "stop" %(name)s', name=slot("name")))
    html = sentence.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#x27;")
    shown = fill(f"<p>{html}</p>", name="<b>", _=lambda text, **values: text % values)
    assert shown == "<p>Don&#39;t &#34;stop&#34; &lt;b&gt;</p>"


def test_a_plural_asks_the_catalog_with_its_number() -> None:
    template = text_template(speak(N_n("%(num)s photo", "%(num)s photos", num=slot("count"))))  # type: ignore[arg-type]
    shown = (
        environment(Path("unused"))
        .from_string(template)
        .render(count=3, ngettext=lambda one, many, num: many % {"num": num})
    )
    assert shown == "3 photos"


def test_lists_and_conditions_work_where_html_allows_no_text() -> None:
    row = f'<template data-block="for row in rows"><tr><td>{slot("row")}</td></tr></template>'
    rows = f"<table><tbody>{row}</tbody></table>"
    assert (
        fill(rows, rows=["a", "b"]) == "<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>"
    )
    options = f'<select><template data-block="if yes"><option>{slot("yes")}</option></template></select>'
    assert fill(options, yes="") == "<select></select>"


def test_conditional_attributes() -> None:
    attributes = when_attr(checked="yes", aria_describedby="error and 'error'")
    html = "<input " + " ".join(f'{name}="{value}"' for name, value in attributes.items()) + "/>"
    assert fill(html, yes=True, error="x") == '<input checked aria-describedby="error">'
    assert fill(html, yes=False, error="") == "<input>"


def test_only_urls_of_routes_become_links() -> None:
    link = f'<a href="{slot("target")}">x</a>'
    assert fill(link, target=Url("/en/")) == '<a href="/en/">x</a>'
    with pytest.raises(TypeError, match="routes"):
        fill(link, target="javascript:alert(1)")


@pytest.mark.parametrize(
    "element", ['<p style="color:red">x</p>', '<p onclick="x()">x</p>', '<p class="css-1a2b">x</p>']
)
def test_inline_styles_and_handlers_are_refused(element: str) -> None:
    with pytest.raises(PublishError):
        fill(element)


def test_what_belongs_to_the_framework_is_left_out() -> None:
    html = '<script>window.x=1</script><p>x</p><!--$?--><template id="B:0"></template><div hidden id="S:0">y</div>'
    assert fill(html) == "<p>x</p>"


def test_a_name_that_the_view_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill(f"<p>{slot('missing')}</p>")


def test_a_slot_that_does_not_end_is_refused() -> None:
    with pytest.raises(PublishError, match="does not end"):
        text_template(f"a {OPEN}b")
    assert CLOSE not in text_template(slot("b"))


def test_html_that_react_would_not_write_is_refused() -> None:
    with pytest.raises(ValueError, match="closes"):
        parse("<p><b>x</p></b>")
