"""Print which classes of attacks and faults are proved by tests, and keep the security page in step with them."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from modus.cli.proofs import Proof, proofs_in
from modus.config.settings import PACKAGE

BEGIN, END = "<!-- from the tests: begin -->", "<!-- from the tests: end -->"
NAMED = 3


@dataclass(frozen=True)
class Row:
    """One class of attack or fault: its code, what is tried, and why it does not apply, if it does not."""

    code: str
    title: str
    does_not_apply: str
    proofs: tuple[Proof, ...]


class Command(BaseCommand):
    help = "Print each class of attack and fault with the tests that prove it; needs a checkout."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the table into the security page")

    def handle(self, *args: Any, **options: Any) -> None:
        root = PACKAGE.parents[1]
        page = root / "docs" / "administrator" / "security.md"
        if not page.is_file():
            raise CommandError("The security page is in a checkout of modus only.")
        rows = rows_in(root)
        if options["write"]:
            page.write_text(renewed(page.read_text(encoding="utf-8"), rows), encoding="utf-8")
        else:
            self.stdout.write("\n".join(table(rows)))


def rows_in(root: Path) -> list[Row]:
    """Every row of the catalogue of attacks with its proofs.

    Raises: CommandError when a test names a row that is not in the catalogue.
    """
    proofs = proofs_in(root / "tests", "attack", "fault")
    with (root / "docs" / "developer" / "attacks.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    unknown = sorted(set(proofs) - {row["code"] for row in told})
    if unknown:
        raise CommandError(f"Tests name rows that are not in docs/developer/attacks.csv: {', '.join(unknown)}")
    return [Row(**row, proofs=tuple(proofs.get(row["code"], ()))) for row in told]


def renewed(page: str, rows: list[Row]) -> str:
    """The page with the table of today between its two marks."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{chr(10).join([*table(rows), '', summary(rows)])}\n{END}{after}"


def table(rows: list[Row]) -> Iterator[str]:
    """The rows as a table of Markdown."""
    yield "| row | what is tried | where it is proved | how |"
    yield "|---|---|---|---|"
    yield from (f"| {row.code} | {row.title} | {' · '.join(_files(row))} | {_how(row)} |" for row in rows)


def summary(rows: list[Row]) -> str:
    """How many are proved, how many do not apply, and which are open."""
    proved = [row for row in rows if row.proofs]
    idle = [row for row in rows if not row.proofs and row.does_not_apply]
    open_rows = [row.code for row in rows if not row.proofs and not row.does_not_apply]
    words = f"{len(proved)} of {len(rows)} rows are proved by tests, {len(idle)} have nothing to act on yet."
    return f"{words} Open: {', '.join(open_rows) or 'none'}."


def _files(row: Row) -> list[str]:
    return [f"`{file}`" for file in dict.fromkeys(proof.file for proof in row.proofs)]


def _how(row: Row) -> str:
    if not row.proofs:
        return f"Does not apply: {row.does_not_apply}." if row.does_not_apply else "**Open**"
    said = "; ".join(proof.in_words for proof in row.proofs[:NAMED])
    more = len(row.proofs) - NAMED
    return f"{said}; and {more} more" if more > 0 else said
