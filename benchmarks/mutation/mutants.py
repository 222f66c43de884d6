"""Small faults that a program could have: each changes one thing in one function, or in one constant that it reads."""

import ast
import copy
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.mutation.changes import LOCK, ONLY_FOR_SPEED, Place, changes_at, is_spoken, name_of

# Parts that are read once, when a module is loaded, or never.
NOT_DONE = {"annotation", "returns", "decorator_list", "bases"}


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, in words that stay when lines move, and the tree that has it."""

    function: str
    words: str
    lines: tuple[int, int]
    is_lock: bool
    constant: str
    place: Place
    new: Any
    body: ast.AST | None

    @property
    def name(self) -> str:
        return f"{self.function}: {self.words}"

    def read_at(self, module: ast.Module) -> set[int]:
        """The lines that a test has to run to meet it; those of a constant are its readers'."""
        if not self.constant:
            return set(range(self.lines[0], self.lines[1] + 1))
        return {line for start, end in _readers(module, self.constant) for line in range(start, end + 1)}

    def tree(self, module: ast.Module) -> ast.Module:
        """The module with the fault; the module itself stays as it is."""
        owner, field, index = self.place
        held = getattr(owner, field)
        old = held if index is None else held[index]
        new = ast.fix_missing_locations(ast.copy_location(copy.deepcopy(self.new), old))
        dead = ast.If(ast.Constant(False), [copy.deepcopy(node) for node in getattr(self.body, "body", [])], [])
        _put(self.place, new)
        if self.body is not None:
            # Never run: it keeps every name of the outer function known, which live functions insist on.
            self.body.body.append(ast.fix_missing_locations(ast.copy_location(dead, old)))  # type: ignore[attr-defined]
        made = copy.deepcopy(module)
        if self.body is not None:
            self.body.body.pop()  # type: ignore[attr-defined]
        _put(self.place, old)
        return made


def mutants_of(module: ast.Module) -> list[Mutant]:
    """Every fault of a module, in the order of its text; what stands twice in a function is numbered."""
    found, seen, locking = [], Counter[tuple[str, str]](), _how_rows_are_locked(module)
    for mutant in _walk(module, "", None, ""):
        if mutant.constant and not _readers(module, mutant.constant):
            continue
        key = (mutant.function, mutant.words)
        seen[key] += 1
        words = f"{mutant.words} #{seen[key]}" if seen[key] > 1 else mutant.words
        is_lock = mutant.is_lock or id(mutant.place[0]) in locking
        found.append(replace(mutant, words=words, is_lock=is_lock))
    return found


def _how_rows_are_locked(module: ast.Module) -> set[int]:
    """The parts of the program that say how rows are locked: SQLite does not read them."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and name_of(node) == LOCK]
    return {id(part) for call in calls for word in call.keywords for part in ast.walk(word)}


def _walk(node: ast.AST, function: str, body: ast.AST | None, constant: str) -> Iterator[Mutant]:
    for field, held in ast.iter_fields(node):
        many = isinstance(held, list)
        for index, child in enumerate(held if many else [held]):
            if not isinstance(child, ast.AST) or isinstance(child, ast.arguments) or field in NOT_DONE:
                continue
            if isinstance(child, ast.FunctionDef):
                yield from _walk(child, f"{function}.{child.name}".lstrip("."), child, "")
            elif isinstance(child, ast.ClassDef):
                yield from _walk_class(child, function)
            elif body is not None or constant:
                yield from _here(child, (node, field, index if many else None), function, body, constant)
                if isinstance(child, ast.Call) and name_of(child) in ONLY_FOR_SPEED:
                    yield from _walk(child.func, function, body, constant)
                elif not is_spoken(child):
                    yield from _walk(child, function, body, constant)
            elif isinstance(child, ast.Assign | ast.AnnAssign) and isinstance(node, ast.Module) and child.value:
                target = child.targets[0] if isinstance(child, ast.Assign) else child.target
                if isinstance(target, ast.Name) and target.id != "log":
                    yield from _here(child.value, (child, "value", None), target.id, None, target.id)
                    yield from _walk(child.value, target.id, None, target.id)


def _walk_class(node: ast.ClassDef, function: str) -> Iterator[Mutant]:
    for child in node.body:
        if isinstance(child, ast.FunctionDef) and child.name != "__str__":
            yield from _walk(child, f"{function}.{node.name}.{child.name}".lstrip("."), child, "")


def _here(node: ast.AST, place: Place, function: str, body: ast.AST | None, constant: str) -> Iterator[Mutant]:
    for new, is_lock in changes_at(node, place):
        before = ast.unparse(node)
        after = "nothing" if new is None or isinstance(new, ast.Pass) else ast.unparse(new)
        words = f"{_short(before)} → {_short(after)}"
        placed = node if hasattr(node, "lineno") else place[0]
        lines = (placed.lineno, placed.end_lineno or 0)  # type: ignore[attr-defined]
        yield Mutant(function, words, lines, is_lock, constant, place, new, body)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 90 else f"{text[:60]} … {text[-27:]}"


def _put(place: Place, new: Any) -> None:
    owner, field, index = place
    if index is None:
        setattr(owner, field, new)
    else:
        getattr(owner, field)[index] = new


def chosen_from(mutants: list[Mutant], file: str, most: int) -> list[Mutant]:
    """A sample that is always the same and moves little when the file changes: those with the smallest digests."""
    lots = sorted(mutants, key=lambda mutant: hashlib.sha256(f"{file} {mutant.name}".encode()).digest())
    kept = set(map(id, lots[:most] if most else lots))
    return [mutant for mutant in mutants if mutant.is_lock or id(mutant) in kept]


def names_in(node: ast.AST) -> list[str]:
    """The names in a piece of a program, in the order of its text."""
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]


def _readers(module: ast.Module, constant: str) -> list[tuple[int, int]]:
    """Where the functions stand that read a constant, or another that is made of it."""
    names, found = {constant}, []
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and names & set(names_in(node.value)):
            names.update(names_in(node)[:1])
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            inside = {name for statement in node.body for name in names_in(statement)}
            found += [(node.lineno, node.end_lineno or 0)] if names & inside else []
    return found
