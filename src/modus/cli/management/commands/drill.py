"""Make a fault on purpose, beside this installation, and print what came of it."""

import json
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from modus.cli.drills.catalogue import DRILLS
from modus.cli.drills.processes import end_gently


class Command(BaseCommand):
    help = "Make a fault on purpose, in a folder and a database made for it, and print figures; 1 for a broken promise."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        drills = parser.add_subparsers(dest="drill", required=True, metavar="drill")
        for name, drill in DRILLS.items():
            drill.add_arguments(drills.add_parser(name, help=drill.HELP, description=drill.HELP))

    def handle(self, *args: Any, **options: Any) -> None:
        end_gently()
        databases = ["sqlite", "postgresql"] if options.get("database") == "both" else [options.get("database")]
        broken = [name for name in databases if not _holds(options["drill"], {**options, "database": name})]
        if broken:
            raise CommandError("What is promised did not hold.")


def _holds(name: str, options: dict[str, Any]) -> bool:
    """Run a drill in a process of its own, because settings are read once; whether all was as promised."""
    choices = {key: value for key, value in options.items() if isinstance(value, str | int | float)}
    with DRILLS[name].place(choices) as surroundings:
        command = [sys.executable, "-m", "modus.cli.drills", name, json.dumps(choices)]
        inner = subprocess.Popen(command, env=surroundings)  # noqa: S603  our own
        try:
            return inner.wait() == 0
        finally:
            # Whoever stops a drill stops all of it: the inner process ends what it started.
            inner.terminate()
            inner.wait()
