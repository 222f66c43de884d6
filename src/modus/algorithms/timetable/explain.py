"""Says of each request that is left out what holding it would cost, and the cheapest change that would let it in."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from modus.algorithms.timetable.problem import LeftOut, Problem, Reason, Request, Timetable
from modus.algorithms.timetable.reasons import Situation, bits_of, places_in


def explained(problem: Problem, timetable: Timetable) -> Timetable:
    """The timetable with the cost and the cheapest relaxation of each request that is left out.

    Parameters: a problem and a verified timetable of it.
    Returns: the same timetable; reasons stay as they are. `displaces` is the least number of points that go with the
    other meetings of the people at one slot; `relaxation` a sentence that is true of this timetable.
    Cost: constant for each request left out and slot.
    """
    return replace(timetable, left_out=tuple(_explained(problem, timetable)))


def _explained(problem: Problem, timetable: Timetable) -> Iterator[LeftOut]:
    view = _View.of(problem, timetable)
    for left in timetable.left_out:
        request = problem.request[left.request]
        yield replace(
            left, displaces=_displaces(view, request, left.reason), relaxation=_relaxation(view, request, left)
        )


@dataclass(frozen=True)
class _View:
    """A situation with what each person's meeting in a slot is worth, 0 where there is none."""

    situation: Situation
    worth: Mapping[tuple[str, int], int]
    meetings: Mapping[str, int]

    @classmethod
    def of(cls, problem: Problem, timetable: Timetable) -> "_View":
        worth: dict[tuple[str, int], int] = {}
        meetings: Counter[str] = Counter()
        for one in timetable.appointments:
            request = problem.request[one.request]
            for person in request.people:
                worth[person, problem.position[one.slot]] = request.worth
                meetings[person] += 1
        return cls(Situation.of(problem, timetable.appointments), worth, meetings)

    def cost_at(self, request: Request, place: int) -> int:
        """The points of the meetings that its people have in the slot."""
        return sum(self.worth.get((person, place), 0) for person in request.people)


def _displaces(view: _View, request: Request, reason: Reason) -> int | None:
    """The least that would have to go at one slot when its people's other meetings stand in the way."""
    if reason is Reason.CAP_REACHED:
        return sum(_cheapest_of(view, person) for person in _capped(view, request))
    if reason is not Reason.PEOPLE_TAKEN:
        return None
    return min(view.cost_at(request, place) for place in places_in(view.situation.common_slots(request)))


def _capped(view: _View, request: Request) -> list[str]:
    most = {person: view.situation.problem.participant[person].most_meetings for person in request.people}
    return [person for person, cap in most.items() if cap is not None and view.meetings.get(person, 0) >= cap]


def _cheapest_of(view: _View, person: str) -> int:
    taken = places_in(view.situation.taken.get(person, 0))
    return min((view.worth[person, place] for place in taken), default=0)


def _relaxation(view: _View, request: Request, left: LeftOut) -> str:
    """The cheapest change in words, from the reason."""
    if left.reason is Reason.NO_COMMON_SLOT:
        return _open_a_slot(view, request)
    if left.reason is Reason.CAP_REACHED:
        return "One more meeting for " + " and ".join(_capped(view, request)) + "."
    if left.reason is Reason.PEOPLE_TAKEN:
        return _move_apart(view, request)
    if left.reason is Reason.TABLES_TAKEN:
        return _one_more_table(view, request)
    return ""


def _slot_name(view: _View, place: int) -> str:
    return view.situation.problem.slots[place].id


def _open_a_slot(view: _View, request: Request) -> str:
    """The slot in which the fewest of its people are away, those first that have no meeting then."""
    problem, situation = view.situation.problem, view.situation
    own = bits_of(problem, request.slots) if request.slots is not None else (1 << len(problem.slots)) - 1
    if request.session:
        own &= situation.sessions.get(request.session, 0)
    choices = []
    for place in places_in(own):
        away = [person for person in request.people if not situation.open_slots[person] >> place & 1]
        choices.append((view.cost_at(request, place), len(away), place, away))
    if not choices:
        return ""
    cost, _number, place, away = min(choices)
    price = f"; {cost} points of other meetings would go" if cost else ""
    return f"Time of {' and '.join(away)} in {_slot_name(view, place)}{price}." if away else ""


def _move_apart(view: _View, request: Request) -> str:
    """A slot in which only one of them is busy or away, that the others have free."""
    situation = view.situation
    for place in range(len(situation.problem.slots)):
        free = [p for p in request.people if (situation.open_slots[p] & ~situation.taken.get(p, 0)) >> place & 1]
        away = [p for p in request.people if not situation.open_slots[p] >> place & 1]
        wanted = request.slots is None or _slot_name(view, place) in request.slots
        fits = wanted and (not request.session or situation.sessions.get(request.session, 0) >> place & 1)
        if fits and len(free) == len(request.people) - 1 and len(away) == 1:
            return f"Time of {away[0]} in {_slot_name(view, place)}."
    place = min(places_in(situation.common_slots(request)), key=lambda one: (view.cost_at(request, one), one))
    cost = view.cost_at(request, place)
    return f"Giving up other meetings worth {cost} points in {_slot_name(view, place)}."


def _one_more_table(view: _View, request: Request) -> str:
    place = next(places_in(view.situation.free_slots(request)))
    slot = view.situation.problem.slots[place]
    quiet = "quiet " if view.situation.problem.online_among(request, slot) else ""
    return f"One more {quiet}table in {slot.id}."
