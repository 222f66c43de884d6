"""Lists by their address: declared filters and orders only, pages by key, and the export of what is shown."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

import xlsxwriter
from django.http import HttpResponse, QueryDict

from modus.core.time import today

LONGEST_SEARCH = 100
# The wide ones of East Asia are marks of a formula there.
FORMULA_MARKS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
EXPORT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True)
class ListPlan:
    """What a list can be asked: its orders, the first being the usual one, and its filters with their values."""

    sorts: Sequence[str]
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def state(self, asked: QueryDict) -> "ListState":
        """Read an address; what was not declared is as if it had not been said."""
        sort = asked.get("sort", "")
        chosen = {
            name: value if (value := asked.get(name, "")) in values else self.defaults.get(name, "")
            for name, values in self.filters.items()
        }
        return ListState(
            plan=self,
            text=" ".join(asked.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").split()),
            sort=sort if sort in self.sorts else self.sorts[0],
            chosen=chosen,
            after=_key(asked.get("after", "")),
            before=_key(asked.get("before", "")),
        )


@dataclass(frozen=True)
class ListState:
    """A list as it is asked for."""

    plan: ListPlan
    text: str
    sort: str
    chosen: dict[str, str]
    after: UUID | None = None
    before: UUID | None = None

    def query(self, **changes: object) -> str:
        """The canonical query of this list with some answers changed; a page's place stays only when it is named."""
        said: dict[str, object] = {"q": self.text, **self.chosen, "sort": self.sort, **changes}
        usual = {"sort": self.plan.sorts[0], **self.plan.defaults}
        return urlencode({name: str(value) for name, value in said.items() if value and value != usual.get(name)})

    def url(self, **changes: object) -> str:
        """The address of the list with some answers changed."""
        return f"?{self.query(**changes)}"

    def sort_url(self, name: str) -> str:
        """The address that sorts by a column, or turns its order round."""
        return self.url(sort=f"-{name}" if self.sort == name else name)

    def sorted(self, name: str) -> str:
        """How a column is sorted now, in the word of `aria-sort`."""
        return {name: "ascending", f"-{name}": "descending"}.get(self.sort, "")

    @property
    def is_narrowed(self) -> bool:
        """Say whether a search or a filter hides rows."""
        return bool(self.text) or any(value != self.plan.defaults.get(name, "") for name, value in self.chosen.items())


def _key(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def export(name: str, format_: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A file with the rows; it is made anew for each request and nobody may keep a copy on the way."""
    body = csv_text(heads, rows).encode("utf-8-sig") if format_ == "csv" else spreadsheet(name, heads, rows)
    return HttpResponse(
        body,
        content_type=EXPORT_TYPES[format_],
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{today():%Y-%m-%d}.{format_}"',
            "Cache-Control": "no-store",
        },
    )


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Write rows as CSV (RFC 4180); a text that a spreadsheet would read as a formula gets an apostrophe in front."""
    return "".join(csv_lines(heads, rows))


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The same line by line, for files that are sent while they are made."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in itertools.chain([[neutral(head) for head in heads]], map(_plain, rows)):
        writer.writerow(line)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `original` gives it back."""
    return f"'{text}" if text.startswith((*FORMULA_MARKS, "'")) else text


def original(text: str) -> str:
    """The text before it was made neutral."""
    return text[1:] if text.startswith("'") else text


def _plain(row: Sequence[Cell]) -> Iterator[str | int | float | Decimal]:
    for cell in row:
        if isinstance(cell, bool):
            yield "yes" if cell else "no"
        elif isinstance(cell, date | datetime):
            yield cell.isoformat()
        elif cell is None:
            yield ""
        else:
            yield neutral(cell) if isinstance(cell, str) else cell


def spreadsheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows as XLSX; texts are texts, never formulas or links."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(name[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, day)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, day: object) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_string(row, column, cell.isoformat())
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell)
