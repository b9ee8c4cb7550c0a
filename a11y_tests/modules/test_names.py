"""What phones call their reports (assets/names.js) is what the server takes for names."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page

from a11y_tests.modules.fake_city import FakeCity
from app.kit.ids import parse_id, parse_manage_token
from app.reports.references import is_reference

MANY = 1000


def test_ids_numbers_and_tokens_of_the_phone_are_accepted_by_the_server(page: Page, fake: FakeCity) -> None:
    page.goto("/own/receipt/")
    before = datetime.now(UTC)
    made = page.evaluate(
        """async ({ module, many }) => {
          const { newNames } = await import(module);
          return Array.from({ length: many }, newNames);
        }""",
        {"module": fake.pages.static("names.js"), "many": MANY},
    )
    for names in made:
        assert parse_id(names["id"]) == names["id"]
        # Version 7 begins with the time, so that new rows stand together in the city's database.
        told = datetime.fromtimestamp(int(names["id"].replace("-", "")[:12], 16) / 1000, UTC)
        assert abs(told - before) < timedelta(minutes=1)
        assert names["id"][14] == "7"
        assert is_reference(names["reference"])
        assert names["reference"][0] != "0"
        assert parse_manage_token(names["token"]) == names["token"]
    for name in ("id", "reference", "token"):
        assert len({names[name] for names in made}) == MANY
    # Each digit of a number is as likely as any other: 1,000 numbers have 11,000 free ones.
    digits = "".join(names["reference"][1:12] for names in made)
    assert all(900 < digits.count(digit) < 1300 for digit in "0123456789")
