"""One slot is filled in the best way there is, and nothing else is touched."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.bound import select
from modus.algorithms.timetable.construct import construct
from modus.algorithms.timetable.model import model_of
from modus.algorithms.timetable.problem import Interest, Lock, Objective, Participant, Problem, Request, Slot, Table
from modus.algorithms.timetable.rematch import rematch
from tests.algorithms.timetable.problems import best_of, problems

CALM = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PEOPLE = "abcdef"


@st.composite
def slots_of_one(draw: st.DrawFn) -> Problem:
    """Up to six people in one slot with a table for everybody, some away, some with nothing to spare."""
    people = tuple(
        Participant(name, frozenset({"s"} if draw(st.integers(0, 5)) == 0 else ()), draw(st.sampled_from([None, 1, 0])))
        for name in PEOPLE
    )
    pairs = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).filter(lambda pair: pair[0] != pair[1])
    levels = st.sampled_from(list(Interest))
    requests = tuple(
        Request(f"r{number}", draw(pairs), (draw(levels), draw(levels))) for number in range(draw(st.integers(1, 7)))
    )
    objective = Objective(first_meetings=draw(st.sampled_from([(40, 20, 10), (), (7,)])))
    return Problem(people, (Slot("s"),), tuple(Table(f"t{n}") for n in range(3)), requests, objective=objective)


@CALM
@given(slots_of_one(), st.integers(0, 3))
def test_one_slot_is_filled_as_well_as_by_trying_everything(problem: Problem, seed: int) -> None:
    model = model_of(problem)
    board = Board(model)
    gained = rematch(board, select(model), seed=seed)
    assert gained == board.interest == best_of(problem)


@CALM
@given(problems(), st.integers(0, 3))
def test_a_timetable_stays_right_and_never_loses(problem: Problem, seed: int) -> None:
    model = model_of(problem)
    selection = select(model)
    board = construct(model, selection)
    before = board.interest
    assert rematch(board, selection, seed=seed) == board.interest - before >= 0
    assert answer(problem, appointments_of(model, board.at)).score.interest == board.interest


def test_what_is_locked_or_a_group_stays() -> None:
    people = tuple(Participant(name) for name in PEOPLE)
    group, cheap = (
        Request("abc", ("a", "b", "c"), (Interest.WOULD,) * 3),
        Request("de", ("d", "e"), (Interest.WOULD,) * 2),
    )
    dear = Request("df", ("d", "f"), (Interest.MUST,) * 2)
    more = tuple(Request(f"{x}{y}!", (x, y), (Interest.MUST,) * 2) for x, y in ("ad", "be", "cf"))
    tables = tuple(Table(f"t{n}") for n in range(3))
    problem = Problem(people, (Slot("s"),), tables, (group, cheap, dear, *more), (Lock("de", "s"),))
    board = Board(model_of(problem))
    for request in (0, 1):
        board.put(request, 0)
    assert rematch(board, select(board.model)) == 0
    assert list(board.held()) == [0, 1]
    free = model_of(replace(problem, locks=()))
    board = Board(free)
    for request in (0, 1):
        board.put(request, 0)
    # Though the others are worth more, and nothing else is worth a try.
    every = replace(select(free), beyond=np.zeros(len(free.members)))
    assert rematch(board, every) == dear.worth - cheap.worth
    assert list(board.held()) == [0, 2]
