"""Deferred acceptance: a rule of two sides in which no two people who both prefer each other are passed over.

An alternative to most points: one side asks in the order of its wishes, the other keeps the best it has room for.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.construct import place_each, place_locks
from modus.algorithms.timetable.model import LocksClash, Model, model_of
from modus.algorithms.timetable.orderly import Aim, is_orderly, keeps_rules, settle
from modus.algorithms.timetable.problem import FaultyProblem, Problem, Timetable


@dataclass(frozen=True)
class Sides:
    """Requests as one person of the asking side, one of the asked side; `room`: how many each person can choose."""

    asking: dict[int, int]
    asked: dict[int, int]
    room: list[int]


def accept_deferred(problem: Problem, *, asking: str) -> Timetable:
    """The timetable of a stable choice of pairs, with as many of them as find a slot.

    Parameters: a problem of pairs between two kinds of participants; the kind that asks.
    Returns: a verified timetable. Locked pairs are held in any case. The choice of the others is stable: no pair
    outside would both rather have each other than one of those they chose, or than a place that stayed empty; everybody
    has room for as many as they want, at most one for each slot in which they are there, locked ones taken off. Among
    stable choices it is the best for everybody who asks. Where everybody is there in all slots, nothing else is asked
    and tables suffice, the whole choice is held, so that the timetable is stable itself. Else no timetable of stable
    pairs need exist: as many of the choice as possible are held (the most there can be where `orderly.is_orderly`; in
    larger events none that still fits is left out), nothing outside the choice, and what finds no slot is told why.
    Raises: FaultyProblem when a request is a group or does not join the asking kind with another one, or a lock cannot
    be kept; WrongTimetable when everything has to be held or breaks shared fairly, which this rule cannot heed.
    Cost: grows with requests.
    Source: Gale and Shapley (1962), doi:10.1080/00029890.1962.11989827; many partners on both sides: Roth (1984),
    doi:10.2307/1911000; that two sides need no more slots than anybody has meetings: König (1916).
    """
    model = model_of(problem)
    chosen = stable_choice(model, sides_of(model, asking))
    board = Board(model)
    try:
        place_locks(board)
    except LocksClash as clash:
        raise FaultyProblem([str(clash)]) from clash
    place_each(board, chosen)
    if is_orderly(model) and keeps_rules(board):
        settle(board, [_most_of(board, chosen)])
    return answer(problem, appointments_of(model, board.at))


def _most_of(board: Board, chosen: list[int]) -> Aim:
    """As many of the chosen requests as can be, and no others: one of those costs more than all."""
    others = [request for request in range(len(board.at)) if request not in chosen and not board.model.locked[request]]
    price = len(chosen) + 1

    def value(board: Board) -> int:
        held = set(board.held())
        return len(held.intersection(chosen)) - price * len(held.intersection(others))

    return Aim(
        None,
        lambda counts: counts.programme.each(chosen) | dict.fromkeys(counts.programme.each(others), -float(price)),
        value,
        len(chosen),
    )


def sides_of(model: Model, asking: str) -> Sides:
    """Who asks and who is asked in each request that is not locked, and how many more meetings each has room for."""
    kinds = [one.kind for one in model.problem.participants]
    ask: dict[int, int] = {}
    asked: dict[int, int] = {}
    for request, members in enumerate(model.members):
        mine = [person for person in members if kinds[person] == asking]
        if len(members) != 2 or len(mine) != 1:
            raise FaultyProblem([f"Request {model.names[request]}: it joins one {asking} with one of another kind."])
        if not model.locked[request]:
            ask[request], asked[request] = mine[0], next(person for person in members if person != mine[0])
    slots = [model.places_of_slot(slot) for slot in range(len(model.problem.slots))]
    locked = Counter(person for r, members in enumerate(model.members) if model.locked[r] for person in members)
    room = [
        min(cap, sum(1 for slot in slots if places & slot)) - locked[person]
        for person, (cap, places) in enumerate(zip(model.caps, model.avail, strict=True))
    ]
    return Sides(ask, asked, room)


def stable_choice(model: Model, sides: Sides) -> list[int]:
    """The requests that deferred acceptance chooses, in their order."""
    wishes = {person: _wishes(model, sides, person) for person in dict.fromkeys(sides.asking.values())}
    kept: dict[int, list[int]] = {person: [] for person in sides.asked.values()}
    has = dict.fromkeys(wishes, 0)
    waiting = list(wishes)
    while waiting:
        person = waiting.pop()
        while has[person] < sides.room[person] and (request := next(wishes[person], None)) is not None:
            has[person] += 1
            refused = _kept_or_refused(model, sides, kept[sides.asked[request]], request)
            if refused is not None:
                has[sides.asking[refused]] -= 1
                waiting.append(sides.asking[refused])
    return sorted(request for requests in kept.values() for request in requests)


def preference(model: Model, request: int, person: int) -> tuple[int, int, int]:
    """How much a person likes a request, larger is more: own interest, then its worth, then the earlier request."""
    asked = model.problem.request[model.names[request]]
    name = model.problem.participants[person].id
    own = asked.interests[asked.people.index(name)] if asked.interests else 0
    return int(own), model.worth[request], -request


def _wishes(model: Model, sides: Sides, person: int) -> Iterator[int]:
    mine = [request for request, one in sides.asking.items() if one == person]
    return iter(sorted(mine, key=lambda request: preference(model, request, person), reverse=True))


def _kept_or_refused(model: Model, sides: Sides, kept: list[int], request: int) -> int | None:
    """Keep the request with the others if there is room, else refuse the one that the asked person likes least."""
    person = sides.asked[request]
    kept.append(request)
    if len(kept) <= sides.room[person]:
        return None
    least = min(kept, key=lambda one: preference(model, one, person))
    kept.remove(least)
    return least
