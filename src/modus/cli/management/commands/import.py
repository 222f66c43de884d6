"""Import files: code lists, networks, clusters, members, people."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from modus.core.errors import FaultyInput
from modus.directory import actions, queries


class Command(BaseCommand):
    help = "Import CSV files or folders of them; the word nace stands for the NACE lists. All of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="+", help="CSV files, folders, or the word nace")
        parser.add_argument("--dry-run", action="store_true", help="check everything and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        what: list[str] = options["what"]
        try:
            with transaction.atomic():
                self._import(what)
                if options["dry_run"]:
                    transaction.set_rollback(True)
                    self.stdout.write("Dry run: everything can be imported; nothing was changed.")
        except FaultyInput as faulty:
            lines = [str(fault) for fault in faulty.faults]
            raise CommandError("\n".join([*lines, "Nothing was changed."]), returncode=2) from faulty

    def _import(self, what: list[str]) -> None:
        clock = queries.clock()
        if "nace" in what:
            for version in ("2", "2.1"):
                actions.load_nace(version, by=clock)
                self.stdout.write(f"NACE Rev. {version}")
        files = [file for word in what if word != "nace" for file in _files(Path(word))]
        if files:
            actions.import_files([(file.name, file.read_bytes()) for file in files], by=clock, report=self.stdout.write)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob("*.csv"))
    if not path.is_file():
        raise CommandError(f"{path}: there is no such file or folder. Nothing was changed.", returncode=2)
    return [path]
