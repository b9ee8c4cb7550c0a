"""Templates that are settled for one language fill like any other, and escape like any other."""

from pathlib import Path
from typing import Any

from app.http.precompiled import settled
from app.http.templates import environment
from app.routes import url

SENTENCES = {"Say “<b>” & more": "Di “<b>” y más", "%(n)s of 5": "%(n)s de 5", "Braces": "{{ secret }}"}


def spanish(text: str, **values: Any) -> str:
    return SENTENCES[text] % values if values else SENTENCES[text]


def filled(tmp_path: Path, source: str, **view: Any) -> str:
    file = tmp_path / "page.html"
    file.write_text(source)
    return settled(
        environment(tmp_path), file, {"_": spanish, "url": lambda name: url(name, locale="es")}
    ).render(view)


def test_a_translation_is_text_and_never_markup(tmp_path: Path) -> None:
    expected = "Di “&lt;b&gt;” y más"
    assert filled(tmp_path, "{{ _('Say “<b>” & more') }}") == expected
    assert filled(tmp_path, "<p title=\"{{ _('Say “<b>” & more') }}\">") == f'<p title="{expected}">'


def test_braces_in_a_translation_are_no_template(tmp_path: Path) -> None:
    assert filled(tmp_path, '{{ _("Braces") }}', secret="told") == "{{ secret }}"


def test_what_only_the_view_knows_is_asked_when_the_page_is_filled(tmp_path: Path) -> None:
    source = '{% for n in numbers %}{{ _("%(n)s of 5", n=n) }};{% endfor %}{{ _("%(n)s of 5", n="<i>") }}'
    assert filled(tmp_path, source, numbers=[1, "<"]) == "1 de 5;&lt; de 5;&lt;i&gt; de 5"


def test_only_our_own_urls_are_links(tmp_path: Path) -> None:
    assert filled(tmp_path, "{{ url('recent')|safe_url }}") == "/es/recent/"
