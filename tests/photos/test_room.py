"""How much of the disk unfinished photos may take, and whose make way."""

import errno
from pathlib import Path

import pytest

from app.kit.ids import make_id
from app.photos import room as upload_room
from app.photos.room import UploadRoom

MB = 1024 * 1024


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UploadRoom:
    monkeypatch.setattr(upload_room, "MOST_OF_REPORT", 5 * MB)
    monkeypatch.setattr(upload_room, "MOST_OF_NETWORK", 10 * MB)
    monkeypatch.setattr(upload_room, "MOST_IN_ALL", 20 * MB)
    return UploadRoom(tmp_path)


def test_the_oldest_of_the_same_network_makes_way(room: UploadRoom) -> None:
    for number in range(10):
        assert room.reserve(f"a{number}", report=make_id(), network="a", size=MB) == []
    assert room.reserve("b", report=make_id(), network="b", size=MB) == []
    # A step more makes a file the newest.
    assert room.reserve("a0", report=make_id(), network="a", size=MB) == []
    assert room.reserve("a10", report=make_id(), network="a", size=2 * MB) == ["a1", "a2"]


def test_one_report_has_room_for_as_much_as_a_report_may_have(room: UploadRoom) -> None:
    for number in range(5):
        assert room.reserve(f"{number}", report="r", network=None, size=MB) == []
    assert room.reserve("other", report="s", network=None, size=MB) == []
    assert room.reserve("6", report="r", network=None, size=MB) == ["0"]


def test_when_the_room_for_all_is_full_the_network_with_the_most_makes_way(room: UploadRoom) -> None:
    for number in range(9):
        room.reserve(f"a{number}", report=make_id(), network="a", size=MB)
    for network in ("b", "c"):
        for number in range(5):
            room.reserve(f"{network}{number}", report=make_id(), network=network, size=MB)
    assert room.reserve("d", report=make_id(), network="d", size=3 * MB) == ["a0", "a1"]


def test_what_is_whole_never_makes_way_and_then_there_is_no_room(room: UploadRoom) -> None:
    for number in range(9):
        room.reserve(f"a{number}", report=make_id(), network="a", size=MB, whole=True)
    room.reserve("part", report=make_id(), network="a", size=MB)
    for _ in range(2):  # and nothing has changed by it
        with pytest.raises(OSError, match="unfinished") as caught:
            room.reserve("one more", report=make_id(), network="a", size=2 * MB)
        assert caught.value.errno == errno.EDQUOT
    assert room.reserve("one more", report=make_id(), network="a", size=MB) == ["part"]
    room.release("a0")
    assert room.reserve("another", report=make_id(), network="a", size=MB) == []


def test_very_small_files_have_an_end_too(room: UploadRoom) -> None:
    made_way = [room.reserve(f"{number}", report=make_id(), network="a", size=1) for number in range(200)]
    assert sum(map(len, made_way)) == 200 - 10 * MB // upload_room.LEAST


def test_what_lies_there_from_before_counts_and_makes_way_first(room: UploadRoom, tmp_path: Path) -> None:
    (tmp_path / f"{make_id()}-{'0' * 64}.part").write_bytes(bytes(3 * MB))
    after_restart = UploadRoom(tmp_path)
    for number in range(9):
        assert after_restart.reserve(f"a{number}", report=make_id(), network="a", size=MB) == []
        assert after_restart.reserve(f"b{number}", report=make_id(), network="b", size=MB) == (
            [] if number < 8 else ["a0"]
        )
