"""Small problems of every kind, and their best timetables by trying all of them."""

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from modus.algorithms.timetable.answer import NoTable, answer, seated
from modus.algorithms.timetable.problem import (
    Appointment,
    Interest,
    Objective,
    Participant,
    Problem,
    Request,
    Score,
    Slot,
    Table,
    Timetable,
)
from modus.algorithms.timetable.score import score_of
from modus.algorithms.timetable.verify import WrongTimetable

PEOPLE = ("ann", "bob", "cem", "dee", "eva")
SLOTS = (Slot("s0", "Mon", "am"), Slot("s1", "Mon", "pm"), Slot("s2", "Mon", "pm"), Slot("s3", "Tue", "am"))


@st.composite
def problems(draw: st.DrawFn, *, most_requests: int = 5, plain: bool = False) -> Problem:
    """A problem of up to five people, four slots and a few requests; plain ones without modes, orders and groups."""
    slots = SLOTS[: draw(st.integers(2, 4))]
    names = st.sampled_from([slot.id for slot in slots])
    some = st.frozensets(names, max_size=2)
    people = tuple(
        Participant(
            name,
            unavailable=draw(some),
            most_meetings=draw(st.sampled_from([None, None, 1, 2])),
            online_days=frozenset() if plain else draw(st.sampled_from([frozenset(), frozenset(), frozenset({"Mon"})])),
        )
        for name in PEOPLE
    )
    tables = tuple(
        Table(f"t{n}", quiet=draw(st.booleans()), slots=draw(st.none() | some)) for n in range(draw(st.integers(1, 2)))
    )
    requests = tuple(draw(_requests(number, names, plain)) for number in range(draw(st.integers(1, most_requests))))
    return Problem(
        participants=people,
        slots=slots,
        tables=tables,
        requests=requests,
        precedences=() if plain or len(requests) < 2 or draw(st.booleans()) else (("r0", "r1"),),
        objective=Objective(first_meetings=draw(st.sampled_from([(40, 20, 10), (), (7,)]))),
    )


@st.composite
def _requests(draw: st.DrawFn, number: int, names: st.SearchStrategy[str], plain: bool) -> Request:
    size = 2 if plain else draw(st.sampled_from([2, 2, 2, 3]))
    people = tuple(draw(st.permutations(PEOPLE))[:size])
    interests = tuple(draw(st.sampled_from(list(Interest)[0 if not plain else 1 :])) for _one in people)
    session = "" if plain else draw(st.sampled_from(["", "", "am", "pm"]))
    return Request(f"r{number}", people, interests, session)


def all_timetables(problem: Problem) -> Iterator[Timetable]:
    """Every timetable that there is, by the slot of each request or none; tables do not matter for what counts."""
    choices = [[None, *(slot.id for slot in problem.slots)] for _request in problem.requests]
    for slots in product(*choices):
        held = {r.id: slot for r, slot in zip(problem.requests, slots, strict=True) if slot is not None}
        try:
            yield answer(problem, seated(problem, held))
        except (NoTable, WrongTimetable):
            continue


def best_of(problem: Problem) -> int:
    """The most points that any timetable has."""
    return max(one.score.interest for one in all_timetables(problem))


def score_without(problem: Problem, held: tuple[Appointment, ...], request: str) -> Score:
    """What is left without a request."""
    return score_of(problem, [one for one in held if one.request != request])
