"""One input file read as a table: every wrong cell is noted with row, column and reason."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator, validate_email
from django_countries import countries

from modus.core.errors import Fault, RuleBroken
from modus.core.time import today

T = TypeVar("T")

LARGEST_BYTES = 20_000_000
MOST_ROWS = 100_000
FIRST_YEAR = 1000
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"", "no", "false", "0"})


class Sheet:
    """A CSV file in UTF-8 with a header row; `faults` grows while it is read."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.header: list[str] = []
        self._rows: list[tuple[int, list[str]]] = []
        self._read(content)

    def _read(self, content: bytes) -> None:
        if len(content) > LARGEST_BYTES:
            return self.fault(1, "", f"The file is larger than {LARGEST_BYTES // 1_000_000} MB.")
        text = self._decoded(content)
        if text is None:
            return None
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        try:
            self.header = [name.strip() for name in next(lines, [])]
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    self._rows.append((lines.line_num, cells))
        except csv.Error as error:
            self.fault(lines.line_num, "", f"This row cannot be read: {error}.")
        self._check_shape()
        return None

    def _decoded(self, content: bytes) -> str | None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.fault(content[: error.start].count(b"\n") + 1, "", "This is not UTF-8. Save the file as CSV UTF-8.")
            return None
        if "\0" in text:
            self.fault(text[: text.index("\0")].count("\n") + 1, "", "There is a NUL character.")
            return None
        return text

    def _check_shape(self) -> None:
        if not any(self.header):
            self.fault(1, "", "The file is empty; its first row names the columns.")
        for name in sorted({name for name in self.header if self.header.count(name) > 1}):
            self.fault(1, name, "This column stands there twice.")
        if len(self._rows) > MOST_ROWS:
            self.fault(MOST_ROWS + 2, "", f"There are more than {MOST_ROWS} rows.")
        for number, cells in self._rows:
            if len(cells) != len(self.header):
                self.fault(number, "", f"There are {len(cells)} cells, and the header has {len(self.header)}.")

    def fault(self, row: int, column: str, reason: str) -> None:
        self.faults.append(Fault(self.file, row, column, reason))

    def rows(self, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator["Row"]:
        """The rows, if the columns are those that the kind of file has."""
        for name in required:
            if name not in self.header:
                self.fault(1, name, "This column is missing.")
        for name in self.header:
            if name and name not in (*required, *optional):
                self.fault(1, name, f"This column is unknown. Known ones: {', '.join((*required, *optional))}.")
        if self.faults:
            return
        for number, cells in self._rows:
            yield Row(self, number, dict(zip(self.header, (cell.strip() for cell in cells), strict=True)))


class Row:
    """One row; each reader notes a fault and gives a harmless value when the cell is wrong."""

    def __init__(self, sheet: Sheet, number: int, cells: dict[str, str]) -> None:
        self.sheet, self.number, self.cells = sheet, number, cells

    def fault(self, column: str, reason: str) -> None:
        self.sheet.fault(self.number, column, reason)

    @property
    def is_faulty(self) -> bool:
        return any(fault.row == self.number for fault in self.sheet.faults)

    def text(self, column: str, *, is_required: bool = False, longest: int = 300) -> str:
        value = self.cells.get(column, "")
        if is_required and not value:
            self.fault(column, "This cell is empty and must not be.")
        if len(value) > longest:
            self.fault(column, f"There are {len(value)} characters; {longest} is the most.")
        return value

    def words(self, column: str) -> list[str]:
        return [word.strip() for word in self.text(column, longest=2000).split(";") if word.strip()]

    def number_or_none(self, column: str, kind: Callable[[str], T]) -> T | None:
        value = self.text(column)
        if not value:
            return None
        try:
            return kind(value)
        except (ValueError, ArithmeticError):
            self.fault(column, f"“{value[:40]}” is not a number.")
            return None

    def day(self, column: str, *, is_required: bool = False) -> date | None:
        value = self.text(column, is_required=is_required)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(column, f"“{value[:40]}” is not a day; write it as 2026-03-31.")
            return None

    def choice(self, column: str, choices: Any, *, is_required: bool = False) -> str:
        value = self.text(column, is_required=is_required)
        if value and value not in choices:
            self.fault(column, f"“{value[:40]}” is unknown. Known ones: {', '.join(sorted(choices))}.")
            return ""
        return value

    def country(self, column: str, *, is_required: bool = False) -> str:
        value = self.text(column, is_required=is_required)
        if value and value not in dict(countries):
            self.fault(column, f"“{value[:40]}” is not a country; write two letters such as CZ, and GR for Greece.")
            return ""
        return value

    def year(self, column: str) -> int | None:
        value = self.number_or_none(column, int)
        if value is not None and not FIRST_YEAR <= value <= today().year:
            self.fault(column, f"“{value}” is not a year from {FIRST_YEAR} to {today().year}.")
            return None
        return value

    def checked(self, column: str, check: Callable[[str], object], what: str, **more: Any) -> str:
        """A text that a validator accepts; `what` says what it should be."""
        value = self.text(column, **more)
        if not value:
            return ""
        try:
            check(value)
        except ValidationError:
            self.fault(column, f"“{value[:40]}” is not {what}.")
            return ""
        return value

    def link(self, column: str) -> str:
        return self.checked(column, URLValidator(["http", "https"]), "an address that begins with https://")

    def mail(self, column: str, *, is_required: bool = False) -> str:
        return self.checked(column, validate_email, "a mail address", is_required=is_required, longest=254).lower()

    def slug(self, column: str) -> str:
        what = "a short name of small letters, digits and hyphens"
        return self.checked(column, RegexValidator(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z"), what, is_required=True, longest=60)

    def zone(self, column: str, *, otherwise: str) -> str:
        value = self.text(column)
        if value and value not in available_timezones():
            self.fault(column, f"“{value[:40]}” is not a time zone; write it as Europe/Prague.")
        return value or otherwise

    def flag(self, column: str) -> bool:
        value = self.text(column).lower()
        if value not in YES | NO:
            self.fault(column, f"“{value[:40]}” is neither yes nor no.")
        return value in YES

    def carry_out(self, act: Callable[[], T], *, column: str = "") -> T | None:
        """Call an action for this row; what it refuses becomes a fault of the row."""
        if self.is_faulty:
            return None
        try:
            return act()
        except RuleBroken as broken:
            named = broken.field if broken.field in self.cells else column
            self.fault(named or "", broken.message)
            return None


def _delimiter(text: str) -> str:
    """The separator of the header row: comma, semicolon or tab, whichever stands there most often."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)
