"""Put a new secret in the place of the one that signs sessions and links."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from modus.config import environment


class Command(BaseCommand):
    help = "Make a new secret; what the old one signed stays valid for 30 days. Restart the server afterwards."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if environment.text("MODUS_SECRET_KEY"):
            raise CommandError(
                "The secret stands in MODUS_SECRET_KEY: write a new one there, the old one into MODUS_OLD_SECRET_KEYS."
            )
        new, old = settings.DATA_FOLDER / "secret-key", settings.DATA_FOLDER / "secret-key.old"
        today = datetime.now(UTC).date().isoformat()
        kept = old.read_text() if old.exists() else ""
        # The old secret is on the disk before the new one takes its place: a crash between the two loses nothing.
        _write(old, f"{today} {new.read_text().strip()}\n{kept}")
        _write(new, secrets.token_urlsafe(64))
        self.stdout.write("A new secret is in place. Restart the server; nobody is signed out.")


def _write(file: Path, text: str) -> None:
    """Replace a file as a whole, readable by its owner only, and wait for the disk."""
    fresh = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(file)
