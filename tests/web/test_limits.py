"""One network cannot bury the desk, and people who share one are not locked out."""

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp

from app.routes import url
from app.web import limits as limits_module
from app.web.limits import RATES, Limits, Rate, network_of
from tests.factories import frozen, report
from tests.web.devices import Sender, browsing, make_photo


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
def limits(clock: Clock) -> Limits:
    return Limits(clock=clock)


def test_a_hall_full_of_people_behind_one_address_can_report_at_the_same_moment(limits: Limits) -> None:
    assert all(limits.take("report", "203.0.113.9") == 0 for _ in range(100))
    photos = 100 * 5
    assert all(limits.take("upload", "203.0.113.9", count=4) == 0 for _ in range(photos))


def test_beyond_that_it_says_how_long_to_wait_and_then_it_goes_on(limits: Limits, clock: Clock) -> None:
    while not (wait := limits.take("report", "203.0.113.9")):
        pass
    assert wait == pytest.approx(60 / RATES["report"].per_minute)
    clock.now += wait
    assert limits.take("report", "203.0.113.9") == 0
    assert limits.take("report", "203.0.113.9") > 0


def test_a_quiet_network_has_everything_again_and_never_more(limits: Limits, clock: Clock) -> None:
    def all_that_is_left() -> int:
        taken = 0
        while limits.take("report", "203.0.113.9") == 0:
            taken += 1
        return taken

    assert all_that_is_left() == RATES["report"].at_once
    clock.now += 24 * 3600
    assert all_that_is_left() == RATES["report"].at_once


def test_networks_and_kinds_do_not_share(limits: Limits) -> None:
    while not limits.take("report", "203.0.113.9"):
        pass
    assert limits.take("report", "203.0.113.10") == 0
    assert limits.take("change", "203.0.113.9") == 0


def test_its_memory_has_an_end(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "MOST_NETWORKS", 10)
    while not limits.take("report", "busy"):
        pass
    for number in range(50):
        limits.take("report", str(number))
        assert limits.take("report", "busy") > 0
    assert len(limits._buckets) == 10


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 200)), max_size=60))
def test_over_any_time_no_more_than_the_rate_allows_goes_through(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    limits, rate, taken, start = Limits(clock=clock), RATES["report"], 0, clock.now
    for seconds, count in steps:
        clock.now += seconds
        if limits.take("report", "n", count=count) == 0:
            taken += count
    assert taken <= rate.at_once + (clock.now - start) * rate.per_minute / 60 + 1e-6


def request_from(host: str | None, **headers: str) -> Request:
    raw = Headers({name.replace("_", "-"): value for name, value in headers.items()}).raw
    client = None if host is None else (host, 1)
    return Request({"type": "http", "method": "PUT", "headers": raw, "client": client})


NETWORKS = [
    ("203.0.113.9", {}, "203.0.113.9"),
    ("2001:db8:1:2:3:4:5:6", {}, "2001:db8:1:2::/64"),
    ("2001:db8:1:2:ffff::1", {}, "2001:db8:1:2::/64"),
    ("::ffff:203.0.113.9", {}, "203.0.113.9"),
    ("192.168.1.20", {}, "192.168.1.20"),
    ("192.168.1.1", {"x_forwarded_for": "1.2.3.4"}, None),
    ("9.9.9.9", {"x_forwarded_for": "1.2.3.4"}, "9.9.9.9"),
    ("127.0.0.1", {}, None),
    ("::1", {}, None),
    ("testclient", {}, None),
    (None, {}, None),
]


@pytest.mark.parametrize(("host", "headers", "network"), NETWORKS)
def test_a_network_is_an_address_or_the_half_of_one(
    host: str | None, headers: dict[str, str], network: str | None
) -> None:
    assert network_of(request_from(host, **headers)) == network


# --- through the doors --------------------------------------------------------------------------------------

HALL = ("203.0.113.9", 4711)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "report", Rate(at_once=2, per_minute=1))
    monkeypatch.setitem(RATES, "upload", Rate(at_once=3, per_minute=1))


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


@pytest.mark.usefixtures("narrow")
def test_somebody_on_the_same_machine_is_not_limited(app: ASGIApp) -> None:
    async def conversation() -> set[int]:
        async with browsing(app) as browser:
            answers = []
            for _ in range(5):
                fields = report()
                path, headers = url("submit", id=str(fields["id"])), {"content-type": "application/json"}
                answers.append(await browser.put(path, content=frozen(fields), headers=headers))
            return {answer.status_code for answer in answers}

    assert asyncio.run(conversation()) == {201}
