"""What Reflex's `render()` gives for each construct of a published page, and what becomes of it.

A new Reflex that writes components in another way fails here: each test says in words which shape is expected.
"""

from typing import Any

import pytest
import reflex as rx

from app.publish.rendered import body_of
from app.publish.slots import CLOSE, OPEN, slot
from app.publish.tree import Element, PublishError
from components.elements import PlacePicker, a


def only(component: rx.Component) -> Element:
    """The one element that a component becomes."""
    (element,) = body_of(component).children
    assert isinstance(element, Element)
    return element


def shape(component: rx.Component, expected: dict[str, Any], words: str) -> None:
    assert component.render() == expected, (
        f"Reflex used to give {words}; app/publish/rendered.py counts on it"
    )


def test_text_is_contents_in_json() -> None:
    words = 'He said "no" & left\n<b> ünïcode'
    shape(
        rx.el.p("He", 7),
        {"name": '"p"', "props": [], "children": [{"contents": '"He"'}, {"contents": "7"}]},
        "a text as {'contents': its JSON} inside the children of its element",
    )
    assert only(rx.el.p(words, 7)) == Element("p", {}, [words, "7"])


def test_an_element_has_its_name_in_json_and_its_attributes_as_lines() -> None:
    shape(
        rx.el.p(class_name="wide", lang="es", custom_attrs={"data-part": "link"}),
        {"name": '"p"', "props": ['className:"wide"', '"data-part":"link"', 'lang:"es"'], "children": []},
        "name, props and children, with each property as `name:JSON` (the name quoted if it has a hyphen)",
    )
    assert only(rx.el.p(class_name="wide", custom_attrs={"data-part": "link"})).attributes == {
        "class": "wide",
        "data-part": "link",
    }


def test_a_group_leaves_no_trace() -> None:
    shape(
        rx.fragment(rx.el.br()),
        {"name": "Fragment", "props": [], "children": [{"name": '"br"', "props": [], "children": []}]},
        "a fragment as an element named Fragment, without quotes",
    )
    assert body_of(rx.fragment(rx.el.br(), rx.fragment("x"))).children == [Element("br"), "x"]


def test_an_id_brings_a_ref_of_react_that_is_left_out() -> None:
    shape(
        rx.el.p(id="main"),
        {"name": '"p"', "props": ['id:"main"', "ref:ref_main"], "children": []},
        "a property `ref` for each element with an id",
    )
    assert only(rx.el.p(id="main")).attributes == {"id": "main"}


def test_names_are_those_of_html() -> None:
    form = only(
        rx.el.form(
            on_submit=None,
            action="/x",
            enc_type="multipart/form-data",
            accept_charset="utf-8",
            auto_complete="off",
        )
    )
    assert form.attributes == {
        "action": "/x",
        "enctype": "multipart/form-data",
        "accept-charset": "utf-8",
        "autocomplete": "off",
    }
    assert only(rx.el.label(html_for="q")).attributes == {"for": "q"}
    assert only(rx.el.time(date_time="2026")).attributes == {"datetime": "2026"}
    assert only(a(custom_attrs={"hreflang": "es"}, tab_index=-1)).attributes == {
        "hreflang": "es",
        "tabindex": "-1",
    }


def test_names_in_svg_keep_their_case_or_have_hyphens() -> None:
    drawing = only(
        rx.el.svg(
            rx.el.svg.path(d="M0 0", custom_attrs={"strokeWidth": "2"}),
            view_box="0 0 9 9",
            aria_hidden="true",
        )
    )
    assert drawing.attributes == {"viewBox": "0 0 9 9", "aria-hidden": "true"}
    assert drawing.children == [Element("path", {"d": "M0 0", "stroke-width": "2"})]
    with pytest.raises(PublishError, match="how SVG writes"):
        body_of(rx.el.svg(custom_attrs={"gradientUnits": "x"}))


def test_attributes_that_are_there_or_not() -> None:
    there = only(rx.el.input(required=True, hidden=False, auto_focus=True, custom_attrs={"readOnly": True}))
    assert there.attributes == {"required": "", "autofocus": "", "readonly": ""}


def test_true_and_false_are_words_where_html_wants_words() -> None:
    said = only(rx.el.p(draggable=False, custom_attrs={"aria-hidden": True, "data-open": False}))
    assert said.attributes == {"draggable": "false", "aria-hidden": "true", "data-open": "false"}
    with pytest.raises(PublishError, match="wants a value"):
        body_of(rx.el.p(custom_attrs={"title": True}))


def test_values_of_controls() -> None:
    shape(
        rx.el.input(value="1"),
        {
            "name": '"input"',
            "props": ['value:(isNotNullOrUndefined("1") ? "1" : "")'],
            "children": [],
        },
        "the value of an <input> with a guard against null around it",
    )
    assert only(rx.el.input(value="1")).attributes == {"value": "1"}
    assert only(rx.el.input(default_value="")).attributes == {"value": ""}
    assert only(rx.el.textarea(default_value="x", rows="4")) == Element("textarea", {"rows": "4"}, ["x"])
    assert only(rx.el.option("A", value="a")) == Element("option", {"value": "a"}, ["A"])
    with pytest.raises(PublishError, match="option"):
        body_of(rx.el.select(rx.el.option("A", value="a"), default_value="a"))


def test_slots_come_through_untouched_in_text_and_in_attributes() -> None:
    expression = '_("He said \'no\' — \\"yes\\"", n=loop.index)'
    image = only(rx.el.p(slot(expression), title=f"a {slot(expression)} b", id=slot("name")))
    assert image.attributes == {
        "title": f"a {OPEN}{expression}{CLOSE} b",
        "id": f"{OPEN}name{CLOSE}",
    }
    assert image.children == [f"{OPEN}{expression}{CLOSE}"]


def test_custom_elements_are_elements() -> None:
    assert only(PlacePicker.create("x", hidden=True)) == Element("place-picker", {"hidden": ""}, ["x"])


@pytest.mark.parametrize(
    ("component", "because"),
    [
        (rx.el.p(rx.Var("state.name")), "variables"),
        (rx.el.p(title=rx.Var("state.name")), "variables"),
        (rx.el.p(True), "variables"),
        (rx.el.button(on_click=rx.noop()), "handlers"),
        (rx.el.form(on_submit=rx.noop()), "handlers"),
        (rx.el.p(color="red"), "makes a style"),
        (rx.el.p(style={"color": "red"}), "makes a style"),
        (rx.fragment(rx.cond(rx.Var("yes"), rx.el.p(), rx.el.br())), "choose in a browser"),
        (rx.el.ul(rx.foreach([1, 2], lambda one: rx.el.li(one))), "choose in a browser"),
        (rx.el.a("x", href="/a"), "component of React"),
        (rx.el.script("x()"), "inside a page"),
        (rx.el.style("p{}"), "inside a page"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_only_a_browser_could_do_is_refused_in_words(component: rx.Component, because: str) -> None:
    with pytest.raises(PublishError, match=because):
        body_of(component)


@pytest.mark.parametrize(
    "node",
    [
        {"tag": '"p"', "attributes": {}, "children": []},
        {"name": '"p"', "props": ["className"], "children": []},
        {"name": '"p"', "props": [], "children": [{"text": "x"}]},
    ],
)
def test_another_shape_is_refused_with_a_sentence_about_reflex(
    node: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    component = rx.el.p()
    monkeypatch.setattr(type(component), "render", lambda self: node)
    with pytest.raises(PublishError, match="has Reflex changed"):
        body_of(component)
