"""Actions guard themselves: atomic, by somebody, written down, with two kinds of error; nobody else writes."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from modus.core import errors
from tests.house.source import DOORS, in_words, module_name, public_functions, python_files, rooms, shelf, tree_of

TWO_ERRORS = (errors.NotAllowed, errors.RuleBroken)
# Public functions of an actions shelf that only put actions together, each with its reason.
COMPOSITIONS = {
    "modus.directory.actions.mail.call_back_act": "calls back each mail of one act; what is out already is left",
    "modus.directory.actions.profile.reminding.remind_of_profiles": "reminds of each profile by an action of its own",
    "modus.directory.actions.enrolment.revise_member": "does what differs of two actions; saving what is there is none",
    "modus.directory.actions.person.record_own_person": "chooses between two actions that act by the clock",
    "modus.directory.actions.rule_set.check_profile": "stores only what changed; a check that finds nothing is no act",
    "modus.directory.actions.rule_set.check_cluster": "checks the one profile of a cluster",
    "modus.directory.actions.webhook.deliver_webhooks": "changes no fact; each delivery stands in a log",
    "modus.directory.actions.rule_set.check_all_profiles": "checks every profile, each in a transaction of its own",
    "modus.directory.actions.background.change_kinds": "a task: each of its steps is an action",
    "modus.directory.actions.background.check_profiles": "a task: each of its steps is an action",
    "modus.directory.actions.background.check_profiles_of": "asks for the right, then checks like the daily check",
    "modus.directory.actions.background.begin_daily_checks": "begins one check for each network",
}
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, TWO_ERRORS)}
# A wrong call by our own code, never by a person: private helpers may say so.
PROGRAMMING_ERRORS = {"ValueError", "TypeError"}
ALWAYS_WRITES = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "aupdate", "acreate"}
WRITES_ON_ROWS = {"create", "update", "delete"}
ROWS = re.compile(r"\bobjects\b|\.(within|across|filter|exclude|all|select_related)\(")
NOT_ROWS = re.compile(r"session|super\(\)|workbook|figure|image|form|storage")


def actions() -> list[tuple[Path, ast.FunctionDef]]:
    """What each room's actions shelf offers: its files' public functions, and of a folder in it what the room names."""
    found = []
    for room in rooms():
        offered = set(dir(import_module(f"modus.{room}.actions")))
        for path in shelf(room, "actions"):
            is_inner = is_in_inner_folder(path)
            found += [(path, node) for node in public_functions(path) if not is_inner or node.name in offered]
    return found


def is_in_inner_folder(path: Path) -> bool:
    return "actions" in path.parts and path.parent.name != "actions"


def say(path: Path, node: ast.AST) -> str:
    return f"{in_words(path)}:{getattr(node, 'lineno', 0)} {getattr(node, 'name', '')}".strip()


def is_composition(path: Path, node: ast.FunctionDef) -> bool:
    return f"{module_name(path)}.{node.name}" in COMPOSITIONS


def test_every_action_is_guarded() -> None:
    bare = [
        say(path, node)
        for path, node in actions()
        if not getattr(getattr(import_module(module_name(path)), node.name), "is_action", False)
        and not is_composition(path, node)
    ]
    assert not bare, f"Decorate with @action (modus.core.journal), or give a reason in COMPOSITIONS: {bare}"


def test_every_composition_exists_and_writes_nothing_itself() -> None:
    known = {f"{module_name(path)}.{node.name}": (path, node) for path, node in actions()}
    assert set(COMPOSITIONS) <= set(known), f"Take these out of COMPOSITIONS: {set(COMPOSITIONS) - set(known)}"
    writing = [name for name in COMPOSITIONS if writes_in(known[name][1])]
    assert not writing, f"A composition calls actions and writes nothing itself: {writing}"


def test_every_action_names_who_acts() -> None:
    nameless = [
        say(path, node)
        for path, node in actions()
        if "by" not in {argument.arg for argument in node.args.kwonlyargs} and not is_composition(path, node)
    ]
    assert not nameless, f"An action ends with the keyword-only parameter `by`: {nameless}"


def test_every_action_is_annotated_and_explained() -> None:
    silent = []
    for path, node in actions():
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if node.returns is None or any(argument.annotation is None for argument in arguments):
            silent.append(f"{say(path, node)}: annotate every parameter and the result")
        text = ast.get_docstring(node) or ""
        if not text.endswith(".") or "\n" in text.partition("\n\n")[0].strip():
            silent.append(f"{say(path, node)}: begin the docstring with one sentence on one line")
        if any(isinstance(inner, ast.Raise) for inner in ast.walk(node)) and "Raises" not in text:
            silent.append(f"{say(path, node)}: it raises, so its docstring says `Raises:`")
    assert not silent, "\n".join(silent)


def test_actions_raise_only_the_two_errors() -> None:
    others = []
    for room in rooms():
        for path in shelf(room, "actions"):
            private = {id(inner) for node in tree_of(path).body for inner in ast.walk(node) if is_private(node)}
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.Raise) and node.exc is not None:
                    allowed = ERRORS | (PROGRAMMING_ERRORS if id(node) in private else set())
                    raised = ast.unparse(node.exc).partition("(")[0].rpartition(".")[2]
                    others += [] if raised in allowed else [f"{say(path, node)} raises {raised}"]
    assert not others, f"Actions raise NotAllowed or RuleBroken: {others}"


def is_private(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("_")


def test_every_action_is_offered_by_its_room() -> None:
    missing = [
        say(path, node)
        for room in rooms()
        for path in shelf(room, "actions")
        for node in public_functions(path)
        if not is_in_inner_folder(path) and not hasattr(import_module(f"modus.{room}.actions"), node.name)
    ]
    assert not missing, f"Name these in actions/__init__.py: {missing}"


def writes_in(tree: ast.AST) -> list[ast.Call]:
    """The calls that write rows, as far as the text can tell."""
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        receiver = ast.unparse(node.func.value)
        always = node.func.attr in ALWAYS_WRITES and not NOT_ROWS.search(receiver)
        if always or (node.func.attr in WRITES_ON_ROWS and ROWS.search(receiver)):
            found.append(node)
    return found


@pytest.mark.parametrize("place", ["rooms", "doors"])
def test_rows_are_written_in_actions_only(place: str) -> None:
    inside = [p for room in rooms() for p in python_files(room) if "actions" not in p.parts and p.stem != "actions"]
    outside = [path for door in DOORS for path in python_files(door)]
    wrong = [say(path, node) for path in (inside if place == "rooms" else outside) for node in writes_in(tree_of(path))]
    assert not wrong, f"Move these writes into an action: {wrong}"


def test_the_search_for_writes_sees_them() -> None:
    seen = writes_in(ast.parse("Thing.objects.within(a=1).update(b=2); thing.save(); {}.update(a=1); names.create()"))
    assert [ast.unparse(node.func) for node in seen] == ["Thing.objects.within(a=1).update", "thing.save"]
