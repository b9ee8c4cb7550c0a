"""`_()`: which language a sentence of a page speaks."""

import pytest

from i18n import _, speaking, translator


def test_a_sentence_without_a_language_is_an_error_and_not_english() -> None:
    with pytest.raises(LookupError):
        _("Send report")


def test_a_live_page_speaks_the_language_it_is_built_in() -> None:
    with speaking(translator("en")):
        assert _("Call %(phone)s", phone="311") == "Call 311"
