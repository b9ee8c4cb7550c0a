"""A reply in several languages: written by keyboard, kept while colleagues work, read by whoever follows it."""

from playwright.sync_api import expect

from a11y_tests.conftest import Contexts
from a11y_tests.desk.colleague import Colleague, Office

WROTE = "May malaking butas sa kalsada sa harap ng bahay ko"
SOMALI, TAGALOG, SPANISH = "Maanta waa la hagaajiyay.", "Naayos na po ngayon.", "Hoy se reparó."


def test_a_reply_is_written_in_the_languages_of_the_person(at_desk: Contexts, office: Office) -> None:
    reference = office.arrives(WROTE, language="so")
    colleague = Colleague(at_desk(), keyboard=True)
    page, hands = colleague.page, colleague.hands
    colleague.sign_in(office.account())
    expect(colleague.row(reference)).to_contain_text("Written in Tagalog")
    colleague.open(reference)
    expect(page.locator(".said").first).to_have_attribute("lang", "tl")
    hands.choose(colleague.choice("Fixed"))
    hands.write(colleague.field("Public note"), "Repaired today, thank you.")
    hands.write(page.get_by_role("textbox", name="The same note in Somali", exact=True), SOMALI)
    hands.write(page.get_by_role("textbox", name="The same note in Tagalog", exact=True), TAGALOG)
    hands.press(page.get_by_text("The note in more languages"))
    hands.write(page.get_by_role("textbox", name="The same note in Spanish", exact=True), SPANISH)
    # Who has a field of their own above has none in the list.
    expect(page.locator("[name=also_so]")).to_be_hidden()
    colleague.look()

    other = Colleague(at_desk())
    other.sign_in(office.account("Sam"))
    other.open(reference)
    other.hands.choose(other.choice("Being worked on"))
    other.hands.press(other.button("Change the status"))
    expect(page.get_by_text("Just changed: Being worked on (Sam).")).to_be_visible()
    expect(page.locator("#reply-reads")).to_have_value(SOMALI)
    expect(page.locator("[name=also_es]")).to_have_value(SPANISH)
    hands.press(colleague.button("Change the status"))
    expect(page.locator("#done")).to_contain_text("Fixed")
    for text in (SOMALI, TAGALOG, SPANISH):
        expect(page.locator(".timeline li").first).to_contain_text(text)
    for field in ("#note", "#reply-reads", "#reply-writes", "[name=also_es]"):
        expect(page.locator(field)).to_have_value("")

    resident = at_desk().new_page()
    for locale, first in (("en", "Repaired today, thank you."), ("es", SPANISH), ("vi", SOMALI)):
        resident.goto(f"/{locale}/requests/{reference}/")
        line = resident.locator(".timeline li").first
        expect(line.locator("> .said")).to_have_text(first)
        summary = line.locator("summary")
        expect(summary.locator("bdi")).to_have_count(3)
        expect(line.get_by_text(TAGALOG)).to_be_hidden()
        summary.press("Enter")
        expect(line.get_by_text(TAGALOG)).to_be_visible()
