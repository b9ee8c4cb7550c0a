"""One request at the desk, as open tabs see it."""

from typing import Any

from app.db.engine import read
from app.http.portal import Portal
from app.kit.ids import make_manage_token
from app.kit.written_in import written_in
from app.reports.references import grouped
from app.requests.follow_keys import make_key
from app.requests.following import follow
from app.requests.rules import Holder, Staff, add_comment, change_status, photo_stored
from app.requests.statuses import Status
from app.requests.store_request import public_request, whole_request
from app.requests.views import public_view
from state.desk.base import Desk
from state.desk.request import DeskRequest
from tests.desk.conftest import Play
from tests.desk.tabs import Room, Tab, name_of
from tests.factories import send

PATH = "/en/desk/request/"
CHANGE = name_of(DeskRequest.change_status)
NOTE = name_of(DeskRequest.add_note)


def arrives(portal: Portal, **fields: Any) -> str:
    return send(portal.requests, now=portal.now(), **fields).reference


def history(portal: Portal, reference: str) -> list[tuple[str, str | None, str]]:
    """Kind, status and text of every line, oldest first."""
    with read(portal.engine) as connection:
        loaded = whole_request(connection, reference)
    assert loaded is not None
    return [(update.kind, update.status, update.text) for update in loaded.updates]


async def opened(room: Room, reference: str, *, name: str = "Ana", path: str = PATH) -> Tab:
    tab = await room.open(path, query=f"ref={reference}", cookie=room.sign_in(room.person(name)))
    await tab.until(DeskRequest, "there", True)
    await tab.until_done()
    return tab


def form(tab: Tab, **fields: str) -> dict[str, str]:
    """The status form as it stands on the page."""
    shown = tab.show(DeskRequest, "shown")
    return {"version": str(shown["version"]), "key": tab.show(DeskRequest, "key"), "note": "", **fields}


def test_everything_about_a_request(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        tab = await opened(room, reference)
        shown = tab.show(DeskRequest, "shown")
        assert shown["reference"] == grouped(reference)
        assert shown["description"] == "A deep hole in front of the school."
        assert (shown["language"], shown["languages"]) == ("en", ["Reads English"])
        assert shown["reads"]["language"] == shown["writes"]["language"] == "", "a reply in English is enough"
        assert shown["coordinates"] == "45.520000, -122.660000"
        assert {"name": "How big is it?", "text": "Like a car wheel", "language": "en"} in shown["answers"]
        assert [fact["text"] for fact in shown["contact"]] == [
            "Ana García",
            "ana@mail.example",
            "503-555-0123",
        ]
        assert [line["who"] for line in shown["history"]] == ["The person who reported it"]
        assert [move["value"] for move in shown["moves"]] == ["in_progress", "on_hold", "fixed", "closed"]
        title = tab.show(DeskRequest, "title")
        assert title == f"Pothole {grouped(reference)} – desk", "what the page shows, and nobody's name"
        assert tab.show(DeskRequest, "query") == f"?ref={reference}"

    scene(look)


def test_numbers_of_no_request(scene: Play) -> None:
    async def look(room: Room) -> None:
        there = arrives(room.portal)
        for query in ("", "ref=", "ref=1", f"ref={there[:-1]}", "ref=4829135570246", "ref=%27OR"):
            tab = await room.open(PATH, query=query)
            await tab.until(DeskRequest, "missing", True)
            assert tab.show(DeskRequest, "title") == "There is no such report – desk"
            tab.send(CHANGE, form={"status": "fixed", "note": "", "version": "1", "key": ""})
            tab.send(NOTE, form={"note": "x", "key": ""})
            await tab.until_done()
        assert len(history(room.portal, there)) == 1

    scene(look)


def test_moving_a_request_on(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        tab = await opened(room, reference)
        key = tab.show(DeskRequest, "key")
        sent = form(tab, status="on_hold", note="We wait for parts.")
        # A double click: the same form twice, before the page could change.
        tab.send(CHANGE, form=sent)
        tab.send(CHANGE, form=sent)
        await tab.until(DeskRequest, "done", "The status is now: Waiting.")
        await tab.until_done()
        assert history(room.portal, reference)[1:] == [("status", "on_hold", "We wait for parts.")]
        shown = tab.show(DeskRequest, "shown")
        assert (shown["status"], shown["history"][0]["who"]) == ("Waiting", "Ana")
        assert "on_hold" not in [move["value"] for move in shown["moves"]]
        assert tab.show(DeskRequest, "moved") > 0, "the form is emptied"
        assert tab.show(DeskRequest, "key") != key
        assert tab.show(Desk, "focus_on") == "done"

    scene(look)


def test_a_reply_in_the_languages_of_the_person(scene: Play) -> None:
    async def look(room: Room) -> None:
        wrote = "May malaking butas sa kalsada sa harap ng bahay ko"
        reference = arrives(room.portal, language="so", description=wrote, recognize=written_in)
        tab = await opened(room, reference)
        shown = tab.show(DeskRequest, "shown")
        assert (shown["language"], shown["asked"]) == ("tl", "so")
        assert shown["languages"] == ["Written in Tagalog", "Reads Somali"]
        assert shown["reads"]["label"] == "The same note in Somali"
        assert shown["writes"]["label"] == "The same note in Tagalog"

        replies = {"own_so": "Waa la hagaajiyay.", "own_tl": "", "also_en": "x", "also_xx": "x" * 2_001}
        tab.send(CHANGE, form=form(tab, status="fixed", note="The crew has repaired it now.", **replies))
        await tab.until(DeskRequest, "mistakes", lambda found: len(found) == 2)
        first, second = tab.show(DeskRequest, "mistakes")
        assert first["target"] == second["target"] == "reply-more"
        assert first["text"].startswith("English: The note above is in this language already.")
        assert len(history(room.portal, reference)) == 1

        good = {"own_so": "Waa la hagaajiyay.", "also_so": "", "own_tl": "Ayos na po.", "also_vi": ""}
        sent = form(tab, status="fixed", note="The crew has repaired it now.", **good)
        tab.send(CHANGE, form=sent)
        tab.send(CHANGE, form=sent)
        await tab.until(DeskRequest, "moved", 1)
        await tab.until_done()
        line = tab.show(DeskRequest, "shown")["history"][0]
        assert (line["text"], line["language"]) == ("The crew has repaired it now.", "en")
        assert [(one["name"], one["text"]) for one in line["also"]] == [
            ("Somali", "Waa la hagaajiyay."),
            ("Tagalog", "Ayos na po."),
        ]
        assert len(history(room.portal, reference)) == 2

    scene(look)


def test_a_reply_is_in_the_language_it_is_written_in_else_in_that_of_the_page(scene: Play) -> None:
    async def look(room: Room) -> None:
        for note, language in (("Listo.", "en"), ("Ya reparamos el bache de la calle.", "es")):
            tab = await opened(room, arrives(room.portal))
            tab.send(CHANGE, form=form(tab, status="fixed", note=note))
            await tab.until(DeskRequest, "moved", 1)
            assert tab.show(DeskRequest, "shown")["history"][0]["language"] == language

    scene(look)


def test_a_note_for_colleagues(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        tab = await opened(room, reference)
        sent = {"note": "Ask the crew of the east side.", "key": tab.show(DeskRequest, "key")}
        tab.send(NOTE, form=sent)
        tab.send(NOTE, form=sent)
        await tab.until(DeskRequest, "done", "Your note has been added.")
        await tab.until_done()
        assert history(room.portal, reference)[1:] == [
            ("internal_note", None, "Ask the crew of the east side.")
        ]
        assert tab.show(DeskRequest, "shown")["history"][0]["internal"]

    scene(look)


def test_what_is_to_be_mended(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        tab = await opened(room, reference)
        for event, fields, mistakes in (
            (CHANGE, {}, [("move", "Choose what the status is now.")]),
            (CHANGE, {"status": "lost"}, [("move", "Choose what the status is now.")]),
            (CHANGE, {"status": "closed"}, [("note", "Write a few words.")]),
            (
                CHANGE,
                {"status": "submitted"},
                [("move", "The status cannot change in this way. Choose another one.")],
            ),
            (NOTE, {"note": " \n "}, [("internal-note", "Write a few words.")]),
        ):
            tab.send(event, form=form(tab, **fields))
            await tab.until_done()
            found = [(mistake["target"], mistake["text"]) for mistake in tab.show(DeskRequest, "mistakes")]
            assert found == mistakes
            assert tab.show(Desk, "focus_on") == "mistakes"
        tab.send(NOTE, form={"note": "x" * 2_001, "key": ""})
        await tab.until(DeskRequest, "mistakes", lambda found: "shorter by 1 character" in found[0]["text"])
        assert len(history(room.portal, reference)) == 1
        tab.send(CHANGE, form=form(tab, status="fixed"))
        await tab.until(DeskRequest, "done", "The status is now: Fixed.")
        assert tab.show(DeskRequest, "mistakes") == []

    scene(look)


def test_two_colleagues_do_not_overwrite_each_other(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        ana, bo = (
            await opened(room, reference),
            await opened(room, reference, name="Bo", path="/es/desk/request/"),
        )
        late = form(bo, status="closed", note="Ya está.")
        ana.send(CHANGE, form=form(ana, status="in_progress"))
        await ana.until(DeskRequest, "done", "The status is now: Being worked on.")
        bo.send(CHANGE, form=late)
        await bo.until(DeskRequest, "mistakes", lambda found: found)
        (mistake,) = bo.show(DeskRequest, "mistakes")
        assert mistake["target"] == "history"
        assert bo.show(DeskRequest, "shown")["history"][0]["who"] == "Ana"
        assert bo.show(DeskRequest, "moved") == 0, "what was written stays in the form"
        assert len(history(room.portal, reference)) == 2
        bo.send(CHANGE, form=form(bo, status="closed", note="Ya está."))
        await bo.until(DeskRequest, "moved", 1)
        assert history(room.portal, reference)[-1] == ("status", "closed", "Ya está.")

    scene(look)


def test_an_open_page_tells_that_somebody_follows(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        tab = await opened(room, reference)
        follow(
            store=room.portal.requests,
            city=room.portal.city,
            reference=reference,
            key=make_key(),
            now=room.portal.now(),
        )
        await tab.until(DeskRequest, "changed", "Followed by 1 person")
        assert tab.show(DeskRequest, "shown")["followed"] == "Followed by 1 person"
        # What was being written goes through: nobody else has moved the request.
        tab.send(CHANGE, form=form(tab, status="in_progress"))
        await tab.until(DeskRequest, "shown", lambda shown: shown["status"] == "Being worked on")

    scene(look)


def test_an_open_page_tells_what_others_do(scene: Play) -> None:
    async def look(room: Room) -> None:
        token = make_manage_token()
        reference = arrives(room.portal, manage_token=token)
        other = arrives(room.portal)
        ana, bo = await opened(room, reference), await opened(room, reference, name="Bo")
        ana.send(CHANGE, form=form(ana, status="in_progress"))
        await bo.until(DeskRequest, "changed", "Just changed: Being worked on (Ana).")
        assert bo.show(DeskRequest, "shown")["status"] == "Being worked on"
        add_comment(
            store=room.portal.requests,
            reference=reference,
            by=Holder(token),
            text="It has grown.",
            now=room.portal.now(),
        )
        await bo.until(DeskRequest, "shown", lambda shown: shown["history"][0]["text"] == "It has grown.")
        said = bo.show(DeskRequest, "changed")
        assert said == "Just changed: Comment from the person who reported it."
        assert ana.show(DeskRequest, "changed") != "Just changed: Being worked on (Ana).", (
            "it was her own doing"
        )
        change_status(
            store=room.portal.requests,
            reference=other,
            by=Staff(room.person().id),
            to=Status.FIXED,
            note="",
            now=room.portal.now(),
        )
        bo.send(NOTE, form={"note": "Seen.", "key": bo.show(DeskRequest, "key")})
        await bo.until(DeskRequest, "done", "Your note has been added.")
        assert bo.show(DeskRequest, "changed") == "", "what happens elsewhere is not told here"

    scene(look)


SHOW = name_of(DeskRequest.show)
HIDE = name_of(DeskRequest.hide)


def with_photo(portal: Portal) -> str:
    receipt = send(portal.requests, now=portal.now(), service_code="question", media=[{"sha256": "a" * 64}])
    photo: dict[str, Any] = {"content": "b" * 64, "width": 1, "height": 1}
    photo_stored(store=portal.requests, request_id=receipt.id, sha256="a" * 64, now=portal.now(), **photo)
    return receipt.reference


def outside(portal: Portal, reference: str) -> tuple[str, int]:
    """The description and the number of photos that everybody sees."""
    with read(portal.engine) as connection:
        loaded = public_request(connection, reference)
    assert loaded is not None
    service = portal.city.service(loaded.request.service_code)
    seen = public_view(loaded.request, loaded.updates, loaded.photos, service)
    return seen.description, len(seen.photos)


def test_showing_and_hiding_what_was_written_and_photographed(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = with_photo(room.portal)
        tab, other = await opened(room, reference), await opened(room, reference, name="Ben")
        shown = tab.show(DeskRequest, "shown")
        assert shown["everything"]["note"] == "Not looked at yet. Nobody outside sees it."
        photo = shown["pictures"][0]["seen"]["parts"]
        tab.send(SHOW, parts=shown["everything"]["parts"])
        await tab.until(DeskRequest, "decided", "Shown to everybody: Words · Photo 1")
        await tab.until_done()
        assert outside(room.portal, reference) == ("A deep hole in front of the school.", 1)
        await other.until(DeskRequest, "changed", lambda said: "Words · Photo 1 (Ana)" in said)
        other.send(HIDE, parts=photo)
        await other.until(DeskRequest, "decided", "Hidden from everybody: Photo 1")
        assert outside(room.portal, reference) == ("A deep hole in front of the school.", 0)
        await tab.until(DeskRequest, "changed", lambda said: "Photo 1 (Ben)" in said)
        assert tab.show(DeskRequest, "shown")["pictures"][0]["seen"]["note"] == "Hidden from everybody"
        tab.send(HIDE, parts=photo)
        await tab.until(DeskRequest, "decided", "Nothing was changed.")
        tab.send(SHOW, parts=photo)
        await tab.until(DeskRequest, "decided", "Shown to everybody: Photo 1")
        assert outside(room.portal, reference)[1] == 1
        assert [kind for kind, _, _ in history(room.portal, reference)][-3:] == ["shown", "hidden", "shown"]
        lines = tab.show(DeskRequest, "shown")["history"]
        assert [line["who"] for line in lines[:3]] == ["Ana", "Ben", "Ana"]

    scene(look)


def test_what_came_meanwhile_is_not_shown_with_the_rest(scene: Play) -> None:
    async def look(room: Room) -> None:
        token = make_manage_token()
        reference = arrives(room.portal, service_code="question", manage_token=token)
        tab = await opened(room, reference)
        parts = tab.show(DeskRequest, "shown")["everything"]["parts"]
        changes: dict[str, Any] = {"store": room.portal.requests, "now": room.portal.now()}
        add_comment(reference=reference, by=Holder(token), text="Maria did it.", **changes)
        tab.send(SHOW, parts=parts)
        await tab.until(DeskRequest, "decided", "Shown to everybody: Words")
        shown = tab.show(DeskRequest, "shown")
        comment = next(line for line in shown["history"] if line["text"] == "Maria did it.")
        assert comment["seen"]["note"] == "Not looked at yet. Nobody outside sees it."
        tab.send(HIDE, parts=["request"])
        await tab.until(DeskRequest, "decided", "Hidden from everybody: Words")
        assert tab.show(DeskRequest, "shown")["new"] == comment["seen"]["parts"]

    scene(look)


def test_a_type_that_shows_nothing_has_nothing_to_decide(scene: Play) -> None:
    async def look(room: Room) -> None:
        tab = await opened(room, arrives(room.portal, service_code="noise"))
        everything = tab.show(DeskRequest, "shown")["everything"]
        assert everything == {"note": "This type of report never shows it to the public.", "parts": []}

    scene(look)


def test_nonsense_shows_and_hides_nothing(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = with_photo(room.portal)
        tab = await opened(room, reference)
        for parts in (None, "request", [1], [None], ["photo:" + "c" * 64], ["x" * 1000], ["request"] * 1000):
            tab.send(SHOW, parts=parts)
            tab.send(HIDE, parts=parts)
        await tab.until_done()
        assert outside(room.portal, reference) == ("", 0)
        assert [kind for kind, _, _ in history(room.portal, reference)] == ["submitted"]

    scene(look)


def test_a_colleagues_first_note_appears_at_once(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        ana, noor = await opened(room, reference), await opened(room, reference, name="Noor")
        ana.send(NOTE, form={"note": "ask the bureau", "key": ana.show(DeskRequest, "key")})
        await noor.until(DeskRequest, "shown", lambda shown: shown["history"][0]["text"] == "ask the bureau")
        assert "Ana" in noor.show(DeskRequest, "changed")

    scene(look)
