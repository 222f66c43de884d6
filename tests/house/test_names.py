"""Names say what a thing is and are formed the same way everywhere."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern

from tests.house.routes import all_patterns, is_ours
from tests.house.source import (
    PACKAGE,
    ROOT,
    in_words,
    public_functions,
    python_files,
    rooms,
    shelf,
    templates,
    text_of,
    tracked_files,
)
from tests.house.texts import visible_texts

FORBIDDEN_FILES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "services", "managers", "handlers"}
NOT_VERBS = {"is", "can", "has", "on", "do", "handle", "process", "perform", "get", "manage", "execute", "run", "tell"}
# American spelling → British spelling, in our own sentences; code of CSS and SVG is not prose.
SPELLING = {
    "organization": "organisation",
    "organizations": "organisations",
    "organizational": "organisational",
    "organizer": "organiser",
    "behavior": "behaviour",
    "favorite": "favourite",
    "color": "colour",
    "colors": "colours",
    "colored": "coloured",
    "center": "centre",
    "centers": "centres",
    "centered": "centred",
    "catalog": "catalogue",
    "canceled": "cancelled",
    "canceling": "cancelling",
    "labeled": "labelled",
    "modeling": "modelling",
    "neighbor": "neighbour",
    "neighbors": "neighbours",
    "gray": "grey",
    "analyze": "analyse",
    "fulfill": "fulfil",
    "honor": "honour",
    "traveled": "travelled",
}
WORD = re.compile(r"[A-Za-z]+")
CODE_IN_PROSE = re.compile(r"```.*?```|`[^`]*`|https?://\S+|\]\([^)]*\)", re.S)


def functions_of(shelf_name: str) -> list[tuple[Path, ast.FunctionDef]]:
    return [(path, node) for room in rooms() for path in shelf(room, shelf_name) for node in public_functions(path)]


def test_actions_are_verb_and_noun() -> None:
    wrong = [
        f"{in_words(path)}: {node.name}"
        for path, node in functions_of("actions")
        if path.parent.name in {"actions", *rooms()} and ("_" not in node.name or node.name.split("_")[0] in NOT_VERBS)
    ]
    assert not wrong, f"Call an action by the verb that people say and its object, as in admit_member: {wrong}"


def test_queries_are_nouns() -> None:
    verbs = ("get_", "fetch_", "load_", "retrieve_", "list_", "find_")
    wrong = [f"{in_words(path)}: {node.name}" for path, node in functions_of("queries") if node.name.startswith(verbs)]
    assert not wrong, f"A query is a noun with a qualifier, as in events_visible_to: {wrong}"


def test_rules_on_rights_begin_with_can() -> None:
    wrong = [
        f"{in_words(path)}: {node.name}"
        for path, node in functions_of("rules")
        if node.returns is not None
        and ast.unparse(node.returns) == "bool"
        and "rights" in {argument.arg for argument in node.args.args}
        and not node.name.startswith("can_")
    ]
    assert not wrong, f"A rule is can_ and a verb: {wrong}"


def test_notifications_begin_with_tell() -> None:
    wrong = [
        f"{in_words(path)}: {node.name}"
        for path, node in functions_of("notifications")
        if not node.name.startswith("tell_")
    ]
    assert not wrong, f"A notification is tell_ and what: {wrong}"


def test_views_bear_the_names_of_their_addresses() -> None:
    wrong = []
    for name, pattern in all_patterns():
        if not is_ours(pattern) or name.startswith(("account_", "openid_connect_")):
            continue
        bare = name.rpartition(":")[2]
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", bare):
            wrong.append(f"{name}: write noun-verb in lower case with hyphens")
        if view_name(pattern) != bare.replace("-", "_"):
            wrong.append(f"{name}: its view is {view_name(pattern)}, expected {bare.replace('-', '_')}")
    assert not wrong, "\n".join(wrong)


def view_name(pattern: URLPattern) -> str:
    return str(getattr(pattern.callback, "__name__", ""))


def test_no_file_bears_a_name_that_says_nothing() -> None:
    wrong = [in_words(p) for p in tracked_files() if p.suffix in {".py", ".js", ".css"} and p.stem in FORBIDDEN_FILES]
    assert not wrong, f"Name these files by what is in them: {wrong}"


def test_a_room_says_what_it_is_and_holds_no_code() -> None:
    for name in (folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()):
        tree = ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8"))
        assert len(tree.body) == 1, f"src/modus/{name}/__init__.py holds its docstring and no code"
        assert ast.get_docstring(tree), f"src/modus/{name}/__init__.py says in a docstring what the folder is"


def test_every_module_begins_with_a_sentence() -> None:
    silent = [
        in_words(path)
        for path in python_files()
        if path.stat().st_size and not (ast.get_docstring(ast.parse(text_of(path))) or "")
    ]
    assert not silent, f"Begin these modules with one sentence: {silent}"


def test_prose_is_spelt_the_british_way() -> None:
    wrong = []
    for path, text in own_prose():
        for word in WORD.findall(text):
            if word.lower() in SPELLING:
                wrong.append(f"{in_words(path)}: {word} → {SPELLING[word.lower()]}")
    assert not wrong, "\n".join(sorted(set(wrong)))


def own_prose() -> Iterator[tuple[Path, str]]:
    """Docstrings, comments, visible texts and pages of documentation."""
    for path in python_files():
        yield path, python_prose(path)
    for path in templates():
        yield path, "\n".join(visible_texts(path.read_text(encoding="utf-8"), marked=True))
    for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]:
        yield path, CODE_IN_PROSE.sub(" ", text_of(path))


def python_prose(path: Path) -> str:
    text = text_of(path)
    tree = ast.parse(text)
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    prose = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)]
    prose += [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and "noqa" not in token.string
    ]
    prose += [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"_", "gettext", "gettext_lazy"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    return CODE_IN_PROSE.sub(" ", "\n".join(prose))
