"""What may be changed at one place of a program: the small faults that people make."""

import ast
import copy
from collections.abc import Iterator
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
# What they are given changes how fast a row is read, not which one.
ONLY_FOR_SPEED = {"select_related", "prefetch_related", "only", "defer"}
Place = tuple[ast.AST, str, int | None]


def is_spoken(node: ast.AST) -> bool:
    """Whether it is only said: a text for people, the message of an error, a line of the log, an f-string's part."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.Call) and name_of(node) in SPOKEN


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def changes_at(node: ast.AST, place: Place) -> Iterator[tuple[Any, bool]]:
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
    if name_of(node) in NARROWING and len(node.args) + len(node.keywords) > 1:
        for dropped in [*node.args, *node.keywords]:
            args = [arg for arg in node.args if arg is not dropped]
            yield ast.Call(node.func, args, [word for word in node.keywords if word is not dropped]), False


def _of_statement(node: ast.AST) -> Iterator[Any]:
    is_set = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and not is_spoken(node.value)
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
