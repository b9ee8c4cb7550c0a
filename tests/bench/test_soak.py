"""The soak says with its exit status whether anything was wrong."""

import pytest

from bench import sequences, soak
from bench.tables import Figure


@pytest.mark.parametrize(("violations", "growth", "status"), [(0, 1.05, 0), (1, 1.05, 1), (0, 1.2, 1)])
def test_the_status_is_1_if_anything_was_wrong(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    violations: int,
    growth: float,
    status: int,
) -> None:
    monkeypatch.setattr("sys.argv", ["soak", "--sequences", "3", "--minutes", "2"])
    monkeypatch.setattr(
        sequences, "journeys", lambda wanted, seed: [Figure("violations", violations, "", wanted - 3)]
    )
    monkeypatch.setattr(soak, "memory", lambda minutes: [Figure("growth", growth, "times", 1.1)])
    assert soak.main() == status
    assert ("MISSED" in capsys.readouterr().out) == bool(status)
