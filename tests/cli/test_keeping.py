"""Commands for those who keep the site running: check, check_journal, rotate_secret, sbom."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from django.core import signing
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from modus.cli import deployment
from modus.config import environment
from modus.core import journal, readiness
from modus.directory import queries
from tests.factories import directory as make

SAFE = {
    "IS_SECURE": True,
    "ALLOWED_HOSTS": ["clusters.example"],
    "SITE_HOST": "clusters.example",
    "DEBUG": False,
    "GUARD_READS": False,
    "SECRET_KEY": "kX3" * 30 + "abcdefgh0123456789",
    "IS_BEHIND_PROXY": True,
    "EMAIL_HOST": "mail.clusters.example",
    "DEFAULT_FROM_EMAIL": "modus@clusters.example",
    "SECURITY_CONTACT": "mailto:security@clusters.example",
}


def told(command: str, *args: object, **options: Any) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def safe(settings: Any, tmp_path: Path) -> Any:
    """An installation of which nothing of ours is unsafe."""
    tmp_path.chmod(0o700)
    for name, value in {**SAFE, "DATA_FOLDER": tmp_path}.items():
        setattr(settings, name, value)
    return settings


def found() -> set[str]:
    """The faults and doubts that our own checks have, without the password that the tests' database lacks."""
    messages = [message for check in deployment.CHECKS for message in check()]
    return {str(message.id) for message in messages} - {"modus.W012"}


@pytest.mark.django_db
def test_a_safe_installation_passes(safe: Any) -> None:
    assert found() == set()


@pytest.mark.django_db
@pytest.mark.attack("A-109")
@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("IS_SECURE", False, "modus.E001"),
        ("ALLOWED_HOSTS", ["*"], "modus.E002"),
        ("SITE_HOST", "localhost", "modus.W003"),
        ("DEBUG", True, "modus.E004"),
        ("GUARD_READS", True, "modus.W005"),
        ("SECRET_KEY", "changeme", "modus.E006"),
        ("SECRET_KEY", "a" * 80, "modus.E006"),
        ("IS_BEHIND_PROXY", False, "modus.W013"),
        ("EMAIL_HOST", "localhost", "modus.W014"),
        ("DEFAULT_FROM_EMAIL", "modus@localhost", "modus.W015"),
        ("SECURITY_CONTACT", "", "modus.W016"),
    ],
)
def test_each_unsafe_setting_is_named(safe: Any, name: str, value: object, fault: str) -> None:
    setattr(safe, name, value)
    assert found() == {fault}


@pytest.mark.django_db
@pytest.mark.attack("A-109")
def test_files_that_others_may_read_are_named(safe: Any) -> None:
    secret = safe.DATA_FOLDER / "secret-key"
    secret.write_text("x")
    secret.chmod(0o644)
    assert found() == {"modus.E007"}
    secret.chmod(0o600)
    safe.DATA_FOLDER.chmod(0o755)
    assert found() == {"modus.W008"}


@pytest.mark.django_db
@pytest.mark.fault("F-13")
@pytest.mark.parametrize(("free", "faults"), [(49, {"modus.W017"}), (51, set())])
def test_a_disk_that_is_nearly_full_is_named(
    safe: Any, monkeypatch: pytest.MonkeyPatch, free: int, faults: set[str]
) -> None:
    monkeypatch.setattr(readiness, "disk_usage", lambda _place: SimpleNamespace(free=free, total=1000))
    assert found() == faults


@pytest.mark.django_db
def test_missing_migrations_are_named(safe: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'directory'")
    assert found() == {"modus.E010"}


@pytest.mark.django_db
def test_the_command_ends_badly_when_something_is_unsafe() -> None:
    with pytest.raises(SystemCheckError, match=r"modus\.E001"):
        told("check")


@pytest.mark.django_db
@pytest.mark.attack("A-98")
def test_the_journal_is_sealed_and_checked_by_a_command() -> None:
    organisation = make.OrganisationFactory()
    line = journal.record("test.thing.done", organisation, by=queries.clock())
    assert "1 new lines sealed; 1 lines under 1 seals.\nEverything fits." in told("check_journal")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_journalline SET by_id = %s WHERE id = %s", [organisation.pk.hex, line.pk])
    with pytest.raises(CommandError, match="Seal 1 does not fit"):
        told("check_journal")


@pytest.mark.row("P5")
@pytest.mark.fault("F-42")
def test_a_new_secret_signs_nobody_out(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the old secret signed counts for thirty days, and what it would sign now does not come from us."""
    monkeypatch.delenv("MODUS_SECRET_KEY", raising=False)
    settings.DATA_FOLDER, key, old = tmp_path, tmp_path / "secret-key", tmp_path / "secret-key.old"
    settings.SECRET_KEY = environment.secret("MODUS_SECRET_KEY", key)
    signed = signing.dumps({"who": "anna"})
    told("rotate_secret")
    settings.SECRET_KEY = environment.secret("MODUS_SECRET_KEY", key)
    settings.SECRET_KEY_FALLBACKS = environment.old_secrets("MODUS_OLD_SECRET_KEYS", old)
    assert signing.loads(signed) == {"who": "anna"}
    assert signing.dumps({"who": "anna"}, key=settings.SECRET_KEY_FALLBACKS[0]) != signing.dumps({"who": "anna"})
    assert (key.stat().st_mode & 0o777, old.stat().st_mode & 0o777) == (0o600, 0o600)
    long_ago = (datetime.now(UTC) - timedelta(days=31)).date().isoformat()
    old.write_text(f"{long_ago} {settings.SECRET_KEY_FALLBACKS[0]}\n")
    settings.SECRET_KEY_FALLBACKS = environment.old_secrets("MODUS_OLD_SECRET_KEYS", old)
    with pytest.raises(signing.BadSignature):
        signing.loads(signed)


def test_a_secret_of_the_environment_is_changed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODUS_SECRET_KEY", "kept elsewhere")
    with pytest.raises(CommandError, match="MODUS_OLD_SECRET_KEYS"):
        told("rotate_secret")


def test_old_secrets_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODUS_OLD_SECRET_KEYS", "one, two")
    assert environment.old_secrets("MODUS_OLD_SECRET_KEYS", tmp_path / "none") == ["one", "two"]


@pytest.mark.attack("A-110")
def test_the_bill_of_materials_names_what_runs_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    told("sbom", output=file)
    bill = Bom.from_json(json.loads(file.read_text()))  # type: ignore[attr-defined]
    names = {component.name.lower() for component in bill.components}
    assert {"django", "django-allauth", "psycopg", "psycopg-binary", "pillow", "python"} <= names
    assert not {"pytest", "ruff", "mypy", "playwright"} & names
    assert bill.metadata.component is not None
    assert bill.metadata.component.name == "modus-clusters"
    assert all(component.version for component in bill.components)
