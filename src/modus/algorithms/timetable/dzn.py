"""Reads the MiniZinc data form in which the published instances stand (.dzn)."""

import re
from collections.abc import Sequence

from modus.algorithms.timetable.problem import Participant, Problem, Request, Slot, Table

MORNING, AFTERNOON = "morning", "afternoon"
SESSIONS = {1: MORNING, 2: AFTERNOON, 3: ""}
LARGEST_NUMBER = 100_000


class FaultyFile(ValueError):
    """The text is not of the form; the message says what is wrong, with the line where there is one."""


def read_dzn(text: str, fairness: int = 2) -> Problem:
    """The problem of a .dzn file: everything has to be held, in pairs, at tables that are all alike.

    Parameters: the text of the file; `fairness`, the largest difference in breaks between two people, 0 or more.
    Returns: the problem. Participants, slots, tables and requests are called by their numbers in the file, from 1, with
    p, s, t and m before them.
    Raises: FaultyFile when a name is missing or a value is out of range; FaultyProblem for contradictions.
    Source of the form: Bofill et al., JAIR 74 (2022), doi:10.1613/jair.1.12812. `requested` has rows of two people and
    1 for the morning, 2 for the afternoon, 3 for either; `forbidden` has a set of slots for each person, in which 0
    says nothing; `fixed` has a slot or 0; `precedences` has for each meeting the set of those that come before it.
    """
    people, tables = _number(text, "nBusiness"), _number(text, "nTables")
    slots, morning = _number(text, "nTotalSlots"), _number(text, "nMorningSlots")
    meetings = _number(text, "nMeetings")
    return Problem(
        participants=_participants(_sets(text, "forbidden", people, slots)),
        slots=tuple(Slot(f"s{n}", session=MORNING if n <= morning else AFTERNOON) for n in range(1, slots + 1)),
        tables=tuple(Table(f"t{n}") for n in range(1, tables + 1)),
        requests=_requests(_rows(text, meetings, people), _list(text, "fixed", meetings, slots)),
        precedences=tuple(
            (f"m{first}", f"m{second}")
            for second, firsts in enumerate(_sets(text, "precedences", meetings, meetings), 1)
            for first in firsts
        ),
        hold_all=True,
        fairness=fairness,
    )


def _participants(forbidden: Sequence[Sequence[int]]) -> tuple[Participant, ...]:
    return tuple(
        Participant(f"p{number}", frozenset(f"s{slot}" for slot in slots)) for number, slots in enumerate(forbidden, 1)
    )


def _requests(rows: Sequence[Sequence[int]], fixed: Sequence[int]) -> tuple[Request, ...]:
    return tuple(
        Request(
            f"m{number}",
            (f"p{one}", f"p{other}"),
            session=SESSIONS[session],
            slots=frozenset({f"s{slot}"}) if slot else None,
        )
        for number, ((one, other, session), slot) in enumerate(zip(rows, fixed, strict=True), 1)
    )


def _part(text: str, name: str) -> tuple[str, int]:
    """What stands between the name's equals sign and the semicolon, and its line."""
    found = re.search(rf"(?:^|;)\s*{name}\s*=([^;]*);", text)
    if not found:
        raise FaultyFile(f"There is no {name} that ends with a semicolon.")
    return found[1], text.count("\n", 0, found.start(1)) + 1


def _numbers(text: str, name: str, line: int, largest: int) -> list[int]:
    numbers = [int(one) if len(one) < 9 else LARGEST_NUMBER for one in re.findall(r"-?\d+", text)]
    if left := re.sub(r"-?\d+|[\s,|{}\[\]]", "", text):
        raise FaultyFile(f"Line {line}, {name}: {left[:20]} is not a number.")
    for one in numbers:
        if not 0 <= one <= largest:
            raise FaultyFile(f"Line {line}, {name}: {one} is not between 0 and {largest}.")
    return numbers


def _number(text: str, name: str) -> int:
    part, line = _part(text, name)
    numbers = _numbers(part, name, line, LARGEST_NUMBER - 1)
    if len(numbers) != 1:
        raise FaultyFile(f"Line {line}, {name}: one number is asked.")
    return numbers[0]


def _list(text: str, name: str, length: int, largest: int) -> list[int]:
    part, line = _part(text, name)
    numbers = _numbers(part, name, line, largest)
    if len(numbers) != length:
        raise FaultyFile(f"Line {line}, {name}: it has {len(numbers)} numbers in place of {length}.")
    return numbers


def _rows(text: str, meetings: int, people: int) -> list[list[int]]:
    numbers = _list(text, "requested", 3 * meetings, max(3, people))
    rows = [numbers[start : start + 3] for start in range(0, len(numbers), 3)]
    line = _part(text, "requested")[1]
    for number, (one, other, session) in enumerate(rows, 1):
        if session not in SESSIONS or not (0 < one <= people and 0 < other <= people):
            raise FaultyFile(f"Line {line}, requested, row {number}: it has two people and 1, 2 or 3.")
    return rows


def _sets(text: str, name: str, length: int, largest: int) -> list[list[int]]:
    """The sets without the 0 that stands in each."""
    part, line = _part(text, name)
    sets = [_numbers(one, name, line, largest) for one in re.findall(r"\{([^}]*)\}", part)]
    if len(sets) != length:
        raise FaultyFile(f"Line {line}, {name}: it has {len(sets)} sets in place of {length}.")
    return [sorted(set(one) - {0}) for one in sets]
