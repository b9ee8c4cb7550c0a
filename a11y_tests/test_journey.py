"""The whole way of a report, on the smallest phone: with and without script, in each language."""

import re

import pytest
from playwright.sync_api import expect

from a11y_tests.conftest import Contexts
from a11y_tests.languages import WALKED
from a11y_tests.resident import Resident
from a11y_tests.server import Desk

WAYS = [pytest.param(True, id="script"), pytest.param(False, id="no-script")]


@pytest.mark.parametrize("script", WAYS)
@pytest.mark.parametrize("locale", WALKED)
def test_a_report_from_the_first_page_to_the_erased_contact(
    new_context: Contexts, desk: Desk, locale: str, script: bool
) -> None:
    resident = Resident(new_context(script=script, locale=locale), locale, script=script)
    resident.report()
    follows_it(resident, desk)
    adds_to_it(resident, desk)


@pytest.mark.parametrize("script", WAYS)
def test_the_same_with_nothing_but_the_keyboard(new_context: Contexts, desk: Desk, script: bool) -> None:
    locale = "en" if script else "es"
    resident = Resident(new_context(script=script, has_touch=False), locale, script=script, keyboard=True)
    resident.report()
    follows_it(resident, desk)
    adds_to_it(resident, desk)


def follows_it(resident: Resident, desk: Desk) -> None:
    """By its number, typed as it was read out on the phone; the page shows the report, and not who sent it.

    Until staff have looked it shows nobody's words.
    """
    told, page, t = resident.told, resident.page, resident.t
    resident.look_up(resident.reference)
    expect(
        page.get_by_text(t("Some words or photos are shown here only after the city has looked at them."))
    ).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(told.size)
    for said in (told.address, told.description, told.shows):
        assert said not in page.content()
    resident.look()
    desk.look(resident.reference)
    resident.look_up("No. " + resident.reference.replace(" ", " - "))
    expect(resident.heading("Pothole", 1)).to_be_visible()
    expect(resident.status()).to_contain_text(t("Received"))
    main = page.get_by_role("main")
    expect(main).to_contain_text(resident.reference)
    expect(main).to_contain_text(told.address)
    expect(main).to_contain_text(told.description)
    expect(main).to_contain_text(told.size)
    photo = main.get_by_role("img", name=told.shows, exact=True)
    photo.scroll_into_view_if_needed()
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    resident.look()
    public = page.content()
    for said in told.contact:
        assert said not in public


def adds_to_it(resident: Resident, desk: Desk) -> None:
    """By the private link: a comment, fixed, not fixed, and the contact details erased."""
    told, page, t = resident.told, resident.page, resident.t
    resident.open_private_link()
    main = page.get_by_role("main")
    expect(main).to_contain_text(told.email)
    resident.hands.write(resident.field("Comment"), told.comment)
    resident.hands.press(resident.button("Add the comment"))
    done(resident, "Your comment has been added.")
    expect(page.get_by_role("listitem").filter(has_text=told.comment)).to_have_count(1)
    resident.hands.press(resident.button("This is fixed"))
    done(resident, "Thank you. The request is marked as fixed.")
    expect(resident.status()).to_contain_text(t("Fixed"))
    resident.hands.press(resident.button("This is not fixed"))
    done(resident, "Thank you. The request is open again and the city will look at it.")
    expect(resident.status()).to_contain_text(t("Received"))
    resident.hands.press(resident.button("Erase my contact details"))
    done(resident, "Your contact details have been erased.")
    expect(main).to_contain_text(t("The city has no contact details of you for this request."))
    for said in told.contact:
        expect(main).not_to_contain_text(said)
    page.goto(page.url.partition("/manage/")[0] + "/")
    expect(
        page.get_by_text(t("Some words or photos are shown here only after the city has looked at them."))
    ).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=told.comment)).to_have_count(0)
    desk.look(resident.reference)
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text=told.comment)).to_have_count(1)
    expect(page.get_by_role("main").get_by_text(re.compile(re.escape(resident.reference)))).to_have_count(1)


def done(resident: Resident, sentence: str) -> None:
    """What was done is said, above everything else."""
    notice = resident.page.get_by_role("status").filter(has_text=resident.t(sentence))
    expect(notice).to_be_visible()
    resident.look()
