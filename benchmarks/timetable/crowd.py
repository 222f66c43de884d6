"""Invented events of any size: some people are sought by many, most look inside their field, some are away.

No public set of wishes for meetings was found, so sizes and shares follow the issue and the rest is invented.
"""

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeVar

from modus.algorithms.timetable.problem import Interest, Objective, Participant, Problem, Request, Slot, Table

HALF_DAY = 5
Thing = TypeVar("Thing")
INTERESTS = (Interest.WOULD, Interest.WANT, Interest.MUST)


@dataclass(frozen=True)
class Size:
    """People, slots, tables, requests; `busy`: share of single slots taken; `absent`: share of half days away.

    `cap`: the most meetings that anybody wants; `mutual`: the share of requests that both sides made, the others being
    one's wish that the other would go along with; None where both were asked about each. `online`: the share of days on
    which somebody is online; `quiet`: the share of tables that are quiet.
    """

    people: int
    slots: int
    tables: int
    requests: int
    busy: float = 0.05
    absent: float = 0.10
    cap: int | None = None
    mutual: float | None = None
    online: float = 0.0
    quiet: float = 0.0


def crowd(size: Size, seed: int, objective: Objective | None = None) -> Problem:
    """The event of this size and seed: days of two halves of five slots, fields of about forty people."""
    lots = random.Random(seed)
    slots = tuple(_slot(number) for number in range(size.slots))
    people = tuple(_participant(number, size, lots) for number in range(size.people))
    # Drawn apart, so that everything else is as in the event in which all are there.
    days, luck = tuple(dict.fromkeys(slot.day for slot in slots)), random.Random(seed)
    online = [frozenset(day for day in days if luck.random() < size.online) for _person in people]
    return Problem(
        participants=tuple(replace(one, online_days=days) for one, days in zip(people, online, strict=True)),
        slots=slots,
        tables=tuple(Table(f"t{number}", quiet=number < size.quiet * size.tables) for number in range(size.tables)),
        requests=tuple(_requests(size, lots)),
        objective=objective or Objective(),
    )


def _slot(number: int) -> Slot:
    half, day = number // HALF_DAY, number // (2 * HALF_DAY)
    return Slot(f"s{number}", day=f"d{day}", session="pm" if half % 2 else "am")


def _participant(number: int, size: Size, lots: random.Random) -> Participant:
    halves = [lots.random() < size.absent for _half in range(-(-size.slots // HALF_DAY))]
    away = (n for n in range(size.slots) if lots.random() < size.busy or halves[n // HALF_DAY])
    return Participant(f"p{number}", frozenset(f"s{n}" for n in away), size.cap)


def _requests(size: Size, lots: random.Random) -> list[Request]:
    fields = max(1, size.people // 40)
    sought = [lots.paretovariate(2.5) for _person in range(size.people)]
    members: list[list[int]] = [list(range(field, size.people, fields)) for field in range(fields)]
    weights = [list(accumulate(sought[person] for person in field)) for field in members]
    pairs: dict[tuple[int, int], None] = {}
    everybody = range(size.people)
    while len(pairs) < size.requests:
        one = lots.randrange(size.people)
        field = one % fields
        is_near = lots.random() < 0.7
        other = _drawn(lots, members[field], weights[field]) if is_near else lots.choice(everybody)
        if one != other:
            pairs[(one, other) if one < other else (other, one)] = None
    names = [f"p{person}" for person in everybody]
    return [
        Request(f"r{number}", (names[one], names[other]), _interests(lots, size.mutual))
        for number, (one, other) in enumerate(pairs)
    ]


def _drawn(lots: random.Random, things: Sequence[Thing], sums: Sequence[float]) -> Thing:
    """One of these things, by its share of the sums: as `choices`, which is slow for a single one."""
    return things[bisect(sums, lots.random() * sums[-1], 0, len(things) - 1)]


def _interests(lots: random.Random, mutual: float | None) -> tuple[Interest, ...]:
    if mutual is None:
        return _drawn(lots, INTERESTS, (5, 8, 10)), _drawn(lots, INTERESTS, (5, 8, 10))
    asks = lots.choice((Interest.WANT, Interest.MUST))
    answers = lots.choice((Interest.WANT, Interest.MUST)) if lots.random() < mutual else Interest.WOULD
    return asks, answers
