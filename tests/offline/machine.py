"""What can happen between phones and the city, in any order; and what must hold whatever happens.

Hypothesis makes up sequences and shrinks one that fails to the fewest steps, which it prints as Python.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from app.moderation.rules import hide, show
from app.requests.statuses import Status
from app.requests.store import RequestStore
from app.retention.rules import dispose
from app.retention.schedule import Kept
from tests.devices import make_photo
from tests.factories import report
from tests.offline.city import STORE, CityServer
from tests.offline.phones import Phones

Result = TypeVar("Result")

HOUR = 3_600_000
YEAR = 365 * 24 * HOUR
# Small ones, one that takes two steps of 64 KiB, and two that no computer can read.
PHOTOS = [
    *(make_photo(seed, side=16) for seed in range(3)),
    make_photo(9, side=300),
    b"\xff\xd8\xff\xe0 no photo at all",
    b"%PDF-1.7",
]
HASHES = [sha256(photo).hexdigest() for photo in PHOTOS]
UNREADABLE = set(HASHES[4:])
PORTALS = [
    f"portal:{kind}"
    for kind in (
        *("page", "json", "redirect", "forbidden", "denied", "missing", "wanted"),
        *("okay", "unauthorized", "blocked", "unknown", "gone", "invalid", "empty", "list", "further"),
    )
]
FAULTS = [
    *["", "", "", "", "", "", "lost", "lost", "cut", "half", "changed", "twice", "unreachable", "removed"],
    *["hanging", "hanging:after", "busy:", "busy:1200"],
    *["dying:before", "dying:photo", "dying:after", "dying:2", "dying:6", "dying:worker"],
    *PORTALS,
]
STRANGE = [
    f"strange:{status}-{body}"
    for status in (200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503)
    for body in (
        *("ok", "gateway", "foreign", "html", "empty", "null"),
        *("short", "long", "foreigners", "nulls", "echo"),
    )
]
"""Somebody on the way answers: which status, and whose words (device.mjs)."""
FAULT = st.one_of(st.sampled_from(FAULTS), st.sampled_from(FAULTS), st.sampled_from(STRANGE))
EVENTS = [
    "reboot",
    "freeze",
    "city down",
    "city up",
    "replay",
    *("lose", "spoil"),
    *(f"jump {years * YEAR}" for years in (-30, -1, 1, 30)),
    *(f"elapse {ms}" for ms in (1_000, 60_000, HOUR, 15 * 24 * HOUR)),
    *("costly yes", "costly "),
    *(f"portal {kind}" for kind in ("", *PORTALS)),
]
CITY = [
    *("backup", "backup", "restore", "restore"),
    *(f"store {how}" for how in ("refuses", "hangs", "forgets", "")),
    *("hide", "hide", "show", "erase", "dispose", "photos"),
]
"""What the city does: backups, its photo store, and what staff decide."""
DISPOSALS = {"erase": Kept.CONTACT, "dispose": Kept.REPORT, "photos": Kept.PHOTOS}
PHONE = st.fixed_dictionaries(
    {
        "locks": st.sampled_from([True, True, False]),
        "costly": st.sampled_from([False, False, True]),
        "storage": st.sampled_from([True, True, True, False]),
    }
)
REPORT = st.fixed_dictionaries(
    {
        "phone": st.integers(0, 2),
        "chosen": st.lists(st.integers(0, len(PHOTOS) - 1), max_size=3),
        "email": st.sampled_from([*["ana@mail.example"] * 5, "ana"]),
        "taken": st.booleans(),
        "only_a_draft": st.sampled_from([*[False] * 5, True]),
        "full": st.sampled_from([*[False] * 5, True]),
        "crash": st.sampled_from([*[None] * 6, 1, 2, 3, 4]),
    }
)
"""taken: the reference number happens to be somebody else's. full: the disk, when it is sent. crash: after how many
steps of its code the page dies."""
QUIET: dict[str, Any] = {"now": False, "twice": False, "faults": [], "crash": None, "full": False}
"""A timer of every open page flushes, and all goes well; whoever opens a page does more."""
PROGRESS = ["", "draft", "queued", "accepted", "done"]

counts: Counter[str] = Counter()
"""What all sequences of this process did, for benchmarks."""


def run(city: CityServer, phones: Phones, *, sequences: int, seed: int | None = None, **more: Any) -> None:
    """Try so many sequences. Raises AssertionError at a violation; the shortest way to it is printed.

    seed: without it the choice is that of the profile. more: settings of Hypothesis.
    """
    here = sequence(city, phones)
    how = settings(
        max_examples=sequences,
        stateful_step_count=14,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    try:
        run_state_machine_as_test(here if seed is None else seeded(seed)(here), settings=how)
    except Flaky as flaky:
        # A race that went wrong once and then never again: Hypothesis has nothing to show, but we have.
        raise AssertionError("\n".join(here.violations)) from flaky


def sequence(city: CityServer, phones: Phones) -> "type[Sequence]":
    """Sequences between this city and these phones."""

    class Here(Sequence):
        pass

    Here.city, Here.phones, Here.violations = city, phones, []
    return Here


@dataclass
class Report:
    """What the person knows of a report, and what the test knows of its photos."""

    phone: int
    id: str
    token: str
    reference: str
    text: str
    photos: list[str]
    """Hashes, in the order they were chosen."""
    chosen: list[int] = field(default_factory=list)
    digest: str = ""
    """Of what was frozen last; empty while it never was."""
    valid: bool = True
    removed: bool = False
    damaged: set[str] = field(default_factory=set)
    """Photos whose bytes the phone itself has lost or changed."""
    best: str = ""
    """The furthest state that the person was shown."""
    disk: str = ""
    """The furthest state on the disk of the phone. Only a page that is still open knows of more."""
    received: bool = False
    """Whether the person was told that the city has it."""
    lost: bool = False
    """Whether the city has lost it, and the phone has not brought it back yet."""
    shaken: bool = False
    """Whether the city has lost something of it, or disposed of it: on the phone it may take steps once more."""
    erased: bool = False
    disposed: bool = False
    hidden: set[str] = field(default_factory=set)
    """Hashes of the photos that staff have hidden; empty for the words."""
    photos_gone: set[str] = field(default_factory=set)
    """Hashes of the photos that staff have disposed of."""

    @property
    def held(self) -> bool:
        """Whether only the memory of a page knows how far it has come: it falls back when the page is gone."""
        return self.best != self.disk


class Sequence(RuleBasedStateMachine):
    """One to three phones, a city, and everything between them."""

    city: CityServer
    phones: Phones
    violations: list[str]
    number = 0

    def __init__(self) -> None:
        super().__init__()
        Sequence.number += 1
        counts["sequences"] += 1
        self.reports: list[Report] = []
        self.told: list[str] = []
        self.count = 0
        self.sound = self.up = True
        self.city.mend(STORE)
        self.city.start()
        self.city.forget_backups()
        self.last = self.city.last()

    @initialize(
        phones=st.lists(PHONE, min_size=1, max_size=3), first=st.lists(REPORT, min_size=1, max_size=2)
    )
    def begin(self, phones: list[dict[str, bool]], first: list[dict[str, Any]]) -> None:
        self.count = len(phones)
        self.do("world", city=self.city.url, phones=phones)
        for one in first:
            self.write(one)

    # --- what people do -------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.reports) < 6)
    @rule(new=REPORT)
    def report(self, new: dict[str, Any]) -> None:
        self.write(new)

    def write(self, new: dict[str, Any]) -> None:
        phone, chosen, crash = new["phone"] % self.count, new["chosen"], new["crash"]
        draft = new["only_a_draft"]
        reference = self.reports[-1].reference if new["taken"] and self.reports else ""
        crash_now = crash if draft else None
        made = self.do("write", phone=phone, chosen=chosen, reference=reference, crash=crash_now)
        text = f"Hole {len(self.reports)} of {Sequence.number} 🕳"
        photos = [HASHES[n] for n in chosen]
        one = Report(phone, made["id"], made["token"], made["reference"], text, photos, chosen)
        self.reports.append(one)
        if made["told"]:
            one.best = one.disk = "draft"
        if not draft:
            self.queue(one, new["email"], crash=crash, full=new["full"])

    def queue(self, new: Report, email: str, *, crash: int | None = None, full: bool = False) -> None:
        names = {"id": new.id, "manage_token": new.token, "reference": new.reference, "media": None}
        sent = self.do(
            "queue",
            phone=new.phone,
            id=new.id,
            names={"reference": new.reference, "token": new.token},
            fields=report(**names, description=new.text, email=email),
            chosen=new.chosen,
            crash=crash,
            full=full,
        )
        kept = self.look().get(new.id)
        if sent["told"] or (kept and kept["digest"] == sent["digest"]):
            new.digest, new.valid, new.best = sent["digest"], "@" in email, "queued"
            new.disk = kept["disk"] if kept else ""

    @rule(n=st.integers(0, 5), what=st.sampled_from(["mend", "remove", "agree"]))
    def person(self, n: int, what: str) -> None:
        """mend: correct what the city has refused, and send it again. agree: photos may cost something."""
        one = self.reports[n % len(self.reports)]
        if what == "mend":
            kept = self.look().get(one.id)
            if kept and kept["state"] == "attention":
                self.mend(one, kept["disk"])
            return
        self.do(what, phone=one.phone, id=one.id)
        one.removed |= what == "remove"

    def mend(self, one: Report, disk: str) -> None:
        if disk == "attention":
            # My requests leads to the form, which is a new page.
            self.do("leave", phone=one.phone)
        # Otherwise it can be mended only in the page that was to send it, and only if no other one can see it.
        if disk in ("attention", ""):
            self.queue(one, "ana@mail.example")

    # --- what phones do -------------------------------------------------------------------------------------

    @rule(
        n=st.integers(0, 5),
        now=st.sampled_from([True, False, "this"]),
        tabs=st.integers(1, 2),
        twice=st.booleans(),
        faults=st.one_of(st.lists(FAULT, max_size=8), st.lists(FAULT, min_size=3, max_size=8)),
        crash=st.one_of(st.none(), st.integers(1, 40)),
        full=st.sampled_from([False, False, False, False, True]),
        locked=st.sampled_from([*[False] * 11, True]),
    )
    def flush(
        self,
        n: int,
        now: bool | str,
        tabs: int,
        twice: bool,
        faults: list[str],
        crash: int | None,
        full: bool,
        locked: bool = False,
    ) -> None:
        """crash: the page dies after so many steps of its code. full: nothing can be written to its disk.
        locked: nothing can be written to the city's database.
        """
        one = self.reports[n % len(self.reports)]
        counts["locks"] += locked
        with self.city.locked() if locked else nullcontext():
            done = self.do(
                "flush",
                phone=one.phone,
                now=one.id if now == "this" else now,
                tabs=tabs,
                twice=twice,
                faults=faults,
                crash=crash,
                full=full,
            )
        self.after(done)

    @rule(
        n=st.integers(0, 2),
        faults=st.lists(FAULT, max_size=4),
        crash=st.one_of(st.none(), st.integers(1, 20)),
    )
    def ask(self, n: int, faults: list[str], crash: int | None) -> None:
        """A phone asks what has become of its reports, and brings back what the city has lost."""
        self.after(self.do("ask", phone=n % self.count, faults=faults, crash=crash))

    def after(self, done: dict[str, Any]) -> None:
        for other in self.reports:
            other.removed |= other.id in done["removed"]
        if self.up and self.city.has_died():
            counts["kills"] += 1
            self.city.start()

    @rule(n=st.integers(0, 40), what=st.sampled_from(EVENTS))
    def happens(self, n: int, what: str) -> None:
        """n: which phone, report or old request."""
        kind, _, more = what.partition(" ")
        phone, one = n % self.count, self.reports[n % len(self.reports)]
        if kind == "reboot":
            self.do("reboot", phone=phone)
        elif kind == "city":
            self.let_city(more == "up")
        elif kind in ("lose", "spoil"):
            self.damage(one, n % 3, kind)
        elif kind == "replay":
            self.do("replay", n=n)
        elif kind == "freeze":
            self.do("freeze", phone=phone)
        elif kind in ("jump", "elapse"):
            self.do(kind, phone=phone, ms=int(more))
        else:
            self.do("set", phone=phone, **{kind: more if kind == "portal" else bool(more)})

    @rule(n=st.integers(0, 5), what=st.sampled_from(CITY))
    def city_does(self, n: int, what: str) -> None:
        """n: of which report."""
        kind, _, more = what.partition(" ")
        self.told.append(f"the city: {what}")
        with self.noting():
            if kind == "backup":
                self.city.back_up()
            elif kind == "restore":
                self.restore()
            elif kind == "store":
                self.city.mend(STORE, more)
            else:
                self.decide(self.reports[n % len(self.reports)], kind)
        counts[{"backup": "backups", "restore": "restores", "store": "store"}.get(kind, "decisions")] += 1

    def restore(self) -> None:
        before = {row["id"] for row in self.city.requests_since(self.last)}
        self.city.restore()
        self.up, self.last = True, min(self.last, self.city.last())
        after = {row["id"] for row in self.city.requests_since(self.last)}
        for one in self.reports:
            one.shaken |= one.id in before
            one.lost |= one.id in before - after

    def decide(self, one: Report, kind: str) -> None:
        """Staff decide something about a report that they have."""
        rows = {row["id"]: row["reference"] for row in self.city.requests_since(self.last)}
        if one.id not in rows:
            return
        with self.city.staff() as store:
            if kind in DISPOSALS:
                self.dispose(store, one, kind)
            else:
                self.publish(store, one, kind, rows[one.id])

    def publish(self, store: RequestStore, one: Report, kind: str, reference: str) -> None:
        decision = hide if kind == "hide" else show
        decided = patiently(
            lambda: decision(store=store, reference=reference, by=None, now=datetime.now(UTC))
        )
        ids = {part.id for part in decided.parts}
        one.hidden = one.hidden | ids if kind == "hide" else one.hidden - ids

    def dispose(self, store: RequestStore, one: Report, kind: str) -> None:
        photos = set(self.city.photos_of(one.id))
        patiently(lambda: close(store, one.id))
        now = datetime.now(UTC)
        was_due = patiently(
            lambda: dispose(
                store=store,
                request_id=one.id,
                kept=DISPOSALS[kind],
                due_before=now + timedelta(days=1),
                now=now,
            )
        )
        assert was_due, "it is finished"
        one.erased |= kind == "erase"
        one.disposed |= kind == "dispose"
        one.photos_gone |= photos if kind == "photos" else set()
        one.shaken |= kind != "erase"

    def let_city(self, up: bool) -> None:
        counts["kills"] += self.up and not up
        self.up = up
        if up:
            self.city.start()
        else:
            self.city.kill()

    def damage(self, one: Report, n: int, how: str) -> None:
        """The disk of a phone loses the bytes of a photo, or changes them."""
        hit = self.do("damage", phone=one.phone, id=one.id, n=n, how=how)["photo"]
        if hit:
            one.damaged.add(hit)

    # --- what must hold -------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_and_nothing_is_there_twice(self) -> None:
        if self.count:
            with self.noting():
                self.check()

    def check(self, *, settled: bool = False) -> None:
        """settled: the phones have been told what the city has lost and what it keeps no longer."""
        rows = {row["id"]: row for row in self.city.requests_since(self.last)}
        known = {report.id: report for report in self.reports if report.digest}
        assert set(rows) <= set(known), "on the server is what nobody has sent"
        texts = [row["description"] for row in rows.values()]
        assert len(set(texts)) == len(texts), "a report is on the server twice"
        kept = self.look()
        for one in self.reports:
            self.check_server(one, rows.get(one.id))
            self.check_phone(one, kept.get(one.id), rows.get(one.id), settled)

    def check_server(self, one: Report, row: dict[str, Any] | None) -> None:
        if row is None:
            assert not one.received or one.lost or one.disposed, (
                "received, it said, but it is not on the server"
            )
            return
        one.lost = False
        assert one.valid, "the server has taken what it must refuse"
        assert (row["description"], row["digest"]) == (one.text, one.digest), "other content than was sent"
        for name, photo in self.city.photos_of(one.id).items():
            assert name in one.photos, "a photo of another report"
            assert photo["state"] != ("stored" if name in UNREADABLE else "refused"), (
                f"photo {photo['state']}"
            )
            assert photo["state"] != "stored" or self.city.has_picture(photo["content"]), (
                "the picture is gone"
            )
        self.check_decisions(one, row)

    def check_decisions(self, one: Report, row: dict[str, Any]) -> None:
        """What was taken back stays so, whatever was restored or sent again."""
        assert not one.disposed, "disposed of, but on the server again"
        if one.erased:
            there = [row[name] for name in ("first_name", "last_name", "email", "phone") if row[name]]
            assert not there, "contact details that were erased are there again"
        photos = self.city.photos_of(one.id)
        assert not one.photos_gone & set(photos), "photos that were disposed of are there again"
        looks = {"": row["look"], **{name: photo["look"] for name, photo in photos.items()}}
        shown = {name for name in one.hidden & set(looks) if looks[name] != "hidden"}
        assert not shown, "what was hidden is not hidden any more"

    def check_phone(
        self, one: Report, kept: dict[str, Any] | None, row: dict[str, Any] | None, settled: bool
    ) -> None:
        if kept is None:
            assert one.removed or one.held or not one.best, f"gone from the phone while {one.best}"
            return
        if kept["gone"]:
            assert one.disposed, "no longer kept, it says, but nobody has disposed of it"
            return
        if kept["state"] == "attention":
            assert not one.valid, "refused although nothing is wrong with it"
            assert kept["errors"], "refused without a reason"
            return
        self.check_way(one, kept)
        if kept["state"] == "queued":
            assert kept["body"] == one.digest, "another text than was sent"
        if kept["state"] != "done":
            assert set(one.photos) - one.damaged <= set(kept["photos"]), f"photos gone while {kept['state']}"
        # The phone has not heard yet what has become of it in the city.
        unheard = one.shaken and not settled
        # What it has had for long it cannot bring back any more.
        if kept["state"] in ("accepted", "done") and not unheard and (kept["body"] or not one.lost):
            assert row is not None, f"{kept['state']} on the phone, but not on the server"
            assert kept.get("reference") == row["reference"] or self.has_twin(one), (
                "another reference number than the city's"
            )
            if kept["state"] == "done":
                self.check_photos(one, kept)

    def has_twin(self, one: Report) -> bool:
        """Whether two reports bear one number: after a restore whoever comes first has it."""
        return one.shaken and [other.reference for other in self.reports].count(one.reference) > 1

    def check_way(self, one: Report, kept: dict[str, Any]) -> None:
        """A report only ever goes on. What a full disk could not note is forgotten with the page, and done again.
        And what the city has lost is sent again.
        """
        state, disk = kept["state"], kept["disk"]
        if one.valid and not one.removed and not one.shaken:
            assert one.held or PROGRESS.index(state) >= PROGRESS.index(one.best), f"{state} after {one.best}"
            assert PROGRESS.index(disk) >= PROGRESS.index(one.disk), f"on the disk {disk} after {one.disk}"
        one.best, one.disk = state, disk
        one.received |= state in ("accepted", "done")

    def check_photos(self, one: Report, kept: dict[str, Any]) -> None:
        """Of a report that the person was told is sent, photos and all."""
        there = self.city.photos_of(one.id)
        assert set(there) == set(one.photos) - one.photos_gone, "the city knows of other photos"
        for name, photo in there.items():
            told = "refused" if name in UNREADABLE else "stored"
            if photo["state"] != told:
                assert name in one.damaged, f"sent, it says, but a photo is {photo['state']}"
            if photo["state"] != "stored":
                assert kept["refused"], "a photo is missing, and nobody was told"

    def teardown(self) -> None:
        # After a failure there is nothing left to see.
        if self.count and self.sound:
            with self.noting():
                self.settle()
                counts.update(self.phones.do("counts"))
                counts["reports"] += len(self.reports)
                counts["photos"] += sum(len(report.photos) for report in self.reports)

    def settle(self) -> None:
        """With a good network, and with time, all of it arrives."""
        for phone in range(self.count):
            self.do("set", phone=phone, portal="", costly=False)
        self.city.mend(STORE)
        for _ in range(12):
            self.city.start()
            for phone in range(self.count):
                self.do("elapse", phone=phone, ms=HOUR + 1)
                self.do("flush", phone=phone, **QUIET)
                self.do("ask", phone=phone, faults=[], crash=None)
            self.check()
            kept = self.look()
            if all(self.is_settled(report, kept.get(report.id)) for report in self.reports):
                return self.check(settled=True)
        raise AssertionError(f"does not arrive: {self.reports}\n{kept}")

    def is_settled(self, one: Report, kept: dict[str, Any] | None) -> bool:
        if kept is not None and one.disposed and kept["state"] == "done":
            return bool(kept["gone"])
        return kept is None or kept["state"] in ("draft", "done" if one.valid else "attention")

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Remember what went wrong, and how it came to it."""
        self.sound = False
        try:
            yield
        except (AssertionError, RuntimeError) as violation:
            self.violations.append("\n".join([str(violation), "What the phones were told:", *self.told]))
            raise
        self.sound = True

    def look(self) -> dict[str, dict[str, Any]]:
        """What is on all phones, by id. What a page holds in its memory is newer than its disk."""
        phones = self.phones.do("look")["phones"]
        return {kept["id"]: kept for reports in phones for kept in reports}

    def do(self, command: str, **values: Any) -> dict[str, Any]:
        counts["steps"] += 1
        self.told.append(f"{command} {values}")
        with self.noting():
            done = self.phones.do(command, **values)
        counts["crashes"] += bool(done.get("died"))
        return done


def patiently(work: Callable[[], Result]) -> Result:
    """What staff do while the server may be writing; on a busy machine they come again."""
    while True:
        try:
            return work()
        except (OperationalError, WaitedTooLong):
            counts["waits"] += 1


def close(store: RequestStore, request_id: str) -> None:
    """Finish a request, so that its time can be over."""
    with store.writing() as transaction:
        request = transaction.request(request_id)
        assert request is not None
        request.status = Status.CLOSED.value
