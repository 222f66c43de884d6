"""What counts: points of interest, breaks, changes, as they are defined and not as the search adds them up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from modus.algorithms.timetable.problem import Appointment, Problem, Score, Timetable


def score_of(problem: Problem, held: Sequence[Appointment], earlier: Timetable | None = None) -> Score:
    """What appointments are worth.

    Parameters: appointments of the problem, each request at most once; the earlier timetable to count changes from.
    Returns: points of the requests and of first meetings; breaks of all; the largest difference in breaks between two
    participants; earlier appointments that are not held in their slot; the fewest meetings that anybody has.
    """
    breaks = breaks_of(problem, held).values()
    meetings = Counter(person for one in held for person in problem.request[one.request].people)
    first = problem.objective.first_meetings
    extra = sum(sum(first[:number]) for number in meetings.values())
    return Score(
        interest=sum(problem.request[one.request].worth for one in held) + extra,
        breaks=sum(breaks),
        break_spread=max(breaks, default=0) - min(breaks, default=0),
        changes=changes_between(earlier.appointments if earlier else (), held),
        least_meetings=min((meetings[one.id] for one in problem.participants), default=0),
    )


def changes_between(earlier: Iterable[Appointment], later: Iterable[Appointment]) -> int:
    """How many earlier appointments are gone or are held in another slot."""
    slots = {one.request: one.slot for one in later}
    return sum(slots.get(one.request) != one.slot for one in earlier)


def breaks_of(problem: Problem, held: Iterable[Appointment]) -> dict[str, int]:
    """The waiting gaps of each participant: each stretch of idle slots between two meetings of one day counts one.

    Source: Bofill et al., Journal of Artificial Intelligence Research 74 (2022), doi:10.1613/jair.1.12812, section 2:
    the length of a gap does not matter, and time before the first and after the last meeting is free.
    """
    busy: defaultdict[str, list[int]] = defaultdict(list)
    position = problem.position
    for one in held:
        for person in problem.request[one.request].people:
            busy[person].append(position[one.slot])
    days = [slot.day for slot in problem.slots]
    return {one.id: _gaps(sorted(busy.get(one.id, ())), days) for one in problem.participants}


def _gaps(places: Sequence[int], days: Sequence[str]) -> int:
    return sum(later - before > 1 and days[before] == days[later] for before, later in pairwise(places))
