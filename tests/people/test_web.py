"""Signing in and out at the desk, and what of the live screens can be reached by whom. No script, no websocket."""

import asyncio
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.types import ASGIApp, Receive, Scope, Send

from app.db.tables import PEOPLE
from app.db.threads import TooBusy
from app.db.turns import Turns
from app.http.buckets import Rate
from app.http.built import Build
from app.http.limits import RATES
from app.http.portal import Portal
from app.http.security import guarded
from app.http.visit import Visit
from app.people import models as people_models
from app.people import rules as people
from app.people import web as desk
from app.people.known_devices import MOST_MARKS, parse_marks
from app.people.models import Role
from app.people.rules import create_person
from app.routes import url
from app.settings import Settings
from app.site.live import DOCUMENTS, LiveFront, LivePages, is_live_path, security_policy
from app.site.site import site
from i18n import translator
from tests.devices import ORIGIN, ask, browsing
from tests.factories import small_city

SIGN_IN = "/en/desk/sign-in/"
PASSWORD = "correct horse battery staple"
WRONG = "The email address or the password is wrong. Check both and try again."
FORM = "{{ action }}|{{ email }}|{{ error }}"
SCRIPT = "console.log('</b> & \"ñ\"')"
HTML = f'<!DOCTYPE html><html><head><script>{SCRIPT}</script><script src="/assets/entry-1a.js"></script></head></html>'


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is not what these tests are about."""
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    people._nobodys_hash.cache_clear()


@pytest.fixture
def build(build: Build) -> Build:
    """A build with the sign-in page."""
    build.templates["sign_in"] = FORM
    return build


@pytest.fixture
def ana(portal: Portal) -> str:
    """Somebody at the desk; the id."""
    return create_person(
        store=portal.people, email="ana@city.example", name="Ana", password=PASSWORD, role=Role.DESK
    ).id


def sign_in(app: ASGIApp, password: str = PASSWORD, *, path: str = SIGN_IN, **more: Any) -> httpx.Response:
    fields = {"email": " ANA@city.example", "password": password}
    return ask(app, "POST", path, data=fields, **more)


def cookies_of(answer: httpx.Response) -> dict[str, Morsel[str]]:
    """The cookies that were set, by their names."""
    set_cookies = [SimpleCookie(line) for line in answer.headers.get_list("set-cookie")]
    return {name: morsel for cookie in set_cookies for name, morsel in cookie.items()}


def cookie_of(answer: httpx.Response, name: str = "desk") -> dict[str, str]:
    """The cookie that was set, as a browser sends it back."""
    return {"cookie": f"{name}={cookies_of(answer)[name].value}"}


def person_with(portal: Portal, cookie: dict[str, str]) -> people_models.Person | None:
    scope = {"type": "http", "headers": [(b"cookie", cookie["cookie"].encode())]}
    return asyncio.run(desk.person_of_scope(portal, scope))


# --- signing in ---------------------------------------------------------------------------------------------


def test_signing_in_and_out(app: ASGIApp, portal: Portal, ana: str) -> None:
    shown = ask(app, "GET", SIGN_IN)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "private, no-store"

    answer = sign_in(app)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/desk/")
    assert answer.headers["cache-control"] == "private, no-store"
    cookie = cookie_of(answer)
    person = person_with(portal, cookie)
    assert person is not None
    assert person.id == ana
    again = ask(app, "GET", SIGN_IN, headers=cookie)
    assert again.headers["location"] == "/en/desk/", "who is signed in need not sign in"

    out = ask(app, "POST", "/es/desk/sign-out/", headers=cookie)
    assert (out.status_code, out.headers["location"]) == (303, "/es/desk/sign-in/")
    assert cookies_of(out)["desk"]["max-age"] == "0"
    assert person_with(portal, cookie) is None, "the cookie is worth nothing any more, whoever kept it"


def test_the_cookie_is_for_this_site_and_no_script(app: ASGIApp, ana: str) -> None:
    cookie = cookies_of(sign_in(app))["desk"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "strict"
    assert cookie["path"] == "/"
    assert not cookie["secure"], "over plain http a browser would throw a secure cookie away"
    assert not cookie["max-age"], "it ends with the browser"


def test_the_cookie_stays_on_encrypted_connections(portal: Portal, build: Build, ana: str) -> None:
    behind_a_proxy = Portal(
        settings=Settings(data=portal.settings.data, trusted_proxies=1),
        city=portal.city,
        engine=portal.engine,
        photos=portal.photos,
    )
    app = guarded(site(behind_a_proxy, build), behind_a_proxy.settings)
    headers = {"x-forwarded-for": "192.0.2.9", "x-forwarded-proto": "https"}
    cookies = cookies_of(sign_in(app, headers=headers))
    assert set(cookies) == {"__Host-desk", "__Host-known"}, "no other host can set these"
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert (cookie["httponly"], cookie["samesite"]) == (True, "strict")


def test_in_production_only_the_cookie_that_no_other_host_can_set_counts(
    portal: Portal, build: Build, ana: str
) -> None:
    object.__setattr__(portal, "settings", portal.settings.model_copy(update={"production": True}))
    app = guarded(site(portal, build), portal.settings)
    signed_in = sign_in(app)
    assert set(cookies_of(signed_in)) == {"__Host-desk", "__Host-known"}
    cookie = cookie_of(signed_in, "__Host-desk")
    assert person_with(portal, cookie) is not None
    assert person_with(portal, {"cookie": cookie["cookie"].replace("__Host-", "")}) is None
    out = ask(app, "POST", "/en/desk/sign-out/", headers=cookie)
    assert cookies_of(out)["__Host-desk"]["max-age"] == "0"
    assert person_with(portal, cookie) is None


def test_a_wrong_password_brings_the_form_back_with_what_can_be_kept(app: ASGIApp, ana: str) -> None:
    answer = sign_in(app, "a wrong password", path=f"/es/desk/sign-in/?next={url('desk', locale='es')}")
    action, email, error = answer.text.split("|")
    assert answer.status_code == 422
    assert action == "/es/desk/sign-in/?next=%2Fes%2Fdesk%2F"
    assert email.strip() == "ANA@city.example"
    assert error == translator("es")(WRONG) != WRONG
    assert "a wrong password" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "fields", [{}, {"email": "x"}, {"password": "x" * 5_000}, {"email": "\x00\ud7ff" * 99}]
)
def test_forms_that_nobody_filled_in(app: ASGIApp, ana: str, fields: dict[str, str]) -> None:
    answer = ask(app, "POST", SIGN_IN, data=fields)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


def test_after_too_many_tries_one_has_to_wait_but_nobody_else(app: ASGIApp, portal: Portal, ana: str) -> None:
    elsewhere = ("192.0.2.66", 1)
    for _ in range(people.FREE_FAILURES):
        assert "wrong" in sign_in(app, "a wrong password", client=elsewhere).text
    assert "too many tries" in sign_in(app, client=elsewhere).text
    assert sign_in(app, client=("192.0.2.7", 1)).status_code == 303


def test_wrong_tries_of_anybody_anywhere_do_not_keep_out_who_has_signed_in_here_before(
    app: ASGIApp, ana: str
) -> None:
    office = ("192.0.2.7", 1)
    known = cookie_of(sign_in(app, client=office), "known")
    for number in range(people.FREE_FAILURES_ELSEWHERE + people.FREE_FAILURES):
        stranger = office if number < people.FREE_FAILURES else (f"198.51.100.{number}", 1)
        sign_in(app, "a wrong password", client=stranger)
    assert "too many tries" in sign_in(app, client=office).text
    assert "too many tries" in sign_in(app, client=("203.0.113.1", 1)).text
    assert sign_in(app, client=office, headers=known).status_code == 303
    assert sign_in(app, client=("203.0.113.1", 1), headers=known).status_code == 303


def test_a_network_that_has_tried_too_often_is_no_bar_for_a_known_device(
    app: ASGIApp, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "sign_in", replace(RATES["sign_in"], network=Rate(at_once=2, per_minute=1)))
    known = cookie_of(sign_in(app), "known")
    sign_in(app)
    refused = sign_in(app)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) <= 60
    assert "too many tries" in refused.text, "on the form, where one tries again"
    assert sign_in(app, headers=known).status_code == 303


def test_the_device_stays_known_for_everybody_who_shares_it(app: ASGIApp, portal: Portal, ana: str) -> None:
    create_person(store=portal.people, email="bo@city.example", name="Bo", password=PASSWORD, role=Role.DESK)
    first = cookie_of(sign_in(app), "known")
    fields = {"email": "bo@city.example", "password": PASSWORD}
    both = cookie_of(ask(app, "POST", SIGN_IN, data=fields, headers=first), "known")
    marks = parse_marks(both["cookie"].partition("=")[2])
    for email in ("ana@city.example", "bo@city.example"):
        assert people.is_known_device(store=portal.people, email=email, marks=marks)
    cookie = cookies_of(sign_in(app))["known"]
    assert cookie["httponly"]
    assert int(cookie["max-age"]) > 300 * 24 * 3600
    assert "ana" not in cookie.value


def test_whoever_signs_in_often_pushes_nobody_elses_mark_out(app: ASGIApp, portal: Portal, ana: str) -> None:
    create_person(store=portal.people, email="bo@city.example", name="Bo", password=PASSWORD, role=Role.DESK)
    bo = {"email": "bo@city.example", "password": PASSWORD}
    known = cookie_of(ask(app, "POST", SIGN_IN, data=bo), "known")
    for _ in range(MOST_MARKS):
        known = cookie_of(sign_in(app, headers=known), "known")
    marks = parse_marks(known["cookie"].partition("=")[2])
    assert len(marks) == 2
    for email in ("ana@city.example", "bo@city.example"):
        assert people.is_known_device(store=portal.people, email=email, marks=marks)


class Bench:
    """Hashing of passwords that takes until it is told to go on, in the order in which it was begun."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[str] = []
        self.go_on = asyncio.Event()
        monkeypatch.setattr(desk, "_check_password", self._check)

    async def _check(
        self, visit: Visit, email: str, password: str, marks: list[str]
    ) -> people_models.SignedIn:
        self.begun.append(email)
        await self.go_on.wait()
        return people_models.SignedIn("t", visit.portal.now(), "p", "m")


def test_nonsense_of_one_network_takes_no_turn_from_others(
    app: ASGIApp, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = cookie_of(sign_in(app, client=("192.0.2.7", 1)), "known")
    bench, refused = Bench(monkeypatch), 40 - desk.AT_ONCE - desk.MOST_SIGNING_IN

    async def knock(host: str, email: str, headers: dict[str, str] | None = None) -> int:
        async with browsing(app, client=(host, 1)) as browser:
            fields = {"email": email, "password": "x"}
            return (await browser.post(SIGN_IN, data=fields, headers=headers)).status_code

    async def crowd() -> tuple[list[int], list[int]]:
        async with asyncio.TaskGroup() as group:
            nonsense = [
                group.create_task(knock("198.51.100.1", f"nobody{number}@city.example"))
                for number in range(40)
            ]
            while sum(task.done() for task in nonsense) < refused:
                await asyncio.sleep(0)
            staff = [
                group.create_task(knock(f"203.0.113.{number}", f"staff{number}@city.example"))
                for number in range(32)
            ]
            staff.append(group.create_task(knock("198.51.100.1", "ana@city.example", known)))
            bench.go_on.set()
        return [task.result() for task in nonsense], [task.result() for task in staff]

    nonsense, staff = asyncio.run(crowd())
    assert set(staff) == {303}
    assert nonsense.count(503) == refused


def test_who_finds_no_place_is_told_when_to_come_again(
    app: ASGIApp, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise TooBusy

    monkeypatch.setattr(Turns, "turn", full)
    answer = sign_in(app)
    assert answer.status_code == 503
    assert "Try again" in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_signing_in_anew_ends_the_earlier_sign_in(app: ASGIApp, portal: Portal, ana: str) -> None:
    first = cookie_of(sign_in(app))
    second = cookie_of(sign_in(app, headers=first))
    assert person_with(portal, first) is None
    assert person_with(portal, second) is not None


@pytest.mark.parametrize("path", [SIGN_IN, "/en/desk/sign-out/"])
@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_other_sites_can_do_neither(
    app: ASGIApp, portal: Portal, ana: str, path: str, headers: dict[str, str]
) -> None:
    cookie = cookie_of(sign_in(app))
    answer = ask(
        app, "POST", path, data={"email": "ana@city.example", "password": PASSWORD}, headers=cookie | headers
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert person_with(portal, cookie) is not None


REFERENCE = "9436619115120"


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/es/desk/", "/es/desk/"),
        ("/es/desk/?text=Ana", "/es/desk/"),
        (f"/en/desk/request/?ref={REFERENCE}", f"/en/desk/request/?ref={REFERENCE}"),
        (f"/en/desk/request/?ref={REFERENCE}&x=<b>", f"/en/desk/request/?ref={REFERENCE}"),
        ("/en/desk/request/?ref=1", "/en/desk/"),
        ("//evil.example/en/desk/", "/en/desk/"),
        ("https://evil.example/en/desk/", "/en/desk/"),
        (r"/\evil.example", "/en/desk/"),
        ("/en/desk/sign-out/", "/en/desk/"),
        ("/xx/desk/", "/en/desk/"),
        ("javascript:alert(1)", "/en/desk/"),
        ("", "/en/desk/"),
        ("[", "/en/desk/"),
        ("/" * 9_000, "/en/desk/"),
    ],
)
def test_next_leads_to_pages_of_the_desk_only(app: ASGIApp, ana: str, asked: str, leads: str) -> None:
    path = str(httpx.URL(SIGN_IN, params={"next": asked}))
    assert sign_in(app, path=path).headers["location"] == leads


# --- who may come in ----------------------------------------------------------------------------------------


def test_who_counts_as_signed_in(app: ASGIApp, portal: Portal, ana: str) -> None:
    cookie = cookie_of(sign_in(app))
    token = desk.token_in(cookie["cookie"])
    assert desk.token_in(f"a=b; {cookie['cookie']}; c=d") == token
    assert desk.signed_in_as(portal, token) == ana
    assert not desk.signed_in_as(portal, "")
    assert not desk.signed_in_as(portal, token[:-1])
    assert person_with(portal, {"cookie": "desk="}) is None
    with portal.engine.begin() as connection:
        connection.execute(PEOPLE.update().values(role="caretaker"))
    assert person_with(portal, cookie) is None, "another role is no role at the desk"
    assert not desk.signed_in_as(portal, token)
    with portal.engine.begin() as connection:
        connection.execute(PEOPLE.update().values(role="admin", active=False))
    assert person_with(portal, cookie) is None
    assert not desk.signed_in_as(portal, token)


def test_an_open_screen_does_not_keep_a_sign_in_alive(
    app: ASGIApp, portal: Portal, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = cookie_of(sign_in(app))
    token, start = desk.token_in(cookie["cookie"]), portal.now()
    for minutes, there in ((60, True), (119, True), (121, False)):
        later = start + timedelta(minutes=minutes)
        monkeypatch.setattr(Portal, "now", lambda self, later=later: later)
        assert bool(desk.signed_in_as(portal, token)) is there
    monkeypatch.setattr(Portal, "now", lambda self: start + timedelta(minutes=60))
    assert desk.person_with(portal, token) is not None, "somebody has done something"
    monkeypatch.setattr(Portal, "now", lambda self: start + timedelta(minutes=121))
    assert desk.signed_in_as(portal, token)


# --- live screens -------------------------------------------------------------------------------------------


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    """What Reflex leaves behind, in small."""
    folder = tmp_path / "client"
    (folder / "assets").mkdir(parents=True)
    for path in DOCUMENTS:
        file = folder / path.strip("/") / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HTML)
    (folder / "assets/entry-1a.js").write_text("go()")
    (folder / "assets/entry-1a.js.br").write_bytes(b"packed by Reflex")
    (folder / "assets/entry-1a.js.map").write_text("{}")
    (folder / "assets/style-2b.css").write_text("p{}")
    (folder / "404.html").write_text("not ours")
    (folder / "secret.txt").write_text("not ours")
    return folder


@pytest.fixture
def reached() -> list[str]:
    """What has come through to Reflex."""
    return []


@pytest.fixture
def live(portal: Portal, client_folder: Path, reached: list[str]) -> ASGIApp:
    """The live screens, with somebody in Reflex's place who only notes that something came."""

    async def reflex(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["type"])

    return guarded(LiveFront(portal, reflex, LivePages(client_folder, portal.city)), portal.settings)


@pytest.mark.parametrize("path", sorted(DOCUMENTS))
def test_live_documents_are_for_people_who_are_signed_in(
    live: ASGIApp, app: ASGIApp, ana: str, path: str
) -> None:
    away = ask(live, "GET", f"{path}?ref=1234")
    assert away.status_code == 303
    locale, _, _ = path[1:].partition("/")
    assert away.headers["location"] == f"/{locale}/desk/sign-in/?next={path.replace('/', '%2F')}%3Fref%3D1234"
    assert away.headers["cache-control"] == "private, no-store"
    shown = ask(live, "GET", path, headers=cookie_of(sign_in(app)))
    assert (shown.status_code, shown.text) == (200, HTML)
    assert shown.headers["cache-control"] == "private, no-store"
    assert shown.headers["x-content-type-options"] == "nosniff"
    policy = shown.headers["content-security-policy"]
    assert f"'sha256-{b64encode(sha256(SCRIPT.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_policy_names_each_inline_script_and_nothing_else() -> None:
    assert "script-src 'self';" in security_policy("<p>no script</p><script src=x>ignored</script>")
    styled = security_policy("<style>p{}</style><link rel=stylesheet href=x.css>")
    assert f"style-src 'self' 'sha256-{b64encode(sha256(b'p{}').digest()).decode()}';" in styled
    twice = security_policy("<script>a()</script><script type=module>b()</script><script>a()</script>")
    assert twice.count("sha256-") == 2


def test_assets_stay_for_ever_and_come_packed(live: ASGIApp) -> None:
    packed = ask(live, "GET", "/assets/entry-1a.js", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "br"
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    zipped = ask(live, "GET", "/assets/style-2b.css", headers={"accept-encoding": "gzip"})
    assert (zipped.headers["content-encoding"], zipped.text) == ("gzip", "p{}")
    assert zipped.headers["vary"] == "accept-encoding"
    plain = ask(live, "GET", "/assets/entry-1a.js", headers={"accept-encoding": "identity"})
    assert plain.text == "go()"


@pytest.mark.parametrize(
    "path",
    [
        *("/_event", "/_event/", "/_event/?EIO=4&transport=polling", "/assets/", "/assets/entry-1a.js.map"),
        *(
            "/assets/entry-1a.js.br",
            "/assets/../secret.txt",
            "/assets/%2e%2e/secret.txt",
            "/assets//entry-1a.js",
        ),
    ],
)
def test_nothing_else_of_reflex_is_there(live: ASGIApp, reached: list[str], path: str) -> None:
    assert ask(live, "GET", path).status_code == 404
    assert reached == []


@pytest.mark.parametrize(
    "path", ["/ping", "/_health", "/_upload", "/_all_routes", "/404", "/en/desk/sign-in/"]
)
def test_other_doors_of_reflex_are_no_live_paths(path: str) -> None:
    assert not is_live_path(path)


def test_a_forgotten_slash_and_a_wrong_method(live: ASGIApp, reached: list[str]) -> None:
    there = ask(live, "GET", "/es/desk/request?ref=12")
    assert (there.status_code, there.headers["location"]) == (308, "/es/desk/request/?ref=12")
    assert ask(live, "GET", "/es/desk").headers["location"] == "/es/desk/"
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"):
        assert ask(live, method, "/_event/").status_code == 405
    assert reached == []


def socket(app: ASGIApp, path: str = "/_event/", **headers: str) -> list[str]:
    """Knock as a browser's websocket does; what was answered before Reflex heard of it."""
    answered: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        answered.append(message["type"])

    headers = {"host": "portal.example", "origin": ORIGIN, **headers}
    raw = [(name.encode(), value.encode()) for name, value in headers.items() if value]
    scope = {"type": "websocket", "path": path, "headers": raw, "query_string": b"", "client": ("::1", 1)}

    async def knock() -> None:
        await app(scope, receive, send)

    asyncio.run(knock())
    return answered


def test_websockets_of_people_who_are_signed_in(
    live: ASGIApp, app: ASGIApp, ana: str, reached: list[str]
) -> None:
    cookie = cookie_of(sign_in(app))
    refused = ["websocket.close"]
    assert socket(live) == refused, "nobody is signed in"
    assert socket(live, cookie="desk=forged") == refused
    assert socket(live, origin="https://evil.example", **cookie) == refused
    assert socket(live, origin="null", **cookie) == refused
    assert socket(live, origin="", **cookie) == refused, "every browser says where it comes from"
    assert socket(live, "/_event/more", **cookie) == refused
    assert socket(live, "/assets/x", **cookie) == refused
    assert reached == []
    assert socket(live, **cookie) == []
    assert socket(live, "/_event", **cookie) == []
    assert reached == ["websocket", "websocket"]
    ask(app, "POST", "/en/desk/sign-out/", headers=cookie)
    assert socket(live, **cookie) == refused


def test_a_portal_that_was_never_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LivePages(tmp_path, small_city())
