"""Imports only point down: the six contracts of `.importlinter` hold, and each of them bites."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
BREACHES = {
    "house": [("core/journal.py", "import modus.directory.queries")],
    "house, a folder outside the plan": [("shop/__init__.py", "")],
    "shelves": [("directory/models/network.py", "import modus.directory.queries.rights")],
    "pure": [("algorithms/text.py", "import django.utils.text")],
    "own tables": [("surveys/models.py", ""), ("finance/actions.py", "import modus.surveys.models")],
    "doors": [("web/directory/urls.py", "from modus.directory.models import Cluster")],
    "pages": [("web/home/urls.py", "import modus.web.public.urls")],
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files and the law in a folder where breaches can be planted."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / ".importlinter", folder)
    for path in PACKAGE.rglob("*.py"):
        place = folder / "src" / path.relative_to(PACKAGE.parent)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return folder


def test_imports_keep_the_plan() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, (
        f"Imports break the plan (docs/developer/architecture.md, section 4):\n{answer.stdout}{answer.stderr}"
    )


@pytest.mark.parametrize("contract", BREACHES)
def test_a_planted_breach_is_caught(contract: str, copy: Path) -> None:
    before = {}
    for name, line in BREACHES[contract]:
        place = copy / "src" / "modus" / name
        before[place] = place.read_text(encoding="utf-8") if place.exists() else None
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"{before[place] or ''}\n{line}\n", encoding="utf-8")
    answer = lint(copy)
    for place, text in before.items():
        place.unlink() if text is None else place.write_text(text, encoding="utf-8")
    shutil.rmtree(copy / "src" / "modus" / "shop", ignore_errors=True)
    assert answer.returncode == 1, f"The contract {contract} did not see its breach:\n{answer.stdout}{answer.stderr}"
    assert "BROKEN" in answer.stdout or "not included" in answer.stdout, answer.stdout + answer.stderr
