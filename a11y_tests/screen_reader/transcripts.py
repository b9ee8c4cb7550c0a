"""The transcripts of this folder: what is in them, and how what was said differs from them."""

from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

FOLDER = Path(__file__).parent / "transcripts"
LOCALES = ("en", "es")


def kept(locale: str) -> dict[str, str]:
    """The transcripts of a language, by the names of their files."""
    return {file.stem: file.read_text() for file in sorted((FOLDER / locale).glob("*.md"))}


def keep(locale: str, transcripts: Mapping[str, str]) -> None:
    """Write them anew; those of screens that are no more go."""
    folder = FOLDER / locale
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for name, text in transcripts.items():
        (folder / f"{name}.md").write_text(text)


def differences(locale: str, said: Mapping[str, str]) -> str:
    """What is kept and not said any more (-), and what is said and not kept (+); empty if nothing differs."""
    written = kept(locale)
    lines = [
        line
        for name in sorted({*written, *said})
        for line in unified_diff(
            written.get(name, "").splitlines(),
            said.get(name, "").splitlines(),
            f"kept/{locale}/{name}.md",
            f"said/{locale}/{name}.md",
            lineterm="",
        )
    ]
    return "\n".join(lines)
