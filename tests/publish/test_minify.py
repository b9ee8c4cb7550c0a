"""What becomes of our sources before they travel: nothing is lost, whatever the formatter likes."""

from app.publish.minify import css


def test_a_stylesheet_travels_without_what_only_the_formatter_likes() -> None:
    assert css("p {\n  margin: 0.5rem -0.25em 0 10.05px;\n}\n") == "p{margin:.5rem -.25em 0 10.05px}"
    assert css("p {\n  font:\n    1.0625rem / 1.6 a,\n    b;\n}\n") == "p{font:1.0625rem/1.6 a,b}"
    assert css('[a="b-c"] {\n}\n[a="1"] {\n  b: "c";\n}\n') == '[a=b-c]{}[a="1"]{b:"c"}'
    assert css("p {\n  color: rgb(0 0 0 / 0.5);\n}\n") == "p{color:rgb(0 0 0/.5)}"
