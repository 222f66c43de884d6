"""Says of each request that is left out what holding it would cost, and the cheapest change that would let it in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

from modus.algorithms.timetable.problem import LeftOut, Reason, Request
from modus.algorithms.timetable.reasons import Situation, bits_of, places_in, reason_of

# More points than any meetings of a slot have.
AWAY = 1 << 60


def left_out(situation: Situation) -> Iterator[LeftOut]:
    """Each request that is left out, with its reason, the cost of holding it and its cheapest relaxation.

    Parameters: the situation of a right timetable. Returns: in the order of the requests; `displaces` is the least
    number of points that go with the other meetings of the people at one slot; `relaxation` a sentence that is true of
    this timetable.
    Cost: constant for each request left out and slot.
    """
    view, held = _View.of(situation), {one.request for one in situation.held}
    for request in situation.problem.requests:
        if request.id not in held:
            yield _explained(view, request, reason_of(situation, request))


def _explained(view: "_View", request: Request, reason: Reason) -> LeftOut:
    cost, place = view.cheapest(request) if reason is Reason.PEOPLE_TAKEN else (None, 0)
    if reason is Reason.CAP_REACHED:
        cost = sum(min(filter(None, view.worth[person]), default=0) for person in view.capped(request))
    return LeftOut(request.id, reason, cost, _relaxation(view, request, reason, place))


@dataclass(frozen=True)
class _View:
    """A situation with what each person's meeting in each slot is worth, 0 where there is none; `price` is the same
    with AWAY where the person is away."""

    situation: Situation
    worth: Mapping[str, list[int]]
    price: Mapping[str, list[int]]

    @classmethod
    def of(cls, situation: Situation) -> "_View":
        problem = situation.problem
        worth = {one.id: [0] * len(problem.slots) for one in problem.participants}
        requests, points, position = problem.request, problem.worth, problem.position
        for one in situation.held:
            place = position[one.slot]
            for person in requests[one.request].people:
                worth[person][place] = points[one.request]
        price = {
            person: [points if open_slots >> place & 1 else AWAY for place, points in enumerate(worth[person])]
            for person, open_slots in situation.open_slots.items()
        }
        return cls(situation, worth, price)

    def cost_at(self, request: Request, place: int) -> int:
        """The points of the meetings that its people have in the slot."""
        return sum([self.worth[person][place] for person in request.people])

    def cheapest(self, request: Request) -> tuple[int, int]:
        """The least points that would go at one of its common slots, and that slot."""
        costs = reduce(lambda one, other: list(map(add, one, other)), [self.price[person] for person in request.people])
        if request.session or request.slots is not None:
            return min((costs[place], place) for place in places_in(self.situation.common_slots(request)))
        least = min(costs)
        return least, costs.index(least)

    def capped(self, request: Request) -> list[str]:
        """Those of its people who have as many meetings as they want."""
        return [person for person in request.people if person in self.situation.full]


def _relaxation(view: _View, request: Request, reason: Reason, cheapest: int) -> str:
    """The cheapest change in words, from the reason; `cheapest`: the slot in which least would have to go."""
    if reason is Reason.NO_COMMON_SLOT:
        return _open_a_slot(view, request)
    if reason is Reason.CAP_REACHED:
        return "One more meeting for " + " and ".join(view.capped(request)) + "."
    if reason is Reason.PEOPLE_TAKEN:
        return _move_apart(view, request, cheapest)
    return _one_more_table(view, request) if reason is Reason.TABLES_TAKEN else ""


def _slot_name(view: _View, place: int) -> str:
    return view.situation.problem.slots[place].id


def _open_a_slot(view: _View, request: Request) -> str:
    """The slot in which the fewest of its people are away, those first that have no meeting then."""
    choices = []
    for place in places_in(_own_slots(view, request)):
        away = [person for person in request.people if not view.situation.open_slots[person] >> place & 1]
        choices.append((view.cost_at(request, place), len(away), place, away))
    if not choices:
        return ""
    cost, _number, place, away = min(choices)
    price = f"; {cost} points of other meetings would go" if cost else ""
    return f"Time of {' and '.join(away)} in {_slot_name(view, place)}{price}." if away else ""


def _move_apart(view: _View, request: Request, cheapest: int) -> str:
    """A slot that all but one of them have free and in which that one is away; else what would have to be given up."""
    own, open_slots = _own_slots(view, request), view.situation.open_slots
    for person in request.people:
        others = own & ~open_slots[person] & _free_but_for(view, request, person)
        if others:
            return f"Time of {person} in {_slot_name(view, next(places_in(others)))}."
    cost = view.cost_at(request, cheapest)
    return f"Giving up other meetings worth {cost} points in {_slot_name(view, cheapest)}."


def _free_but_for(view: _View, request: Request, person: str) -> int:
    """The slots that all others of its people have free."""
    situation, free = view.situation, -1
    for other in request.people:
        if other != person:
            free &= situation.open_slots[other] & ~situation.taken[other]
    return free


def _own_slots(view: _View, request: Request) -> int:
    """The slots that the request allows, whoever has time."""
    problem = view.situation.problem
    own = bits_of(problem, request.slots) if request.slots is not None else (1 << len(problem.slots)) - 1
    return own & view.situation.sessions.get(request.session, 0) if request.session else own


def _one_more_table(view: _View, request: Request) -> str:
    place = next(places_in(view.situation.free_slots(request)))
    slot = view.situation.problem.slots[place]
    quiet = "quiet " if view.situation.problem.online_among(request, slot) else ""
    return f"One more {quiet}table in {slot.id}."
