"""Sizes: guidance, told and not enforced (docs/developer/architecture.md, section 8)."""

import ast
import warnings
from collections.abc import Iterator

import pytest

from tests.house.source import in_words, python_files, rooms, templates, text_of, tree_of

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEMPLATE = 120
MOST_PARAMETERS = 6
LONGEST_CLASS = 150
LARGEST_ROOM = 4000


def too_large() -> Iterator[str]:
    """Everything that is over the second number."""
    for path in python_files():
        lines = text_of(path).count("\n")
        if lines > LONGEST_FILE:
            yield f"{in_words(path)}: {lines} lines; make it a folder with one file per noun"
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                yield from function_too_large(in_words(path), node)
            elif isinstance(node, ast.ClassDef) and length(node) > LONGEST_CLASS:
                yield f"{in_words(path)}:{node.lineno} {node.name}: {length(node)} lines"
    for path in templates():
        if (lines := text_of(path).count("\n")) > LONGEST_TEMPLATE:
            yield f"{in_words(path)}: {lines} lines; take fragments out"
    for room in rooms():
        if (lines := sum(text_of(path).count("\n") for path in python_files(room))) > LARGEST_ROOM:
            yield f"src/modus/{room}: {lines} lines; it may hold two rooms"


def function_too_large(file: str, node: ast.FunctionDef) -> Iterator[str]:
    if length(node) > LONGEST_FUNCTION:
        yield f"{file}:{node.lineno} {node.name}: {length(node)} lines"
    arguments = [a for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg != "self"]
    if len(arguments) > MOST_PARAMETERS:
        yield f"{file}:{node.lineno} {node.name}: {len(arguments)} parameters"


def length(node: ast.FunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.filterwarnings("default")
def test_what_is_large_is_told() -> None:
    for line in sorted(too_large()):
        warnings.warn(line, stacklevel=1)


@pytest.mark.parametrize(("lines", "parameters", "findings"), [(40, 6, 0), (41, 6, 1), (40, 7, 1), (41, 7, 2)])
def test_the_search_for_large_functions_sees_them(lines: int, parameters: int, findings: int) -> None:
    names = ", ".join(f"a{number}" for number in range(parameters))
    tree = ast.parse(f"def thing({names}):\n" + "    pass\n" * (lines - 1))
    assert len(list(function_too_large("thing.py", tree.body[0]))) == findings
