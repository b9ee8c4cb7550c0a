"""One network cannot bury the desk, and people who share one are not locked out."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from itertools import count, repeat
from time import thread_time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp

from app.db.threads import working
from app.http import buckets
from app.http.buckets import MemoryBuckets, Rate
from app.http.built import Build
from app.http.guard import STEP_BYTES
from app.http.limits import RATES, Limits, network_of
from app.http.portal import Portal
from app.http.security import guarded
from app.kit import meter
from app.kit.networks import wider_network
from app.maps.themes import Theme
from app.maps.web import Maps, TileLayer
from app.routes import url
from app.site.site import site
from tests.devices import Sender, browsing, make_photo
from tests.factories import frozen, report


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> "Counted":
    return Counted(clock)


class Counted:
    """Limits, for tests that wait for nothing."""

    def __init__(self, clock: Clock) -> None:
        self.buckets = MemoryBuckets(clock)
        self._limits = Limits(self.buckets)

    def spend(self, kind: str, network: str, *, count: float = 1) -> float:
        return asyncio.run(self._limits.spend(kind, network, count=count))

    def wait(self, kind: str, network: str, *, count: float = 1) -> float:
        return asyncio.run(self._limits.wait(kind, network, count=count))

    def charge(self, kind: str, network: str, count: float) -> None:
        asyncio.run(self._limits.charge(kind, network, count))

    def all_that_is_left(self, kind: str, networks: Iterable[str]) -> int:
        """How many of these may still come."""

        async def many() -> int:
            for taken, network in enumerate(networks):
                if await self._limits.spend(kind, network) > 0:
                    return taken
            raise AssertionError("there is no end")

        return asyncio.run(many())


def test_a_hall_full_of_people_behind_one_address_can_report_at_the_same_moment(limits: Counted) -> None:
    assert all(limits.spend("report", "203.0.113.9") == 0 for _ in range(100))
    photos = 100 * 5
    assert all(limits.spend("upload", "203.0.113.9", count=4) == 0 for _ in range(photos))


def test_beyond_that_it_says_how_long_to_wait_and_then_it_goes_on(limits: Counted, clock: Clock) -> None:
    limits.all_that_is_left("report", repeat("203.0.113.9"))
    wait = limits.spend("report", "203.0.113.9")
    assert wait == pytest.approx(60 / RATES["report"].network.per_minute)
    clock.now += wait
    assert limits.spend("report", "203.0.113.9") == 0
    assert limits.spend("report", "203.0.113.9") > 0


def test_a_quiet_network_has_everything_again_and_never_more(limits: Counted, clock: Clock) -> None:
    for _ in range(2):
        assert limits.all_that_is_left("report", repeat("203.0.113.9")) == RATES["report"].network.at_once
        clock.now += 24 * 3600


def test_networks_and_kinds_do_not_share(limits: Counted) -> None:
    limits.all_that_is_left("report", repeat("203.0.113.9"))
    assert limits.spend("report", "203.0.113.10") == 0
    assert limits.spend("change", "203.0.113.9") == 0


@pytest.mark.parametrize("pattern", ["2001:db8:1:{0:x}::/64", "203.0.113.{0}"])
def test_who_rents_many_networks_is_counted_as_one(limits: Counted, pattern: str) -> None:
    many = (pattern.format(number % 250) for number in count())
    assert limits.all_that_is_left("report", many) == RATES["report"].wider.at_once
    other = pattern.replace("db8:1:", "db8:2:").replace("203.0.113", "203.0.114")
    assert limits.spend("report", other.format(7)) == 0
    assert limits.spend("map", pattern.format(7)) == 0


def test_everybody_together_is_counted_too(limits: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "report", replace(RATES["report"], in_all=Rate(at_once=500, per_minute=60)))
    everywhere = (f"{number >> 8}.{number & 255}.1.1" for number in count(256))
    assert limits.all_that_is_left("report", everywhere) == 500
    refused = limits.spend("report", "203.0.113.9")
    assert 0 < refused <= 1
    assert limits.wait("report", "203.0.113.9", count=0) == 0, "who was refused has used nothing up"


def test_the_numbers_of_wider_networks_are_wider() -> None:
    for kind in RATES.values():
        rates = (kind.network, kind.wider, kind.in_all)
        for get in (lambda rate: rate.at_once, lambda rate: rate.per_minute):
            one, wider, everybody = map(get, rates)
            assert 3 * one <= wider <= everybody


def test_what_was_used_before_it_was_known_is_paid_back(limits: Counted, clock: Clock) -> None:
    rate = RATES["work"].network
    limits.charge("work", "203.0.113.9", rate.at_once + 1)
    wait = limits.wait("work", "203.0.113.9", count=0)
    assert wait == pytest.approx(60 / rate.per_minute)
    limits.charge("work", "203.0.113.9", 1e9)
    clock.now += 60 * rate.at_once / rate.per_minute
    assert limits.wait("work", "203.0.113.9", count=0) == 0, "nobody is kept out for ever"


def test_its_memory_has_an_end(limits: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "MOST_BUCKETS", 10)
    limits.all_that_is_left("report", repeat("busy"))
    for number in range(50):
        limits.spend("report", str(number))
        limits.charge("report", "busy", 0)
        assert limits.spend("report", "busy") > 0
    assert len(limits.buckets) == 10


def test_who_is_refused_takes_no_memory(limits: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "report", replace(RATES["report"], in_all=Rate(at_once=0, per_minute=60)))
    for number in range(50):
        assert limits.spend("report", f"203.0.113.{number}") > 0
    assert len(limits.buckets) == 0


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 200)), max_size=60))
def test_over_any_time_no_more_than_the_rate_allows_goes_through(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    limits, rate, start = Limits(clock=clock), RATES["report"].network, clock.now

    async def go() -> int:
        taken = 0
        for seconds, weight in steps:
            clock.now += seconds
            if await limits.spend("report", "n", count=weight) == 0:
                taken += weight
        return taken

    taken = asyncio.run(go())
    assert taken <= rate.at_once + (clock.now - start) * rate.per_minute / 60 + 1e-6


def request_from(host: str | None, **headers: str) -> Request:
    raw = Headers({name.replace("_", "-"): value for name, value in headers.items()}).raw
    client = None if host is None else (host, 1)
    return Request({"type": "http", "method": "PUT", "headers": raw, "client": client})


NETWORKS = [
    ("203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
    ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
    ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
    ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
    ("192.168.1.20", "192.168.1.20", "192.168.1.0/24"),
    ("10.1.2.3", "10.1.2.3", "10.1.2.0/24"),
    ("127.0.0.1", "127.0.0.1", "127.0.0.0/24"),
    ("::1", "::/64", "::/48"),
    ("testclient", "testclient", "testclient"),
    ("", "unknown", "unknown"),
    (None, "unknown", "unknown"),
]


@pytest.mark.parametrize(("host", "network", "wider"), NETWORKS)
@pytest.mark.parametrize("headers", [{}, {"x_forwarded_for": "1.2.3.4"}])
def test_everybody_belongs_to_a_network_private_or_not(
    host: str | None, network: str, wider: str, headers: dict[str, str]
) -> None:
    found = network_of(request_from(host, **headers))
    assert (found, wider_network(found)) == (network, wider)


# --- through the doors --------------------------------------------------------------------------------------

HALL = ("203.0.113.9", 4711)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "report", replace(RATES["report"], network=Rate(at_once=2, per_minute=1)))
    monkeypatch.setitem(RATES, "report", replace(RATES["report"], wider=Rate(at_once=4, per_minute=1)))
    monkeypatch.setitem(RATES, "upload", replace(RATES["upload"], network=Rate(at_once=3, per_minute=1)))


@pytest.mark.usefixtures("narrow")
def test_a_device_is_told_when_to_come_again_and_loses_nothing(app: ASGIApp) -> None:
    async def conversation() -> list[httpx.Response]:
        async with browsing(app, client=HALL) as browser:
            return [
                await browser.put(
                    url("submit", id=str(fields["id"])),
                    content=frozen(fields),
                    headers={"content-type": "application/json", "accept": "*/*"},
                )
                for fields in (report(), report(), report())
            ]

    *accepted, late = asyncio.run(conversation())
    assert [answer.status_code for answer in accepted] == [201, 201]
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 60
    assert late.json()["message"]


@pytest.mark.usefixtures("narrow")
def test_a_browser_without_script_gets_a_page(app: ASGIApp) -> None:
    async def conversation() -> list[httpx.Response]:
        async with browsing(app, client=HALL) as browser:
            path = url("report_form", locale="en", service_code="dragons")
            headers = {"accept": "text/html,*/*;q=0.8"}
            return [await browser.post(path, data={"a": "b"}, headers=headers) for _ in range(3)]

    *_, late = asyncio.run(conversation())
    assert late.status_code == 429
    assert late.headers["content-type"].startswith("text/html")
    assert "retry-after" in late.headers
    assert "still there" in late.text


@pytest.mark.usefixtures("narrow")
def test_steps_count_by_their_weight_and_asking_is_free(app: ASGIApp) -> None:
    photo = make_photo(side=600)
    sender = Sender(photo)
    assert len(photo) > 3 * 64 * 1024

    async def conversation() -> list[int]:
        async with browsing(app, client=HALL) as browser:
            await sender.send_text(browser)
            assert {(await sender.head(browser, photo)).status_code for _ in range(10)} == {200}
            return [
                (await sender.patch(browser, photo, 0, step=2 * 64 * 1024)).status_code,
                (await sender.patch(browser, photo, 2 * 64 * 1024, step=2 * 64 * 1024)).status_code,
                (await sender.patch(browser, photo, 2 * 64 * 1024)).status_code,
            ]

    assert asyncio.run(conversation()) == [204, 429, 204]


PRIVATE_ADDRESSES = [
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.1.20",
    "172.16.0.9",
    "fd00::1",
    "169.254.1.1",
    "testclient",
]


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("forwarded", [{}, {"x-forwarded-for": "203.0.113.9"}])
@pytest.mark.parametrize("host", PRIVATE_ADDRESSES)
def test_no_address_is_free_of_limits(app: ASGIApp, host: str, forwarded: dict[str, str]) -> None:
    assert reports_taken(app, [forwarded] * 4, host=host) == [201, 201, 429, 429]


@pytest.mark.usefixtures("narrow")
def test_behind_a_counted_proxy_visitors_are_counted_apart_private_ones_too(
    portal: Portal, build: Build
) -> None:
    app = guarded(site(portal, build), portal.settings.model_copy(update={"trusted_proxies": 1}))
    for address in ("10.1.2.3", "203.0.113.9", "2001:db8::1"):
        assert reports_taken(app, [{"x-forwarded-for": f"6.6.6.6, {address}"}] * 3) == [201, 201, 429]


@pytest.mark.usefixtures("narrow")
def test_a_rented_block_of_addresses_is_counted_as_one(portal: Portal, build: Build) -> None:
    app = guarded(site(portal, build), portal.settings.model_copy(update={"trusted_proxies": 1}))
    rented = [{"x-forwarded-for": f"2001:db8:7:{number:x}::1"} for number in range(8)]
    assert reports_taken(app, rented) == [201] * 4 + [429] * 4
    assert reports_taken(app, [{"x-forwarded-for": "2001:db8:8::1"}]) == [201]


def test_an_uncounted_proxy_is_said_once(
    portal: Portal, build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    for proxies, said in ((0, 1), (1, 0)):
        caplog.clear()
        app = guarded(site(portal, build), portal.settings.model_copy(update={"trusted_proxies": proxies}))
        reports_taken(app, [{}, {"x-forwarded-for": "203.0.113.9"}, {"x-forwarded-for": "203.0.113.10"}])
        lines = [record.getMessage() for record in caplog.records if record.name == "portal.proxies"]
        assert len(lines) == said
        assert not any("203.0.113" in line for line in lines)


def reports_taken(app: ASGIApp, headers: list[dict[str, str]], *, host: str = "192.0.2.1") -> list[int]:
    """Send a report with each of these headers; returns the statuses."""

    async def conversation() -> list[int]:
        statuses = []
        async with browsing(app, client=(host, 1)) as browser:
            for one in headers:
                fields = report()
                path, kind = url("submit", id=str(fields["id"])), {"content-type": "application/json"}
                answer = await browser.put(path, content=frozen(fields), headers={**kind, **one})
                statuses.append(answer.status_code)
        return statuses

    return asyncio.run(conversation())


# --- what really comes, and what it really costs ------------------------------------------------------------


async def in_pieces(data: bytes, *, size: int = 16 * 1024) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("lie", [{}, {"content-length": "1"}, {"content-length": "0"}])
def test_steps_count_by_what_comes_and_not_by_what_they_say(app: ASGIApp, lie: dict[str, str]) -> None:
    photo = make_photo(side=900)
    sender = Sender(photo)
    assert len(photo) > 8 * STEP_BYTES

    async def conversation() -> tuple[int, int]:
        async with browsing(app, client=HALL) as browser:
            await sender.send_text(browser)
            data = photo[: 8 * STEP_BYTES]
            headers = {**sender.headers(photo, 0), **lie}
            answer = await browser.patch(sender.path(photo), content=in_pieces(data), headers=headers)
            assert int(answer.headers["retry-after"]) > 0
            offset = (await sender.head(browser, photo)).headers["upload-offset"]
            return answer.status_code, int(offset)

    assert asyncio.run(conversation()) == (429, 0)


@pytest.mark.usefixtures("narrow")
def test_a_form_counts_by_what_comes_and_its_words_never_wait_for_photos(app: ASGIApp, build: Build) -> None:
    build.templates["import_reports"] = "{{ error }}"

    async def conversation() -> list[int]:
        async with browsing(app, client=HALL) as browser:
            path = url("import_reports", locale="en")
            kind = {"content-type": "multipart/form-data; boundary=x"}
            part = b'--x\r\ncontent-disposition: form-data; name="copy"; filename="c"\r\n\r\n'
            heavy = part + bytes(8 * STEP_BYTES) + b"\r\n--x--\r\n"
            statuses = [
                (await browser.post(path, content=in_pieces(heavy), headers=kind)).status_code
                for _ in range(2)
            ]
            words = await browser.post(path, files={"description": (None, "words")})
            return [*statuses, words.status_code]

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RATES, "report", replace(RATES["report"], network=Rate(at_once=9, per_minute=1)))
        patch.setitem(RATES, "form", replace(RATES["form"], network=Rate(at_once=9, per_minute=1)))
        read_whole, stopped, words = asyncio.run(conversation())
    assert (read_whole, stopped, words) == (422, 429, 422)


def test_processor_time_is_counted_whatever_the_request_says(
    portal: Portal, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "work", replace(RATES["work"], network=Rate(at_once=1, per_minute=60)))
    app = guarded(site(portal, build), portal.settings)

    def toil(maps: Maps, locale: str) -> dict[Theme, TileLayer]:
        meter.add(3.0)
        return {}

    async def conversation() -> list[int]:
        async with browsing(app, client=HALL) as browser:
            path = url("map_layers")
            before = (await browser.get(path)).status_code
            monkeypatch.setattr(Maps, "layers", toil)
            dear = (await browser.get(path)).status_code
            after = await browser.get(path)
            assert int(after.headers["retry-after"]) in (1, 2)
            fields = report()
            words = await browser.put(
                url("submit", id=str(fields["id"])),
                content=frozen(fields),
                headers={"content-type": "application/json"},
            )
            return [before, dear, after.status_code, words.status_code]

    assert asyncio.run(conversation()) == [200, 200, 429, 201]
    assert reports_taken(app, [{}]) == [201]


def test_the_meter_counts_work_in_threads_and_nothing_else() -> None:
    def burn() -> None:
        end = thread_time() + 0.05
        while thread_time() < end:
            pass

    async def one(times: int) -> float:
        with meter.measuring() as measured:
            for _ in range(times):
                await working(burn)
            await asyncio.sleep(0.01)
        return measured.seconds

    async def both() -> tuple[float, float]:
        return await asyncio.gather(one(1), one(3))

    light, heavy = asyncio.run(both())
    assert 0.05 <= light < 0.1
    assert 0.15 <= heavy < 0.3
