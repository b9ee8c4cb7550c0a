"""Templates that are precompiled for one language fill like any other, and escape like any other."""

from collections.abc import Callable
from typing import Any

from app.http.precompiled import precompiled
from app.http.templates import environment
from app.routes import url

SENTENCES = {"Say “<b>” & more": "Di “<b>” y más", "%(n)s of 5": "%(n)s de 5", "Braces": "{{ secret }}"}


def spanish(text: str, **values: Any) -> str:
    return SENTENCES[text] % values if values else SENTENCES[text]


def filled(source: str, **view: Any) -> str:
    known: dict[str, Callable[..., Any]] = {"_": spanish, "url": lambda name: url(name, locale="es")}
    return precompiled(environment(), "page", source, known).render(view)


def test_a_translation_is_text_and_never_markup() -> None:
    expected = "Di “&lt;b&gt;” y más"
    assert filled("{{ _('Say “<b>” & more') }}") == expected
    assert filled("<p title=\"{{ _('Say “<b>” & more') }}\">") == f'<p title="{expected}">'


def test_braces_in_a_translation_are_no_template() -> None:
    assert filled('{{ _("Braces") }}', secret="told") == "{{ secret }}"


def test_what_only_the_view_knows_is_asked_when_the_page_is_filled() -> None:
    source = '{% for n in numbers %}{{ _("%(n)s of 5", n=n) }};{% endfor %}{{ _("%(n)s of 5", n="<i>") }}'
    assert filled(source, numbers=[1, "<"]) == "1 de 5;&lt; de 5;&lt;i&gt; de 5"


def test_only_our_own_urls_are_links() -> None:
    assert filled("{{ url('recent')|safe_url }}") == "/es/recent/"
