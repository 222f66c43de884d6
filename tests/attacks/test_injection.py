"""Injection: no hand-made SQL, no columns named from outside, nothing stored is run; and SQL in every parameter."""

import ast
import re
from pathlib import Path

import pytest

from tests.attacks.payloads import PARAMETERS, SQL
from tests.attacks.walking import ask, checksum, home_of, named, routes, taken_back, who_may
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import address_of
from tests.house.source import in_words, python_files, text_of, tree_of

RAW = {"raw", "extra", "RawSQL", "raw_query"}
UNPACKING = {"pickle", "cPickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"}
RUNNING = {"eval", "exec", "compile", "__import__"}
CLIENTS = {"requests", "httpx", "urllib3", "aiohttp", "http.client", "urllib.request", "ftplib", "smtplib", "socket"}
# The one client, and who only looks whether its own port is free.
ONE_CLIENT = {
    "src/modus/core/outbound.py",
    "src/modus/cli/management/commands/web.py",
    # The one sender speaks to the mail server that the operator names; the worker asks its own host name only.
    "src/modus/core/outbox/delivering.py",
    "src/modus/core/tasks/runner.py",
    # Names the error of allauth's client for identity providers, whose hosts the operator names.
    "src/modus/web/account/views/sso.py",
    # A drill asks the pages that it has started itself.
    *(f"src/modus/cli/drills/{name}.py" for name in ("processes", "site", "writers")),
}
FROM_OUTSIDE = re.compile(r"request\.(GET|POST|FILES|headers|META|COOKIES|body)|cleaned_data|kwargs\[|QueryDict")
QUERIES = {"filter", "exclude", "get", "within", "order_by", "annotate", "values", "values_list", "update", "Q", "only"}
MAKES_MARKUP = re.compile(r"""\bmark_safe\(|\bSafe(?:String|Text)\((?!["'])""")
SAYS_WHY = re.compile(r"# noqa: S308|# safe")
DEVELOPMENT_ONLY = {"catalogue", "samples"}
NAMED_BY_DRIVER = re.compile(r"SQL\('[^']*'\)\.format\(Identifier\(\w+\)\)")
NUMBER = re.compile(r"[0-9a-f]{16}|value=\"[^\"]*\"|\"X-CSRFToken\": \"[^\"]*\"")


def calls() -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and "migrations" not in path.parts
    ]


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def say(path: Path, node: ast.expr) -> str:
    return f"{in_words(path)}:{node.lineno} {ast.unparse(node)[:90]}"


@pytest.mark.attack("A-76")
def test_nobody_writes_sql_by_hand() -> None:
    found = [say(path, call) for path, call in calls() if name_of(call) in RAW and isinstance(call.func, ast.Attribute)]
    found += [say(p, c) for p, c in calls() if name_of(c) in {"execute", "executemany"} and not is_plain_sql(c)]
    assert not found, f"Use the ORM, or a constant string with parameters: {found}"


def is_plain_sql(call: ast.Call) -> bool:
    """A constant statement, with names put in by the driver or not, or the wrapper that hands on what Django made."""
    first = call.args[0] if call.args else None
    if first is not None and NAMED_BY_DRIVER.fullmatch(ast.unparse(first)):
        return True
    return isinstance(first, ast.Constant) or ast.unparse(call.func) == "execute"


@pytest.mark.attack("A-76", "A-77")
def test_no_name_from_outside_becomes_a_column() -> None:
    found = [
        say(path, call)
        for path, call in calls()
        if name_of(call) in QUERIES
        for keyword in call.keywords
        if keyword.arg is None and FROM_OUTSIDE.search(ast.unparse(keyword.value))
    ]
    found += [
        say(path, call)
        for path, call in calls()
        if name_of(call) == "order_by"
        for argument in call.args
        if FROM_OUTSIDE.search(ast.unparse(argument))
    ]
    assert not found, f"Names of columns come from a list of ours, never from a request: {found}"


@pytest.mark.attack("A-70")
def test_nothing_stored_is_run() -> None:
    imported = [
        f"{in_words(path)}:{node.lineno} {name}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        for name in names_imported(node)
        if name.split(".")[0] in UNPACKING
    ]
    called = [say(p, c) for p, c in calls() if isinstance(c.func, ast.Name) and c.func.id in RUNNING]
    assert not imported + called, f"Data stay data: {imported + called}"


@pytest.mark.attack("A-60")
def test_one_module_calls_other_servers() -> None:
    """allauth's own client for identity providers is the one exception: the operator, not a person, names its hosts."""
    found = [
        f"{in_words(path)}:{node.lineno} {name}"
        for path in python_files()
        if in_words(path) not in ONE_CLIENT
        for node in ast.walk(tree_of(path))
        for name in names_imported(node)
        if name in CLIENTS or name.split(".")[0] in CLIENTS - {"http.client", "urllib.request"}
    ]
    assert not found, f"Other servers are asked by modus.core.outbound alone: {found}"


def names_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


@pytest.mark.attack("A-30")
def test_text_becomes_markup_only_where_it_is_said() -> None:
    """`mark_safe` stands beside a reason; `format_html` escapes by itself."""
    found = []
    for path in python_files():
        if path.stem in DEVELOPMENT_ONLY:
            continue
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if MAKES_MARKUP.search(line) and not SAYS_WHY.search(line):
                found.append(f"{in_words(path)}:{number}")
    assert not found, f"Use format_html, or say in a comment on the line why the text is safe: {found}"


@pytest.mark.attack("A-76")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_sql_in_a_parameter_is_a_word_like_any_other(route: Route, world: World) -> None:
    """The answer is that of a word that nobody knows: no more rows, no fault, nothing changed."""
    actor = who_may(route)
    address = address_of(route, home_of(actor, world))
    before = checksum()
    with taken_back():
        unknown = ask(world, actor, "GET", address, dict.fromkeys(PARAMETERS, "zzyzx"))
        for statement in SQL:
            answer = ask(world, actor, "GET", address, dict.fromkeys(PARAMETERS, statement))
            assert answer.status_code == unknown.status_code, f"{route.name}: {statement!r}"
        assert checksum() == before


@pytest.mark.attack("A-77")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_hidden_columns_cannot_be_asked(route: Route, world: World) -> None:
    """Names that are not declared are as if they had not been said: the page is the same to the letter."""
    actor = who_may(route)
    address = address_of(route, home_of(actor, world))
    hidden = {
        "person__user__password__startswith": "a",
        "user__password": "argon2",
        "organisation__people__email__contains": "a",
        "cluster__network__slug": "south",
        "id__gt": "0",
        "pk": "1",
        "submitted_by__email": "a",
        "_connector": "OR",
        "_negated": "1",
    }
    with taken_back():
        plain = ask(world, actor, "GET", address)
        asked = ask(world, actor, "GET", address, hidden)
        sorted_by_hidden = ask(
            world, actor, "GET", address, {"sort": "-person__user__password", "order": "user__password"}
        )
    if plain.status_code != 200 or plain.streaming:
        return
    assert {asked.status_code, sorted_by_hidden.status_code} <= {200}
    assert rows_in(asked) == rows_in(plain) == rows_in(sorted_by_hidden)


def rows_in(answer: object) -> list[str]:
    """The ids that a page links to, in their order."""
    text = answer.content.decode("utf-8", "replace")  # type: ignore[attr-defined]
    return re.findall(r"<tr data-key=\"([^\"]+)\"|/members/([0-9a-f-]{36})/\"", text)
