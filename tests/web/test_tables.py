"""Lists by their address, and the export in which no text becomes a formula."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.http import QueryDict

from modus.core.time import today
from modus.web.ui.tables import LONGEST_SEARCH, ListPlan, ListState, csv_text, export, neutral, original, spreadsheet

pytestmark = [pytest.mark.attack("A-75")]
KEY = UUID(int=7)
PLAN = ListPlan(
    sorts=("name", "-name", "joined"),
    filters={"kind": frozenset({"full", "associate"}), "status": frozenset({"current", "former"})},
    defaults={"status": "current"},
)


def state(query: str = "") -> ListState:
    return PLAN.state(QueryDict(query))


def test_what_was_not_declared_is_as_if_it_had_not_been_said() -> None:
    wild = state("sort=password&kind=admin&status=all&q=%20a%00%20%20b%20&after=x&before=&colour=red")
    assert (wild.text, wild.sort, wild.chosen, wild.after, wild.before) == (
        "a b",
        "name",
        {"kind": "", "status": "current"},
        None,
        None,
    )
    asked = state(f"sort=joined&kind=full&status=former&after={KEY}&before={KEY}")
    assert (asked.sort, asked.chosen) == ("joined", {"kind": "full", "status": "former"})
    assert (asked.after, asked.before) == (KEY, KEY)


def test_a_search_is_cut_where_it_is_too_long() -> None:
    assert state(f"q={'x' * LONGEST_SEARCH}y").text == "x" * LONGEST_SEARCH


def test_an_address_says_only_what_is_not_usual() -> None:
    assert (state().query(), state().url()) == ("", "?")
    full = state("q=a&kind=full&sort=joined&status=former")
    assert full.query() == "q=a&kind=full&status=former&sort=joined"
    assert full.query(kind="", sort="name", status="current", after=KEY) == f"q=a&after={KEY}"


def test_a_column_is_sorted_and_turned_round() -> None:
    up, down = state("sort=name"), state("sort=-name")
    assert (up.sort_url("name"), down.sort_url("name")) == ("?sort=-name", "?")
    assert up.sort_url("joined") == "?sort=joined"
    assert (up.sorted("name"), down.sorted("name"), up.sorted("joined")) == ("ascending", "descending", "")


@pytest.mark.parametrize(
    ("query", "narrowed"),
    [("", False), ("sort=joined", False), ("q=a", True), ("kind=full", True), ("status=former", True)],
)
def test_a_list_is_narrowed_by_words_and_filters(query: str, narrowed: bool) -> None:
    assert state(query).is_narrowed is narrowed


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'"])
def test_each_mark_of_a_formula_gets_an_apostrophe_and_gives_it_back(mark: str) -> None:
    assert (neutral(f"{mark}1"), original(f"'{mark}1")) == (f"'{mark}1", f"{mark}1")
    assert (neutral(f"a{mark}"), neutral(""), original("a'")) == (f"a{mark}", "", "a'")


def test_lines_are_written_as_the_standard_says_with_texts_neutral() -> None:
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    rows = [["=1", -2, Decimal("1.50"), True, False, None, date(2026, 1, 2), at], ['a"b', "c,d"]]
    assert csv_text(["=h", "i"], rows) == (
        '\'=h,i\r\n\'=1,-2,1.50,yes,no,,2026-01-02,2026-01-02T03:04:00+00:00\r\n"a""b","c,d"\r\n'
    )


@pytest.mark.parametrize(
    ("kind", "begins", "media_type"),
    [
        ("csv", b"\xef\xbb\xbfHead\r\n", "text/csv; charset=utf-8"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_an_export_is_a_file_that_nobody_keeps_on_the_way(kind: str, begins: bytes, media_type: str) -> None:
    answer = export("members", kind, ["Head"], [["x"]])
    assert answer.content.startswith(begins)
    assert (answer["Content-Type"], answer["Cache-Control"]) == (media_type, "no-store")
    assert answer["Content-Disposition"] == f'attachment; filename="members-{today():%Y-%m-%d}.{kind}"'


def test_a_spreadsheet_holds_texts_numbers_and_days_and_no_formula_or_link() -> None:
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    cells = ["=1+1", "https://h.example", "12", 7, Decimal("1.5"), True, date(2026, 1, 2), at, None, ""]
    book = ZipFile(io.BytesIO(spreadsheet("n" * 40, ["Head"], [cells])))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    texts = book.read("xl/sharedStrings.xml").decode()
    for text in ("=1+1", "https://h.example", ">12<", "2026-01-02T03:04:00+00:00", "Head"):
        assert text in texts
    assert ("<f>" in sheet, "hyperlink" in sheet) == (False, False)
    assert '<c r="D2"><v>7</v></c><c r="E2"><v>1.5</v></c><c r="F2" t="b"><v>1</v></c>' in sheet
    assert '<c r="G2" s="2"><v>46024</v></c><c r="H2" t="s">' in sheet
    assert ('r="I2"' in sheet, 'r="J2"' in sheet, 'r="A1" s="1" t="s"' in sheet) == (False, False, True)
    assert 'ySplit="1" topLeftCell="A2"' in sheet
    assert f'name="{"n" * 31}"' in book.read("xl/workbook.xml").decode()
    styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="yyyy-mm-dd"' in styles
    assert "<b/>" in styles
