"""The guides are held against the code: words of the interface, columns of import files, examples that work."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from modus.directory import actions, queries
from modus.directory.actions.importing import KINDS, STEPS, import_files
from modus.directory.actions.importing.sheet import Sheet
from modus.directory.models import Cluster, Network, Taxonomy
from tests.house.source import PACKAGE, ROOT, in_words, python_files, templates, text_of, tree_of

USER_GUIDE = ROOT / "docs" / "user"
IMPORT_FILES = ROOT / "docs" / "administrator" / "import-files.md"
INTERFACE = ROOT / "docs" / "developer" / "interface.md"
PICTURES = ROOT / "docs" / "pictures"
BOLD = re.compile(r"\*\*([^*]+)\*\*")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
SAID = re.compile(r"""(?:translate |_\()(?:"([^"]*)"|'([^']*)')""")
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
SENTENCE = re.compile(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", re.S)
SECTION = re.compile(r"^##+ (\S+)\n(.*?)(?=^## |^### |\Z)", re.M | re.S)
MOST_LINES = 75
MOST_BYTES = 200_000


def user_pages() -> list[Path]:
    return sorted(USER_GUIDE.rglob("*.md"))


def as_said(text: str) -> str:
    """A text as people read it: one blank for any, an ellipsis for what is filled in."""
    filled = re.sub(r"%\(\w+\)[sd]|\{\{.*?\}\}|\{\w*\}|…|\b\d+\b", "…", text)
    return " ".join(filled.split())


def texts_of_a_template(template: str) -> list[str]:
    """What a template says in marked texts, one and many apart."""
    said = [double or single for double, single in SAID.findall(template)]
    return said + [form for text in SENTENCE.findall(template) for form in text.split("{% plural %}")]


def texts_of_a_module(module: ast.Module) -> list[str]:
    """What a module says in marked texts."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKS]
    said = [argument for call in calls for argument in call.args if isinstance(argument, ast.Constant)]
    return [argument.value for argument in said if isinstance(argument.value, str)]


@cache
def texts_of_the_interface() -> frozenset[str]:
    """Every text that a template or the Python source can show."""
    shown = [said for path in templates() for said in texts_of_a_template(text_of(path))]
    shown += [said for path in python_files() for said in texts_of_a_module(tree_of(path))]
    return frozenset(as_said(text) for text in shown)


@pytest.mark.parametrize("page", user_pages(), ids=lambda path: path.stem)
def test_the_user_guide_says_what_the_interface_says(page: Path) -> None:
    """What is printed bold in the user guide is a title, a button, a label: it stands there in these words."""
    unknown = [word for word in BOLD.findall(text_of(page)) if as_said(word) not in texts_of_the_interface()]
    assert not unknown, f"{in_words(page)} names what no page shows: {unknown}"


def test_the_words_of_the_interface_are_told_apart() -> None:
    assert as_said("Invite 3 people") == as_said("Invite %(n)d people")
    assert as_said("Add a member") in texts_of_the_interface()
    assert as_said("Add a membre") not in texts_of_the_interface()


@pytest.mark.parametrize("page", user_pages(), ids=lambda path: path.stem)
def test_a_page_of_the_user_guide_is_short(page: Path) -> None:
    lines = text_of(page).count("\n")
    assert lines <= MOST_LINES, f"{in_words(page)} has {lines} lines; split it: one page for one task."


def test_pictures_are_small_used_and_described() -> None:
    used = set()
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for described, target in PICTURE.findall(text_of(page)):
            assert len(described) > 15, f"{in_words(page)}: say in words what {target} shows."
            used.add((page.parent / target).resolve())
    there = set(PICTURES.iterdir())
    assert used == there, f"Missing: {used - there}; in no page: {there - used}"
    large = [in_words(path) for path in there if path.stat().st_size > MOST_BYTES]
    assert not large, f"Larger than {MOST_BYTES // 1000} kB: {large}"


@cache
def sections() -> dict[str, str]:
    return {name: text for name, text in SECTION.findall(text_of(IMPORT_FILES)) if name in KINDS}


def columns_told(kind: str) -> tuple[set[str], set[str]]:
    """The columns that the page names for a kind of file: the required ones, the others."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for line in sections()[kind].splitlines():
        if line.startswith("| `"):
            first, is_required = line.split("|")[1:3]
            told[is_required.strip() == "yes"] |= set(re.findall(r"`([^`]+)`", first))
    return told[True], told[False]


@pytest.fixture
def _lists(cluster: Cluster) -> None:
    """What a file needs before its columns are looked at: a network and the list of regions."""
    Taxonomy.objects.create(code="nuts", version="2024", name="NUTS 2024")


def columns_taken(kind: str) -> tuple[set[str], set[str]]:
    """The columns that the import asks for, told by what it says of a file that has none of them."""
    sheet = Sheet(f"{kind}.csv", b"no-such-column\n")
    dict(reversed(STEPS))[kind](sheet, queries.clock())
    required = {fault.column for fault in sheet.faults if fault.reason == "This column is missing."}
    unknown = next(fault.reason for fault in sheet.faults if fault.column == "no-such-column")
    known = unknown.partition("Known ones: ")[2].rstrip(".").split(", ")
    return required, set(known) - required


def test_every_kind_of_import_file_is_described() -> None:
    assert set(sections()) == set(KINDS)


@pytest.mark.usefixtures("_lists")
@pytest.mark.parametrize("kind", KINDS)
def test_the_columns_of_an_import_file_are_those_of_the_page(kind: str) -> None:
    assert columns_told(kind) == columns_taken(kind)


def example_of(kind: str) -> str:
    found = re.search(r"```csv\n(.*?)```", sections()[kind], re.S)
    assert found, f"Give an example of {kind}."
    return found[1]


@pytest.mark.django_db
def test_the_examples_of_import_files_can_be_imported_together() -> None:
    for version in ("2", "2.1"):
        actions.load_nace(version, by=queries.clock())
    told = import_files(((f"{kind}.csv", example_of(kind).encode()) for kind in KINDS), by=queries.clock())
    assert "members.csv: 1 memberships, 0 known before" in told
    assert "people.csv: 3 positions, 0 known before" in told
    assert [network.slug for network in Network.objects.all()] == ["north"]


def test_the_examples_name_required_columns() -> None:
    for kind in KINDS:
        required, others = columns_told(kind)
        header = set(next(csv.reader(example_of(kind).splitlines())))
        assert required <= header <= required | others, kind


def test_every_piece_of_the_interface_is_described() -> None:
    pieces = {path.name for path in (PACKAGE / "web" / "templates" / "ui").glob("_*.html")}
    described = set(re.findall(r"`(_\w+\.html)`", text_of(INTERFACE)))
    assert pieces == described, f"Missing: {sorted(pieces - described)}; gone: {sorted(described - pieces)}"
