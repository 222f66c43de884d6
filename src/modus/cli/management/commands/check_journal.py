"""Seal the new lines of the journal and hold all of it against its seals."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from modus.core import seals


class Command(BaseCommand):
    help = "Seal new lines of the journal, then say whether any line was changed, put in or taken away."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed = seals.seal_lines()
        verdict = seals.check_seals()
        self.stdout.write(f"{sealed} new lines sealed; {verdict.lines} lines under {verdict.seals} seals.")
        if verdict.faults:
            raise CommandError("\n".join(verdict.faults))
        self.stdout.write(f"Everything fits. Newest seal: {verdict.seals} {verdict.head}")
