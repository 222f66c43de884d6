"""Deferred acceptance: a rule of two sides in which no two people who both prefer each other are passed over.

An alternative to most points: one side asks in the order of its wishes, the other keeps the best it has room for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.construct import place_each, place_locks
from modus.algorithms.timetable.explain import explained
from modus.algorithms.timetable.model import Model, model_of
from modus.algorithms.timetable.problem import FaultyProblem, Problem, Timetable


@dataclass(frozen=True)
class Sides:
    """Requests as one person of the asking side, one of the asked side; `room`: the most meetings of each person."""

    asking: dict[int, int]
    asked: dict[int, int]
    room: list[int]


def accept_deferred(problem: Problem, *, asking: str) -> Timetable:
    """The timetable of a stable choice of pairs, with as many of them as find a slot.

    Parameters: a problem of pairs between two kinds of participants; the kind that asks.
    Returns: a verified timetable. The choice is stable: no pair outside would both rather have each other than one of
    those they have; among stable choices it is best for the side that asks. What finds no slot is left out, told why.
    Raises: FaultyProblem when a request is a group or does not join the asking kind with another one.
    Cost: grows with requests.
    Source: Gale and Shapley (1962), doi:10.1080/00029890.1962.11989827; many partners on both sides: Roth (1984),
    doi:10.2307/1911000.
    """
    model = model_of(problem)
    chosen = stable_choice(model, _sides(model, asking))
    board = Board(model)
    place_locks(board)
    place_each(board, chosen)
    return explained(problem, answer(problem, appointments_of(model, board.at)))


def _sides(model: Model, asking: str) -> Sides:
    kinds = [one.kind for one in model.problem.participants]
    ask: dict[int, int] = {}
    asked: dict[int, int] = {}
    for request, members in enumerate(model.members):
        mine = [person for person in members if kinds[person] == asking]
        if len(members) != 2 or len(mine) != 1:
            raise FaultyProblem([f"Request {model.names[request]}: it joins one {asking} with one of another kind."])
        ask[request], asked[request] = mine[0], next(person for person in members if person != mine[0])
    room = [min(cap, places.bit_count()) for cap, places in zip(model.caps, model.avail, strict=True)]
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
