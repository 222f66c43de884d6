"""Settings from the environment: a wrong value is refused by name."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from modus.config import environment


@pytest.mark.parametrize(("value", "read"), [("", True), ("no", False), ("YES", True), ("0", False)])
def test_a_boolean_is_read(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("MODUS_X", value)
    assert environment.boolean("MODUS_X", default=True) is read


@pytest.mark.parametrize("value", ["maybe", "ja", "2"])
def test_a_wrong_boolean_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MODUS_X", value)
    with pytest.raises(ImproperlyConfigured, match="MODUS_X"):
        environment.boolean("MODUS_X", default=True)


@pytest.mark.parametrize("value", ["-1", "many", "1.5", "١"])
def test_a_wrong_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MODUS_X", value)
    with pytest.raises(ImproperlyConfigured, match="MODUS_X"):
        environment.integer("MODUS_X", 1)


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    secret = environment.secret("MODUS_UNSET", file)
    assert (environment.secret("MODUS_UNSET", file), file.stat().st_mode & 0o777) == (secret, 0o600)
    assert len(secret) >= 64
