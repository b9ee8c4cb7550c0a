"""The resident's way without script: choose, report, mend, follow, add, erase. Each page is looked over."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.city.services import Service
from app.http.built import BUILD
from app.http.portal import Portal
from app.moderation.rules import hide
from app.reports.references import grouped
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from app.routes import TEXTS
from i18n import translator
from i18n.locales import LOCALES, Locale
from tests.devices import portland
from tests.factories import looked_at
from tests.visitor import Page, Visitor, visit

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

POTHOLE = "/en/report/pothole/"
ANSWERS = {"attribute[SIZE]": "large", "address_string": "SE 34th Ave & SE Hawthorne Blvd"}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A portal of its own, on an empty database."""
    with portland(tmp_path) as opened:
        yield opened


def jpeg(color: str = "red") -> bytes:
    """A small photo."""
    file = BytesIO()
    Image.new("RGB", (400, 300), color).save(file, "JPEG")
    return file.getvalue()


async def send(visitor: Visitor, path: str = POTHOLE, **answers: str) -> Page:
    """Report a pothole, a new one whatever is near it; returns the page after sending."""
    form = {**(await visitor.get(path)).form(), "reported_asked": "1"}
    return await visitor.follow(await visitor.post(path, data={**form, **ANSWERS, **answers}))


async def send_as(visitor: Visitor, service: Service, **more: str) -> Page:
    """Report with the answers that a type must have, whatever they are; returns the page after sending."""
    required = (attribute for attribute in service.attributes if attribute.required)
    answers = {one.field: one.values[0].key if one.values else "1" for one in required}
    path = f"/en/report/{service.service_code}/"
    form = (await visitor.get(path)).form()
    return await visitor.follow(await visitor.post(path, data={**form, **answers, **more}))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_page_without_data(portal: Portal, locale: str) -> None:
    async def scene(visitor: Visitor) -> None:
        for path in (
            "",
            "report/",
            "report/?q=hole",
            "report/?q=xyzzy",
            "requests/",
            "recent/",
            *(f"{name}/" for name in TEXTS),
        ):
            assert (await visitor.get(f"/{locale}/{path}")).status == 200
        for service in portal.city.services:
            assert (await visitor.get(f"/{locale}/report/{service.service_code}/")).status == 200
        for path in ("nowhere/", "report/nothing/", "requests/1234567890123/manage/x/"):
            assert (await visitor.get(f"/{locale}/{path}")).status == 404

    visit(portal, scene)


def test_the_first_visit_goes_to_the_visitors_language(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        for asked, locale in (
            ("es-MX,es;q=0.9,en;q=0.8", "es"),
            ("xx", "en"),
            ("en;q=0.1, es;q=0.5", "es"),
            ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
            ("uk;q=0, ro-MD;q=0.3", "ro"),
            ("", "en"),
        ):
            page = await visitor.get("/", headers={"accept-language": asked})
            assert page.response.headers["location"] == f"/{locale}/"

    visit(portal, scene)


def test_the_form_asks_for_the_place_first_and_says_before_when_to_call(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = await visitor.get(POTHOLE)
        steps = form.soup.select("section[data-step]")
        assert [step["data-step"] for step in steps] == ["place", "problem", "photos", "contact", "check"]
        (calls,) = form.soup.select(".calls")
        assert calls.find_parent("section") is steps[0]
        assert "911" in calls.get_text()
        asked = calls.find_all_next(["input", "textarea", "select"])
        assert asked[0]["name"] == "address_string"
        assert not calls.find_all_previous(
            ["input", "textarea", "select"], {"type": lambda kind: kind != "hidden"}
        )

    visit(portal, scene)


def test_the_search_finds_by_what_people_say(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        english = await visitor.get("/en/report/", params={"q": "hole in the road"})
        assert english.tag(".callout a")["href"] == POTHOLE
        spanish = await visitor.get("/es/report/", params={"q": "bache"})
        assert spanish.tag(".callout a")["href"] == "/es/report/pothole/"
        hostile = await visitor.get("/en/report/", params={"q": '<script>alert(1)</script>"' + "x" * 5000})
        assert str(hostile.tag("#q")["value"]).startswith("<script>")

    visit(portal, scene)


def test_a_report_goes_through_with_its_photo(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = (await visitor.get(POTHOLE)).form()
        sent = await visitor.follow(
            await visitor.post(
                POTHOLE,
                data={**form, **ANSWERS, "media_description": "A deep hole", "email": "ana@example.com"},
                files={"media": ("a.jpg", jpeg(), "image/jpeg")},
            )
        )
        reference = form["reference"]
        assert grouped(reference) in sent.text
        assert sent.response.headers["cache-control"] == "private, no-store"
        early = await visitor.get(f"/en/requests/{reference}/")
        assert (
            "Received" in early.text
            and "Some words or photos are shown here only after the city has looked at them." in early.text
        )
        assert "SE 34th Ave" not in early.response.text and "A deep hole" not in early.response.text
        assert not early.soup.select(".photos")
        assert early.response.headers["x-robots-tag"] == "noindex"
        assert "only after the city has looked at them" in sent.text
        looked_at(portal.requests, reference)
        etag = {"if-none-match": early.response.headers["etag"]}
        public = await visitor.get(f"/en/requests/{reference}/", headers=etag)
        assert "Received" in public.text and "has looked at them" not in public.text
        assert "SE 34th Ave & SE Hawthorne Blvd" in public.text
        assert public.tag(".photos img")["alt"] == "A deep hole"
        photo = await visitor.client.get(str(public.tag(".photos a")["href"]))
        assert photo.headers["content-type"] == "image/webp"
        assert "ana@example.com" not in public.response.text
        assert "ana@example.com" in (await visitor.get(sent.links()["Your private link"])).text
        recent = await visitor.get("/en/recent/")
        assert grouped(reference) in recent.text
        address = str(recent.tag(".recent img")["src"])
        assert (await visitor.client.get(address)).status_code == 200
        hide(store=portal.requests, reference=reference, by=None, now=portal.now())
        etag = {"if-none-match": public.response.headers["etag"]}
        hidden = await visitor.get(f"/en/requests/{reference}/", headers=etag)
        assert "The city does not show some of the words or photos." in hidden.text
        assert "SE 34th Ave" not in hidden.response.text and not hidden.soup.select(".photos")
        assert not (await visitor.get("/en/recent/")).soup.select(".recent img")
        assert (await visitor.client.get(address)).status_code == 410
        mine = await visitor.get(sent.links()["Your private link"])
        # Below the heading of what it is about, and not below the button of the form before.
        heading = mine.soup.find("h2", string="The report")
        assert heading is not None and heading.parent is not None
        assert "does not show some of your words or photos to others" in heading.parent.get_text()
        assert mine.tag(".photos img")["alt"] == "A deep hole"

    visit(portal, scene)


def test_errors_lose_nothing_and_ask_for_no_photo_twice(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = (await visitor.get(POTHOLE)).form()
        again = await visitor.post(
            POTHOLE,
            data={
                **form,
                "description": "By the <b>school</b>",
                "email": "not an address",
                "media_description": "The hole",
            },
            files={"media": ("a.jpg", jpeg(), "image/jpeg")},
        )
        assert again.status == 422
        assert again.tag("title").get_text().startswith("Error:")
        targets = [str(link["href"]) for link in again.soup.select("#errors a")]
        assert targets == ["#address_string", "#SIZE-1", "#email"]
        for target in targets:
            assert again.tag(target.replace("[", "\\[")) is not None
        kept = again.form()
        assert kept["description"] == "By the <b>school</b>"
        assert kept["email"] == "not an address"
        assert kept["reference"] == form["reference"]
        assert "The hole" in kept.values()
        mended = await visitor.follow(await visitor.post(POTHOLE, data={**kept, **ANSWERS, "email": ""}))
        assert mended.tag(".photos img")["alt"] == "The hole"

    visit(portal, scene)


def test_another_language_without_script_takes_along_what_was_typed(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get(POTHOLE)
        form, button = page.form(), page.tag("noscript button[lang=vi]")
        assert (button["form"], button["name"]) == (page.tag("form[enctype]")["id"], "change_language")
        changed = await visitor.post(
            str(button["formaction"]),
            data={**form, "description": "By the school", "email": "not yet", "media_description": "The hole"}
            | {"change_language": "1"},
            files={"media": ("a.jpg", jpeg(), "image/jpeg")},
        )
        assert changed.status == 200
        assert changed.tag("html")["lang"] == "vi"
        assert not changed.soup.select("#errors")
        kept = changed.form()
        assert kept["language"] == "vi"
        assert {name: kept[name] for name in ("description", "email", "reference", "id")} == {
            "description": "By the school",
            "email": "not yet",
            "reference": form["reference"],
            "id": form["id"],
        }
        assert "The hole" in kept.values()
        sent = await visitor.post(
            str(changed.tag("form[enctype]")["action"]), data={**kept, **ANSWERS, "email": ""}
        )
        assert sent.status == 303

    visit(portal, scene)


def test_every_page_names_all_languages_in_their_own_words(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        for path, is_open in (("/vi/", True), ("/vi/report/", False), ("/vi/nowhere/", True)):
            switch = (await visitor.get(path)).tag(".languages details")
            assert switch.has_attr("open") == is_open, path
            (summary,) = switch.select("summary")
            assert " ".join(summary.get_text(" ").split()) == "Tiếng Việt Ngôn ngữ"
            names = {
                str(link["lang"]): (str(link["dir"]), link.get_text())
                for link in switch.select("a[hreflang]")
            }
            assert names == {code: (one.direction, one.name) for code, one in LOCALES.items()}

    visit(portal, scene)


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_a_language_that_nobody_has_reviewed_says_so_and_where_to_send_better_words(
    portal: Portal, locale: Locale
) -> None:
    said = translator(locale.code)("No native speaker has checked this translation yet.")

    async def scene(visitor: Visitor) -> None:
        footer = (await visitor.get(f"/{locale.code}/recent/")).tag("footer")
        assert (said in footer.get_text()) == locale.is_draft
        links = [str(link["href"]) for link in footer.select("p a[href]")]
        assert (f"/{locale.code}/report/other/" in links) == locale.is_draft

    visit(portal, scene)


def test_a_photo_that_is_none_does_not_lose_the_report(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = (await visitor.get(POTHOLE)).form()
        sent = await visitor.follow(
            await visitor.post(
                POTHOLE, data={**form, **ANSWERS}, files={"media": ("a.jpg", b"<svg onload=x>", "image/jpeg")}
            )
        )
        assert grouped(form["reference"]) in sent.text
        assert "About your photos" in sent.text

    visit(portal, scene)


def test_a_double_tap_is_one_report_and_a_changed_one_is_another(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = {**(await visitor.get(POTHOLE)).form(), **ANSWERS}
        first = await visitor.post(POTHOLE, data=form)
        second = await visitor.post(POTHOLE, data=form)
        assert first.response.headers["location"] == second.response.headers["location"]
        changed = await visitor.post(POTHOLE, data={**form, "description": "Another hole"})
        assert changed.status == 409
        fresh = changed.form()
        assert fresh["description"] == "Another hole"
        assert fresh["id"] != form["id"]
        assert (await visitor.post(POTHOLE, data={**fresh, **ANSWERS})).status == 303

    visit(portal, scene)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lat": "47.6", "long": "-122.3", "place_source": "map"}, "outside Portland"),
        ({"lat": "0", "long": "0"}, "did not say where you are"),
        ({"description": "x" * 5001}, "shorter by 1 character"),
        ({"phone": "hello"}, "phone number"),
    ],
)
def test_what_a_person_can_mend_is_said(portal: Portal, changes: dict[str, str], words: str) -> None:
    async def scene(visitor: Visitor) -> None:
        form = {**(await visitor.get(POTHOLE)).form(), **ANSWERS}
        again = await visitor.post(POTHOLE, data={**form, **changes})
        assert again.status == 422
        assert words in again.tag("#errors").get_text()

    visit(portal, scene)


def test_hostile_text_is_only_text(portal: Portal) -> None:
    hostile = "'; DROP TABLE service_request; -- <script>alert(1)</script> \u202e\x00\x07"

    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor, description=hostile, first_name=hostile[:90])
        assert "'; DROP TABLE service_request; -- <script>alert(1)</script>" in sent.text
        assert not [tag for tag in sent.soup.select("script") if not tag.get("src")]

    visit(portal, scene)


def test_braces_that_somebody_types_are_no_template(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = {**(await visitor.get(POTHOLE)).form(), **ANSWERS, "description": "{{ 7*7 }}{% raw %}"}
        answer = await visitor.client.post(POTHOLE, data=form)
        shown = await visitor.client.get(answer.headers["location"])
        assert "{{ 7*7 }}{% raw %}" in shown.text

    visit(portal, scene)


def test_too_many_files_get_a_clear_answer(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = {**(await visitor.get(POTHOLE)).form(), **ANSWERS}
        six = [("media", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(6)]
        again = await visitor.post(POTHOLE, data=form, files=six)
        assert again.status == 422
        assert "at most 5 photos" in again.tag("#errors").get_text()
        hundred = [("media", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(100)]
        assert (await visitor.post(POTHOLE, data=form, files=hundred)).status == 400

    visit(portal, scene)


def test_a_number_is_looked_up_with_kindness(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor)
        reference = sent.tag(".big").get_text()
        arabic = reference.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        for typed in (reference, reference.replace(" ", "-"), f"# {reference}.", arabic):
            page = await visitor.get("/en/requests/", params={"reference": typed})
            assert page.response.headers["location"] == f"/en/requests/{reference.replace(' ', '')}/"
        digits = reference.replace(" ", "")
        wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
        page = await visitor.get("/en/requests/", params={"reference": wrong})
        assert page.status == 400
        assert page.tag("#reference")["value"] == wrong
        assert page.tag("#reference-error").get_text()
        unknown = await visitor.get("/en/requests/", params={"reference": "482 913 557 0246"})
        assert unknown.status in (400, 404)

    visit(portal, scene)


def test_an_unchanged_page_costs_nothing_and_a_changed_one_is_new(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor)
        reference = sent.tag(".big").get_text().replace(" ", "")
        path = f"/en/requests/{reference}/"
        etag = (await visitor.get(path)).response.headers["etag"]
        unchanged = await visitor.client.get(path, headers={"if-none-match": etag})
        assert unchanged.status_code == 304
        assert not unchanged.content
        change_status(
            store=portal.requests,
            reference=reference,
            by=Staff("someone"),
            to=Status.IN_PROGRESS,
            note="A crew is on its way.",
            now=portal.now(),
        )
        changed = await visitor.get(path, headers={"if-none-match": etag})
        assert "Being worked on" in changed.text
        assert "A crew is on its way." in changed.text

    visit(portal, scene)


def test_the_holder_of_the_link_has_a_say(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor, email="ana@example.com", first_name="Ana")
        manage = sent.links()["Your private link"]

        async def do(action: str, **more: str) -> Page:
            page = await visitor.get(manage)
            key = page.form()["key"]
            return await visitor.follow(
                await visitor.post(manage, data={"key": key, "action": action, **more})
            )

        assert "It got bigger" in (await do("comment", comment="It got bigger")).text
        assert "Fixed" in (await do("fixed")).tag(".status").get_text()
        reopened = await do("not_fixed", comment="Still there")
        assert "Received" in reopened.tag(".status").get_text()
        assert "Still there" in reopened.text
        erased = await do("erase")
        assert "ana@example.com" not in erased.response.text
        assert "Ana" not in erased.text
        empty = await visitor.post(manage, data={"action": "comment", "comment": "  "})
        assert empty.status == 422
        assert "Write a few words" in empty.tag("#errors").get_text()
        assert (await visitor.post(manage, data={"action": "delete everything"})).status == 400

    visit(portal, scene)


def test_a_wrong_private_link_shows_and_changes_nothing(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor, email="ana@example.com")
        manage = sent.links()["Your private link"]
        wrong = manage[:-4] + ("AAA/" if not manage.endswith("AAA/") else "BBB/")
        for path in (wrong, wrong.replace("manage", "sent")):
            page = await visitor.get(path)
            assert page.status == 404
            assert "ana@example.com" not in page.response.text
        assert (await visitor.post(wrong, data={"action": "fixed"})).status == 404
        assert "Received" in (await visitor.get(manage)).tag(".status").get_text()

    visit(portal, scene)


def test_what_the_type_keeps_private_stays_private(portal: Portal) -> None:
    hidden = next(service for service in portal.city.services if not service.public.description)

    async def scene(visitor: Visitor) -> None:
        sent = await send_as(visitor, hidden, description="secret words", address_string="secret place")
        assert "secret words" in sent.text
        public = await visitor.get(sent.links()["The page of your request"])
        assert "secret" not in public.response.text
        assert "secret" not in (await visitor.get("/en/recent/")).response.text

    visit(portal, scene)


def test_the_list_of_recent_requests_goes_on(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        numbers = [(await send(visitor)).tag(".big").get_text() for _ in range(23)]
        first = await visitor.get("/en/recent/")
        assert numbers[-1] in first.text
        assert numbers[0] not in first.text
        second = await visitor.get(first.links()["Older requests"])
        assert numbers[0] in second.text
        assert "Older requests" not in second.links()
        assert (await visitor.get("/en/recent/?after=nonsense")).status == 200

    visit(portal, scene)


def test_a_place_that_everybody_may_know_has_a_picture_of_the_map(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor, lat="45.5122", long="-122.6259", place_source="map")
        looked_at(portal.requests, str(sent.tag("[data-sent-number]")["data-sent-number"]))
        shown = await visitor.get(sent.links()["The page of your request"])
        link = shown.tag("a[href^='/map/at/']")
        assert ANSWERS["address_string"] in link.get_text()
        answer = await visitor.client.get(str(link["href"]))
        assert answer.headers["content-type"] == "image/webp"

    visit(portal, scene)


def test_a_place_that_nobody_else_may_know_exactly_has_none(portal: Portal) -> None:
    private = next(service for service in portal.city.services if service.public.place != "exact")

    async def scene(visitor: Visitor) -> None:
        sent = await send_as(visitor, private, lat="45.5122", long="-122.6259", place_source="map")
        shown = await visitor.get(sent.links()["The page of your request"])
        assert not shown.soup.select("a[href^='/map/']")

    visit(portal, scene)
