"""What counts: points of interest, breaks, changes, as they are defined and not as the search adds them up."""

from collections.abc import Iterable, Mapping, Sequence

from modus.algorithms.timetable.problem import Appointment, Problem, Score, Timetable


def score_of(
    problem: Problem,
    held: Sequence[Appointment],
    earlier: Timetable | None = None,
    busy: Mapping[str, int] | None = None,
) -> Score:
    """What appointments are worth.

    Parameters: appointments of the problem, each request at most once and nobody in two at a time; the earlier
    timetable to count changes from; the `busy_slots` where they are known already.
    Returns: points of the requests and of first meetings; breaks of all; the largest difference in breaks between two
    participants; earlier appointments that are not held in their slot; the fewest meetings that anybody has.
    """
    busy = busy_slots(problem, held) if busy is None else busy
    breaks = breaks_in(problem, busy).values()
    meetings, worth = [slots.bit_count() for slots in busy.values()], problem.worth
    first = problem.objective.first_meetings
    earned = [sum(first[:number]) for number in range(len(first) + 1)]
    extra = sum(earned[min(number, len(first))] for number in meetings)
    return Score(
        interest=sum(worth[one.request] for one in held) + extra,
        breaks=sum(breaks),
        break_spread=max(breaks, default=0) - min(breaks, default=0),
        changes=changes_between(earlier.appointments if earlier else (), held),
        least_meetings=min(meetings, default=0),
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
    return breaks_in(problem, busy_slots(problem, held))


def busy_slots(problem: Problem, held: Iterable[Appointment]) -> dict[str, int]:
    """The slots in which each participant has a meeting, one bit for each slot."""
    busy = dict.fromkeys((one.id for one in problem.participants), 0)
    requests, bits = problem.request, {slot: 1 << place for slot, place in problem.position.items()}
    for one in held:
        slot = bits[one.slot]
        for person in requests[one.request].people:
            busy[person] |= slot
    return busy


def breaks_in(problem: Problem, busy: Mapping[str, int]) -> dict[str, int]:
    """The waiting gaps of each participant who is busy in these slots (see `breaks_of`)."""
    days = [slot.day for slot in problem.slots]
    by_day = [sum(1 << place for place, day in enumerate(days) if day == name) for name in dict.fromkeys(days)]
    return {person: sum(_stretches(slots & day) - 1 for day in by_day if slots & day) for person, slots in busy.items()}


def _stretches(slots: int) -> int:
    """How many stretches of slots without a gap there are: one begins wherever the slot before is not among them."""
    return (slots & ~(slots << 1)).bit_count()
