"""Nothing is skipped without a word: the last line of a run says how many tests, and why."""

from pathlib import Path

import pytest

from tests.skipped import summary

pytest_plugins = ["pytester"]


def test_the_last_line_adds_up_all_runs(pytester: pytest.Pytester, tmp_path: Path) -> None:
    for name, code in {
        "first": "import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_a(n): pytest.skip('no server')",
        "second": "import pytest\ndef test_b(): pytest.skip('no server')\n"
        "@pytest.mark.skipif(True, reason='no browser')\ndef test_c(): pass\ndef test_d(): pass",
    }.items():
        pytester.makepyfile(**{f"test_{name}": code})
        pytester.runpytest_inprocess(
            f"test_{name}.py", f"--junitxml={tmp_path / name}.xml", "-p", "no:cacheprovider"
        )
    files = [tmp_path / "first.xml", tmp_path / "second.xml", tmp_path / "browser.xml"]
    assert summary(files) == "Skipped: 5; 4 × no server; 1 × no browser; no result of browser"
    assert summary([]) == "Skipped: 0"
