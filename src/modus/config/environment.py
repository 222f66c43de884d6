"""Typed readers for settings that come from the environment: a wrong value is refused by name."""

import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off"}
OLD_SECRET_DAYS = 30


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def boolean(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE_WORDS | FALSE_WORDS:
        raise ImproperlyConfigured(f"{name} is {value!r}; write yes or no.")
    return value in TRUE_WORDS


def integer(name: str, default: int, *, least: int = 0) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number of at least {least}.")
    return int(value)


def announce(name: str, value: str) -> None:
    """Set a variable for libraries that read the environment when they are imported."""
    os.environ[name] = value


def apart() -> dict[str, str]:
    """The environment without what leads to this installation, for a process that must not touch it."""
    ours = ("MODUS_", "DJANGO_", "PROMETHEUS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def choice(name: str, allowed: Sequence[str], *, default: str) -> str:
    value = text(name).lower() or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; write one of: {', '.join(allowed)}.")
    return value


def folder(name: str, default: str) -> Path:
    path = Path(text(name, default)).expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret(name: str, file: Path) -> str:
    """Read the secret from the environment, else from a file that only its owner may read, made once."""
    value = text(name)
    if value:
        return value
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(64))
    return file.read_text().strip()


def old_secrets(name: str, file: Path) -> list[str]:
    """Read the secrets that still count when something was signed with them: a list, or a file with day and secret.

    A secret of the file counts for `OLD_SECRET_DAYS` after the day on which another took its place.
    """
    if text(name) or not file.exists():
        return words(name)
    lines = (line.split(maxsplit=1) for line in file.read_text().splitlines() if line.strip())
    oldest = datetime.now(UTC).date() - timedelta(days=OLD_SECRET_DAYS)
    return [old for day, old in lines if datetime.fromisoformat(day).date() >= oldest]
