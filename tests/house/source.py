"""The source as files, trees and text: what the house tests walk."""

import ast
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "modus"
TEMPLATES = PACKAGE / "web" / "templates"
TESTS = ROOT / "tests"
DOORS = ("web", "api", "cli")
SHELVES = ("models", "rules", "queries", "notifications", "actions")


def in_words(path: Path) -> str:
    """The path from the root, as messages name it."""
    return path.relative_to(ROOT).as_posix()


@cache
def levels() -> tuple[frozenset[str], ...]:
    """The layers of the house from the roof down, as `.importlinter` has them."""
    law = ConfigParser()
    law.read(ROOT / ".importlinter", encoding="utf-8")
    layers = law["importlinter:contract:house"]["layers"].strip().splitlines()
    return tuple(frozenset(name.strip() for name in layer.split("|")) for layer in layers)


@cache
def rooms() -> tuple[str, ...]:
    """The rooms that have code, from the bottom up."""
    outside = {*DOORS, "core", "algorithms"}
    names = [name for level in reversed(levels()) for name in sorted(level) if name not in outside]
    return tuple(name for name in names if any((PACKAGE / name).glob("models*")))


def python_files(*parts: str) -> list[Path]:
    """Our Python files below a folder of the package, without migrations; a missing folder has none."""
    folder = PACKAGE.joinpath(*parts)
    if folder.with_suffix(".py").is_file():
        return [folder.with_suffix(".py")]
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def shelf(room: str, name: str) -> list[Path]:
    """The files of one shelf of a room."""
    return python_files(room, name)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions that a module offers to others."""
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def templates() -> tuple[Path, ...]:
    """Every template of ours, pages and mails."""
    found = [path for suffix in ("*.html", "*.txt", "*.svg") for path in PACKAGE.rglob(f"templates/**/{suffix}")]
    return tuple(sorted(found))


def template_name(path: Path) -> str:
    """The name by which Django finds a template."""
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])


@cache
def tracked_files() -> tuple[Path, ...]:
    """The files that belong to the project, tracked or about to be; all files outside a repository."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        names = answer.stdout.split("\0")
        return tuple(sorted(ROOT / name for name in names if name and (ROOT / name).is_file()))
    left_out = {".venv", "__pycache__", "modus-data", ".git"}
    return tuple(sorted(p for p in ROOT.rglob("*") if p.is_file() and not left_out & set(p.parts)))


def text_of(path: Path) -> str:
    """The text of a file; nothing for a binary one."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
