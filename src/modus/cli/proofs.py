"""Which tests prove what: read from the marks that the tests bear, without running them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Proof:
    """One test: the file in which it stands, from the root of the tests, and its name."""

    file: str
    test: str

    @property
    def in_words(self) -> str:
        return self.test.removeprefix("test_").replace("_", " ")


def proofs_in(folder: Path, *marks: str) -> dict[str, list[Proof]]:
    """For each code the tests that bear it in one of the marks, `row`, `attack` or `fault`."""
    proofs: dict[str, list[Proof]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        file = path.relative_to(folder).as_posix()
        for test, codes in _tests_of(ast.parse(path.read_text(encoding="utf-8")), marks):
            for code in codes:
                proofs.setdefault(code, []).append(Proof(file, test))
    return proofs


def _tests_of(module: ast.Module, marks: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    """Each test with the codes of its own marks and of its module's."""
    of_module = {
        code
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for code in _codes_in(node.value, marks)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, of_module | {code for mark in node.decorator_list for code in _codes_in(mark, marks)}


def _codes_in(expression: ast.expr, marks: tuple[str, ...]) -> Iterator[str]:
    wanted = {f"pytest.mark.{mark}" for mark in marks}
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in wanted:
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))
