"""Reads a problem from the text of files: a pair of CSV files, JSON, or the .dzn form; and a timetable from JSON.

Whatever is wrong is told with row, column and reason, all of it at once.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from modus.algorithms.timetable.problem import (
    LARGEST_GROUP,
    Appointment,
    FaultyProblem,
    Goal,
    Interest,
    LeftOut,
    Lock,
    Objective,
    Participant,
    Problem,
    Reason,
    Request,
    Score,
    Slot,
    Status,
    Table,
    Timetable,
)

INTERESTS = {"must": Interest.MUST, "want": Interest.WANT, "would": Interest.WOULD, "no": Interest.NO}
PEOPLE_COLUMNS = {"participant", "unavailable", "most_meetings", "online_days", "kind"}
REQUEST_COLUMNS = {"request", "session", "slots", "locked_slot", "locked_table"}
SEATS = tuple(range(1, LARGEST_GROUP + 1))


class FaultyText(ValueError):
    """A file that cannot be read; `faults` holds a sentence with place and reason for each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def slots_of_days(numbers: Sequence[int]) -> tuple[Slot, ...]:
    """Slots s1, s2, … on days d1, d2, … with so many slots each; the first half of a day is its session am."""
    days = [(day, place, number) for day, number in enumerate(numbers, 1) for place in range(number)]
    return tuple(
        Slot(f"s{n}", f"d{day}", "am" if 2 * place < number else "pm") for n, (day, place, number) in enumerate(days, 1)
    )


def read_csv_pair(people: str, requests: str, *, slots: Sequence[Slot], tables: int, quiet: int = 0) -> Problem:
    """The problem of two CSV texts.

    Parameters: `people` with the column participant and, as wanted, unavailable (slots), most_meetings, online_days and
    kind; `requests` with person_1, person_2 … person_6, interest_1 … interest_6 (must, want, would, no; want when
    empty) and, as wanted, request, session, slots, locked_slot, locked_table. Names in one cell are parted by spaces.
    The slots, and the numbers of tables t1, t2, … and of quiet tables q1, q2, ….
    Raises: FaultyText with file, row, column and reason.
    """
    reader = _CsvPair(people, requests)
    participants = tuple(reader.participants())
    wanted = tuple(reader.requests())
    if reader.faults:
        raise FaultyText(reader.faults)
    try:
        return Problem(
            participants=participants,
            slots=tuple(slots),
            tables=(
                *(Table(f"t{number}") for number in range(1, tables + 1)),
                *(Table(f"q{number}", quiet=True) for number in range(1, quiet + 1)),
            ),
            requests=wanted,
            locks=tuple(reader.locks),
        )
    except FaultyProblem as faulty:
        raise FaultyText([reader.placed(fault) for fault in faulty.faults]) from faulty


class _CsvPair:
    """The rows of both files, and what is wrong with them."""

    def __init__(self, people: str, requests: str) -> None:
        self.faults: list[str] = []
        self.locks: list[Lock] = []
        self.rows: dict[str, str] = {}
        persons = {f"{what}_{n}" for what in ("person", "interest") for n in SEATS}
        self.people = self._rows("participants", people, {"participant"}, PEOPLE_COLUMNS)
        self.wishes = self._rows("requests", requests, {"person_1", "person_2"}, REQUEST_COLUMNS | persons)

    def _rows(self, name: str, text: str, needed: set[str], known: set[str]) -> list[tuple[int, dict[str, str]]]:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
        try:
            heads = {head.strip() for head in reader.fieldnames or ()}
            for head in sorted(needed - heads):
                self.faults.append(f"{name}, row 1, column {head}: this column is missing.")
            for head in sorted(heads - known):
                self.faults.append(f"{name}, row 1, column {head}: there is no such column.")
            return [(reader.line_num, self._row(name, reader.line_num, row)) for row in reader]
        except csv.Error as error:
            self.faults.append(f"{name}, row {reader.line_num}: this is no CSV ({error}).")
            return []

    def _row(self, name: str, number: int, row: Mapping[str | None, Any]) -> dict[str, str]:
        if None in row:
            self.faults.append(f"{name}, row {number}: it has more cells than there are columns.")
        return {str(head).strip(): (cell or "").strip() for head, cell in row.items() if head is not None}

    def participants(self) -> Iterator[Participant]:
        for number, row in self.people:
            name = row.get("participant", "")
            if not name:
                self.faults.append(f"participants, row {number}, column participant: a name is missing.")
            self.rows.setdefault(f"Participant {name}", f"participants, row {number}")
            yield Participant(
                id=name,
                unavailable=frozenset(row.get("unavailable", "").split()),
                most_meetings=self._number(
                    row.get("most_meetings", ""), f"participants, row {number}, column most_meetings"
                ),
                online_days=frozenset(row.get("online_days", "").split()),
                kind=row.get("kind", ""),
            )

    def _number(self, cell: str, where: str) -> int | None:
        if not cell or (cell.isascii() and cell.isdigit()):
            return int(cell) if cell else None
        self.faults.append(f"{where}: {cell} is no whole number of 0 or more.")
        return None

    def requests(self) -> Iterator[Request]:
        for number, row in self.wishes:
            name = row.get("request") or f"r{number - 1}"
            self.rows.setdefault(f"Request {name}", f"requests, row {number}")
            self.rows.setdefault(f"Lock of {name}", f"requests, row {number}")
            seats = [n for n in SEATS if row.get(f"person_{n}")]
            slots = row.get("slots", "").split()
            if row.get("locked_slot"):
                self.locks.append(Lock(name, row["locked_slot"], row.get("locked_table") or None))
            yield Request(
                id=name,
                people=tuple(row[f"person_{n}"] for n in seats),
                interests=tuple(self._interest(row.get(f"interest_{n}", ""), number, n) for n in seats),
                session=row.get("session", ""),
                slots=frozenset(slots) if slots else None,
            )

    def _interest(self, cell: str, number: int, seat: int) -> Interest:
        if cell and cell.lower() not in INTERESTS:
            where = f"requests, row {number}, column interest_{seat}"
            self.faults.append(f"{where}: {cell} is none of {', '.join(INTERESTS)}.")
        return INTERESTS.get(cell.lower(), Interest.WANT)

    def placed(self, fault: str) -> str:
        """The fault of a problem with the row from which it comes."""
        subject = fault.partition(":")[0]
        return f"{self.rows[subject]}: {fault}" if subject in self.rows else fault


def read_json(text: str) -> Problem:
    """The problem of a JSON text: an object with the fields of `Problem`, as `problem_to_json` writes it.

    Raises: FaultyText with the place in the text, as requests[3].people, and the reason.
    """
    raw = _object(_parsed(text), "the text")
    _known(raw, {field.name for field in fields(Problem)}, "the text")
    try:
        return Problem(
            participants=_each(raw, "participants", Participant),
            slots=_each(raw, "slots", Slot),
            tables=_each(raw, "tables", Table),
            requests=_each(raw, "requests", Request),
            locks=_each(raw, "locks", Lock),
            precedences=tuple(_pair(one, "precedences") for one in _list(raw, "precedences")),
            buffer_slots=_whole(raw, "buffer_slots") or 0,
            kinds_that_meet=_pairs(raw, "kinds_that_meet") if raw.get("kinds_that_meet") is not None else None,
            barred_pairs=_pairs(raw, "barred_pairs"),
            hold_all=raw.get("hold_all") is True,
            fairness=_whole(raw, "fairness"),
            objective=_objective(_object(raw.get("objective", {}), "objective")),
        )
    except FaultyProblem as faulty:
        raise FaultyText(faulty.faults) from faulty


def read_timetable(text: str) -> Timetable:
    """The timetable of a JSON text, as `timetable_to_json` writes it. Raises FaultyText with place and reason."""
    raw = _object(_parsed(text), "the text")
    try:
        return Timetable(
            appointments=_each(raw, "appointments", Appointment),
            score=Score(**_object(raw.get("score"), "score")),
            status=Status(raw["status"]),
            left_out=tuple(
                LeftOut(one["request"], Reason(one["reason"]), one.get("displaces"), one.get("relaxation", ""))
                for one in _list(raw, "left_out")
            ),
            interest_bound=raw.get("interest_bound"),
            breaks_bound=raw.get("breaks_bound"),
            breaks_by_person=_object(raw.get("breaks_by_person", {}), "breaks_by_person"),
            proved=tuple(Goal(one) for one in _list(raw, "proved")) if "proved" in raw else (),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, FaultyText) else FaultyText([f"This is no timetable: {error}."]) from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        row = f"row {error.lineno}, column {error.colno}: " if isinstance(error, json.JSONDecodeError) else ""
        raise FaultyText([f"{row}this is no JSON ({error})."]) from error


def _object(raw: Any, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise FaultyText([f"{where}: an object is expected."])
    return raw


def _known(raw: Mapping[str, Any], names: set[str], where: str) -> None:
    if unknown := sorted(set(raw) - names):
        raise FaultyText([f"{where}: there is no field {name}." for name in unknown])


def _list(raw: Mapping[str, Any], name: str) -> list[Any]:
    value = raw.get(name, [])
    if not isinstance(value, list):
        raise FaultyText([f"{name}: a list is expected."])
    return value


def _whole(raw: Mapping[str, Any], name: str, where: str = "") -> int | None:
    value = raw.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise FaultyText([f"{where}{name}: a whole number is expected."])
    return value


def _pair(raw: Any, where: str) -> tuple[str, str]:
    if not isinstance(raw, list) or len(raw) != 2 or not all(isinstance(one, str) for one in raw):
        raise FaultyText([f"{where}: pairs of names are expected."])
    return raw[0], raw[1]


def _pairs(raw: Mapping[str, Any], name: str) -> frozenset[tuple[str, str]]:
    return frozenset(_pair(one, name) for one in _list(raw, name))


def _objective(raw: dict[str, Any]) -> Objective:
    _known(raw, {field.name for field in fields(Objective)}, "objective")
    first = _list(raw, "first_meetings") if "first_meetings" in raw else list(Objective().first_meetings)
    goals = _list(raw, "goals") if "goals" in raw else list(Goal)
    try:
        numbers = tuple(int(points) for points in first)
        return Objective(frozenset(map(Goal, goals)), numbers, _whole(raw, "break_cost", "objective.") or 0)
    except (TypeError, ValueError) as error:
        raise FaultyText([f"objective: {error}"]) from error


def _each(raw: Mapping[str, Any], name: str, kind: type) -> tuple[Any, ...]:
    """Things of one kind: each cell has the type that the kind wants."""
    return tuple(_one(_object(one, f"{name}[{n}]"), kind, f"{name}[{n}]") for n, one in enumerate(_list(raw, name)))


def _one(raw: dict[str, Any], kind: type, where: str) -> Any:
    _known(raw, {field.name for field in fields(kind)}, where)
    values = {name: _cell(value, name, f"{where}.{name}") for name, value in raw.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise FaultyText([f"{where}: {error}."]) from error


def _cell(value: Any, name: str, where: str) -> Any:
    if name == "interests":
        return tuple(_interest(one, where) for one in _names(value, where))
    if name == "people":
        return tuple(_names(value, where))
    if name in ("unavailable", "online_days", "slots"):
        return None if value is None else frozenset(_names(value, where))
    if name in ("most_meetings", "given_worth"):
        return _whole({name: value}, name, where.removesuffix(name))
    expected = bool if name == "quiet" else str
    if not isinstance(value, expected) and not (value is None and name == "table"):
        raise FaultyText([f"{where}: {'true or false' if expected is bool else 'a name'} is expected."])
    return value


def _names(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise FaultyText([f"{where}: a list of names is expected."])
    return value


def _interest(name: str, where: str) -> Interest:
    if name not in INTERESTS:
        raise FaultyText([f"{where}: {name} is none of {', '.join(INTERESTS)}."])
    return INTERESTS[name]
