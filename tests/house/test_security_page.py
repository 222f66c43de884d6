"""The security page says what the tests prove, and no test names a class that the catalogue does not know."""

import csv

from modus.cli.management.commands import attacks
from tests.house.source import ROOT, text_of

PAGE = ROOT / "docs" / "administrator" / "security.md"
CATALOGUE = ROOT / "docs" / "developer" / "attacks.csv"


def test_the_security_page_says_what_the_tests_prove() -> None:
    page = text_of(PAGE)
    assert attacks.renewed(page, attacks.rows_in(ROOT)) == page, "Run `modus attacks --write`."


def test_what_is_proved_applies() -> None:
    wrong = [row.code for row in attacks.rows_in(ROOT) if row.proofs and row.does_not_apply]
    assert not wrong, f"These are proved, so they apply; empty the last column of attacks.csv: {wrong}"


def test_the_catalogue_names_each_class_once() -> None:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes))
    assert all(row["title"] for row in rows)
