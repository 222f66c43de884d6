"""What uploads left behind: bytes without a row, and files that were given to nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from modus.core import files


class Command(BaseCommand):
    help = "Remove uploaded bytes that belong to nothing; the clock does it too."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Files swept: {files.sweep_orphans()}")
