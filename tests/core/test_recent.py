"""What was read a moment ago is told again for a minute, and only where rows change by imports alone."""

import time
from typing import Any

import pytest

from modus.core.recent import SECONDS, Recent


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[float]:
    """The clock of the process, on a site that serves."""
    moment = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    settings.GUARD_READS = False
    return moment


def test_an_answer_holds_for_a_minute(at: list[float]) -> None:
    recent = Recent[str, int]()
    recent.keep({"a": 1})
    at[0] += SECONDS - 1
    recent.keep({"b": 2})
    assert recent.among(["a", "b", "c"]) == {"a": 1, "b": 2}
    at[0] += 1
    assert recent.among(["a", "b"]) == {"b": 2}
    recent.keep({"a": 3})
    assert recent.among("a") == {"a": 3}


def test_nothing_is_kept_in_development_and_tests(at: list[float], settings: Any) -> None:
    recent = Recent[str, int]()
    settings.GUARD_READS = True
    recent.keep({"a": 1})
    settings.GUARD_READS = False
    assert recent.among(["a"]) == {}
    recent.keep({"a": 1})
    settings.GUARD_READS = True
    assert recent.among(["a"]) == {}
