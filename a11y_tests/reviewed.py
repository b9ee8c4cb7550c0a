"""What the engines ask a person to look at, and what the person saw.

An engine that cannot decide says so. Each such question is answered here, for the elements it was looked at for and
no others; a question without an answer fails the tests, and so does an answer that no page needs any more. What an
engine says *fails* cannot be answered: it is mended.
"""

import re
from dataclasses import dataclass

from a11y_tests.findings import Finding


@dataclass(frozen=True)
class Answer:
    """Why what a rule asks about is well.

    what: a pattern that is searched in the element's markup. why: what was looked at, by which test or by hand.
    asked: words of the question, where a rule has more than one.
    """

    rule: str
    what: str
    why: str
    asked: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether this is what was asked."""
        same = not finding.fails and finding.rule == self.rule and self.asked in finding.why
        return same and bool(re.search(self.what, finding.what))


ANSWERS = (
    Answer(
        "style_color_misuse",
        r"^<(style>$|html\b|link\b)",
        "By hand, 2026-11-24, in gray: status, errors, the chosen language and the chosen suggestion are each said in "
        "words or marked by weight, frame or underline besides their color.",
    ),
    Answer(
        "style_highcontrast_visible",
        r"^<(style>$|html\b|link\b)",
        "By hand, 2026-11-24, with forced colors: all text, fields, buttons and the focus are there. No background "
        "picture carries a meaning; what only a background sets apart has a border then (site.css, forced-colors).",
    ),
    Answer(
        "element_tabbable_visible",
        r'^<a href="#main" class="skip">$',
        "test_journey.py goes by keyboard; hands.py looks at each stop whether it is in sight and its outline is seen.",
    ),
    Answer(
        "style_focus_visible",
        r"^<(a|button|input|textarea|select|summary|label)\b",
        "The one rule for :focus-visible holds for all of them; after each Tab hands.py measures that an outline of "
        "2 px or more is there and not hidden (page_rules.js, focus).",
    ),
    Answer(
        "input_fields_grouped",
        r"^<(input|textarea|select)\b",
        "By hand, 2026-11-24: each step is a section with its heading, each question of several choices a fieldset; "
        "what is asked by itself needs no group.",
    ),
    Answer(
        "input_checkboxes_grouped",
        r'name="leave_out"',
        "By hand, 2026-11-24: one box for each photo, beside that photo, with its number in the label.",
    ),
    Answer(
        "input_label_visible",
        r"^<textarea\b",
        "By hand, 2026-11-24: the label stands above the hint, and the hint above the field; the engine looks for the "
        "label right above.",
    ),
    Answer(
        "input_label_visible",
        r'role="slider"',
        "By hand, 2026-11-24: the pin of the map is named by aria-label and says its place as its value; beside it "
        "stands the same in words, and four buttons move it.",
    ),
    Answer(
        "widget_tabbable_exists",
        r'role="listbox"',
        "The list of suggestions is worked from its field (aria-activedescendant), as modules/test_suggestions.py does "
        "by keyboard.",
    ),
    Answer(
        "color-contrast",
        r'data-(move|part)="|^<p class="hint">|^<span>|^<button',
        "By hand, 2026-11-24: what stands below the open map. Pictures of the map reach further than the box that cuts "
        "them off, so the engine thinks that they cover it. The same buttons and hints are measured on other pages.",
        asked="overlapped by another element",
    ),
    Answer(
        "a_target_warning",
        r'target="_blank"',
        "The link says so in its own words (components/maps.py); the engine knows such words in English only.",
    ),
    Answer(
        "list_structure_proper",
        r"^<dl\b.*class=\"(facts|answers|counts)\"",
        "HTML allows a div around each dt and its dd; the validator (validator.py) reads every such page.",
    ),
    Answer(
        "text_sensory_misuse",
        r"^<(legend|p|dd)\b",
        "By hand, 2026-11-24: 'big' and 'size' ask about the hole and the file, not about the look of the page.",
    ),
    Answer(
        "text_block_heading",
        r'class="big number"|^<p( class="lead")?>$|^<div role="status">$',
        "By hand, 2026-11-24: the reference number, and what has become of a report in My requests. They are short and "
        "strong because people look for them; nothing stands below them that they would head.",
    ),
    Answer(
        "aria_keyboard_handler_exists",
        r'role="combobox"',
        "modules/test_suggestions.py chooses a suggestion with the arrow keys, Enter and Escape.",
    ),
)
