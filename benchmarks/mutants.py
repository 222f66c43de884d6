"""Small faults that a program could have: each changes one thing in one function, or in one constant that it reads."""

import ast
import copy
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARED = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
COUNTED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Pow: ast.Mult,
    ast.RShift: ast.LShift,
}
LOCK = "select_for_update"
# Links of a chain that may be forgotten: what narrows or locks rows, and what makes a text safe or comparable.
LINKS = {"filter", "exclude", "distinct", "order_by", LOCK} | {
    *("strip", "rstrip", "lstrip", "lower", "upper", "casefold", "replace", "removesuffix", "removeprefix"),
    *("translate", "rpartition"),
}
# Calls whose every condition may be forgotten.
NARROWING = {"filter", "exclude", "within", "get", "update", "Q", "get_or_create", "active_on"}
SPOKEN = {"_", "gettext", "gettext_lazy", "ngettext", "info", "warning", "error", "RuleBroken", "ValueError"}
# Parts that are read once, when a module is loaded, or never.
NOT_DONE = {"annotation", "returns", "decorator_list", "bases"}
# What they are given changes how fast a row is read, not which one.
ONLY_FOR_SPEED = {"select_related", "prefetch_related", "only", "defer"}
Place = tuple[ast.AST, str, int | None]


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
    found, seen = [], Counter[tuple[str, str]]()
    for mutant in _walk(module, "", None, ""):
        if mutant.constant and not _readers(module, mutant.constant):
            continue
        key = (mutant.function, mutant.words)
        seen[key] += 1
        words = f"{mutant.words} #{seen[key]}" if seen[key] > 1 else mutant.words
        found.append(Mutant(**{**vars(mutant), "words": words}))
    return found


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
                if isinstance(child, ast.Call) and _name(child) in ONLY_FOR_SPEED:
                    yield from _walk(child.func, function, body, constant)
                elif not _is_spoken(child):
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
    for new, is_lock in _changes(node, place):
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


def _is_spoken(node: ast.AST) -> bool:
    """Whether it is only said: a text for people, the message of an error, a line of the log, an f-string's part."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.Call) and _name(node) in SPOKEN


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _changes(node: ast.AST, place: Place) -> Iterator[tuple[Any, bool]]:
    for new in _of_statement(node):
        yield new, False
    for new in _of_condition(node):
        yield new, False
    if isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        yield ast.BinOp(node.left, COUNTED[type(node.op)](), node.right), False
    if isinstance(node, ast.Constant) and not isinstance(place[0], ast.Expr | ast.JoinedStr | ast.FormattedValue):
        yield from ((new, False) for new in _of_constant(node.value))
    yield from ((new, False) for new in _with_one_less(node))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
        yield node.value, False
    if isinstance(node, ast.Call):
        yield from _of_call(node)


def _with_one_less(node: ast.AST) -> Iterator[Any]:
    """A list, set or table that lacks one of its entries."""
    if isinstance(node, ast.Dict) and len(node.keys) > 1:
        for n in range(len(node.keys)):
            yield ast.Dict(node.keys[:n] + node.keys[n + 1 :], node.values[:n] + node.values[n + 1 :])
    elif isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) > 1:
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return
        for element in node.elts:
            less = copy.copy(node)
            less.elts = [other for other in node.elts if other is not element]
            yield less


def _of_call(node: ast.Call) -> Iterator[tuple[Any, bool]]:
    if isinstance(node.func, ast.Attribute) and node.func.attr in LINKS:
        yield node.func.value, node.func.attr == LOCK
    if _name(node) in NARROWING and len(node.args) + len(node.keywords) > 1:
        for dropped in [*node.args, *node.keywords]:
            args = [arg for arg in node.args if arg is not dropped]
            yield ast.Call(node.func, args, [word for word in node.keywords if word is not dropped]), False


def _of_statement(node: ast.AST) -> Iterator[Any]:
    is_set = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and not _is_spoken(node.value)
    if is_set or is_call or isinstance(node, ast.Raise | ast.AugAssign | ast.Continue | ast.Break):
        yield ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


def _of_condition(node: ast.AST) -> Iterator[Any]:
    if isinstance(node, ast.If):
        yield ast.If(ast.Constant(False), node.body, node.orelse)
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    if isinstance(node, ast.comprehension) and node.ifs:
        yield ast.comprehension(node.target, node.iter, [], node.is_async)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node.operand
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for dropped in node.values:
            kept = [value for value in node.values if value is not dropped]
            yield kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for other in COMPARED[type(op)]:
                yield ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)


def _of_constant(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(f"{value}~")
    elif isinstance(value, bytes):
        yield ast.Constant(value + b"~")


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
