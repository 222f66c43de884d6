"""`modus rows` tells which rows of the catalogue have proof."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from modus.cli.proofs import Proof, proofs_in


def told(*options: str) -> list[str]:
    out = StringIO()
    call_command("rows", *options, stdout=out)
    return out.getvalue().splitlines()


def test_rows_tells_every_row_once_and_the_share() -> None:
    lines = told()
    codes = [line.split()[0] for line in lines[:-1]]
    assert len(codes) == len(set(codes))
    assert {"A1", "P5", "X25", "Z14"} <= set(codes)
    assert lines[-1].endswith("%).")


def test_rows_without_proof_are_told_alone() -> None:
    missing = told("--missing")[:-1]
    assert missing
    assert all(line.split()[1] == "–" for line in missing)


def test_markers_of_a_test_and_of_its_module_count(tmp_path: Path) -> None:
    (tmp_path / "test_thing.py").write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.django_db, pytest.mark.row("A1")]\n'
        '@pytest.mark.row("B2", "B3")\n'
        "def test_one(): ...\n"
        "def test_two(): ...\n"
        "def helper(): ...\n"
    )
    one, two = Proof("test_thing.py", "test_one"), Proof("test_thing.py", "test_two")
    assert proofs_in(tmp_path, "row") == {"A1": [one, two], "B2": [one], "B3": [one]}
    assert proofs_in(tmp_path, "attack") == {}
