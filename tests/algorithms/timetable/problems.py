"""Small problems of every kind, and their best timetables by trying all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

from hypothesis import assume
from hypothesis import strategies as st

from modus.algorithms.timetable.answer import NoTable, answer, seated
from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.model import model_of
from modus.algorithms.timetable.problem import (
    Appointment,
    Goal,
    Interest,
    Lock,
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


@st.composite
def waiting(draw: st.DrawFn) -> Problem:
    """A problem in which some have to wait: few people, five slots of one day, and requests for a few of them only."""
    slots = tuple(Slot(f"s{n}", "Mon") for n in range(5))
    some = st.frozensets(st.sampled_from([slot.id for slot in slots]), min_size=1, max_size=3)
    pairs = draw(st.lists(st.sampled_from(list(combinations(PEOPLE[:4], 2))), min_size=3, max_size=5))
    interests = st.sampled_from([(Interest.WANT, Interest.WANT), (Interest.MUST, Interest.WANT)])
    return Problem(
        participants=tuple(map(Participant, PEOPLE[: draw(st.integers(4, 5))])),
        slots=slots,
        tables=tuple(Table(f"t{n}") for n in range(draw(st.integers(1, 2)))),
        requests=tuple(Request(f"r{n}", pair, draw(interests), slots=draw(some)) for n, pair in enumerate(pairs)),
        objective=Objective(first_meetings=draw(st.sampled_from([(40, 20, 10), (), (7,)]))),
    )


@st.composite
def demanding(draw: st.DrawFn, *, most_requests: int = 4) -> Problem:
    """A problem with locks, two sites and a buffer, or a fair share of breaks, each now and then."""
    problem = draw(problems(most_requests=most_requests) | waiting())
    tables = problem.tables
    buffer = draw(st.sampled_from([0, 0, 1]))
    if buffer:
        tables = tuple(replace(one, site=draw(st.sampled_from("NS"))) for one in tables)
    locks: tuple[Lock, ...] = ()
    if draw(st.integers(0, 2)) == 0:
        slot = draw(st.sampled_from([one.id for one in problem.slots]))
        locks = (Lock("r0", slot, draw(st.sampled_from([None, tables[0].id]))),)
    fairness = draw(st.sampled_from([None, None, 0, 1]))
    return replace(problem, tables=tables, buffer_slots=buffer, locks=locks, fairness=fairness)


def all_timetables(problem: Problem, earlier: Timetable | None = None) -> Iterator[Timetable]:
    """Every timetable that there is, by the slot of each request or none, and by its site where a buffer is kept; which
    table of a site it is does not matter for what counts. Changes are counted from the earlier one."""
    sites = sorted({table.site for table in problem.tables if problem.buffer_slots}) or [None]
    for held in _ways(problem, problem.requests, {}):
        for at in product(sites, repeat=len(held)):
            known = {request: site for request, site in zip(held, at, strict=True) if site is not None}
            try:
                yield answer(problem, seated(problem, held, sites=known), earlier=earlier)
            except (NoTable, WrongTimetable):
                continue


def _ways(problem: Problem, requests: Sequence[Request], busy: dict[tuple[str, str], str]) -> Iterator[dict[str, str]]:
    """Every way to give requests a slot or none, nobody two at a time; the verifier tests all other rules."""
    if not requests:
        yield {}
        return
    first, rest = requests[0], requests[1:]
    yield from _ways(problem, rest, busy)
    for slot in problem.slots:
        taken = {(person, slot.id): first.id for person in first.people}
        if problem.may_be_held(first) and problem.allows(first, slot) and not taken.keys() & busy.keys():
            yield from ({first.id: slot.id} | way for way in _ways(problem, rest, busy | taken))


def some_timetable(draw: st.DrawFn, problem: Problem) -> Timetable:
    """Any timetable of the problem, mostly not a good one."""
    every = list(all_timetables(problem))
    assume(every)
    return every[draw(st.integers(0, len(every) - 1))]


def in_order(objective: Objective, score: Score) -> tuple[int, ...]:
    """What a timetable is worth in the order of the goals, from the definition: less is better."""
    price = objective.break_cost if {Goal.INTEREST, Goal.BREAKS} <= objective.goals else 0
    by_goal = {
        Goal.INTEREST: price * score.breaks - score.interest,
        Goal.BREAKS: score.breaks,
        Goal.EVEN_BREAKS: score.break_spread,
        Goal.CHANGES: score.changes,
    }
    last = () if Goal.INTEREST in objective.goals else (-score.interest,)
    return (*(by_goal[goal] for goal in Goal if goal in objective.goals), *last)


def best_of(problem: Problem) -> int:
    """The most points that any timetable has."""
    return max(one.score.interest for one in all_timetables(problem))


def score_without(problem: Problem, held: tuple[Appointment, ...], request: str) -> Score:
    """What is left without a request."""
    return score_of(problem, [one for one in held if one.request != request])


def board_of(problem: Problem, timetable: Timetable) -> Board:
    """The timetable on a board, each meeting at the site of its table."""
    model = model_of(problem)
    board, table = Board(model), problem.table
    for one in timetable.appointments:
        slot, site = problem.position[one.slot], table[one.table].site if one.table else None
        places = (n for n, p in enumerate(model.places) if p.slot == slot and p.site in (None, site))
        request = model.index[one.request]
        board.put(request, next(place for place in places if model.allowed[request] >> place & 1))
    return board
