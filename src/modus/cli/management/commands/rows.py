"""Print which rows of the feature catalogue have proof: tests that bear the marker of the row."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from modus.cli.proofs import proofs_in
from modus.config.settings import PACKAGE


class Command(BaseCommand):
    help = "Print the rows of the feature catalogue with the number of tests that prove each; needs a checkout."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="print only the rows without proof")

    def handle(self, *args: Any, **options: Any) -> None:
        root = PACKAGE.parents[1]
        catalogue = root / "docs" / "developer" / "rows.csv"
        if not catalogue.is_file():
            raise CommandError("The catalogue (docs/developer/rows.csv) is in a checkout of modus only.")
        titles = titles_in(catalogue)
        proofs = proofs_in(root / "tests", "row")
        unknown = sorted(set(proofs) - set(titles))
        if unknown:
            raise CommandError(f"Tests name rows that are not in the catalogue: {', '.join(unknown)}")
        for code, title in titles.items():
            number = len(proofs.get(code, ()))
            if not (options["missing"] and number):
                self.stdout.write(f"{code:<4}{number or '–':>4}  {title}")
        self.stdout.write(f"{len(proofs)} of {len(titles)} rows have proof ({len(proofs) / len(titles):.0%}).")


def titles_in(catalogue: Path) -> dict[str, str]:
    """The rows of the catalogue in their order."""
    with catalogue.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["title"] for row in csv.DictReader(file)}
