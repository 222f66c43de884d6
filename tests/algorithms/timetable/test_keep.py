"""Meetings go back to where they were, and nothing else becomes worse for it."""

from dataclasses import replace

from benchmarks.timetable.crowd import Size, crowd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.keep import keep
from modus.algorithms.timetable.model import model_of
from modus.algorithms.timetable.orderly import kept_places
from modus.algorithms.timetable.problem import Goal, Objective, Problem, Timetable
from modus.algorithms.timetable.solve import solve
from tests.algorithms.timetable.problems import all_timetables, demanding, waiting

QUICK = Effort(steps=100, tidy_steps=20)


@st.composite
def two_timetables(draw: st.DrawFn) -> tuple[Problem, Timetable, Timetable]:
    problem = draw(demanding() | waiting() | waiting())
    every = list(all_timetables(problem))
    assume(every)
    # Those with most meetings have most in each other's way.
    full = sorted(every, key=lambda one: -len(one.appointments))[: max(2, len(every) // 4)]
    return problem, draw(st.sampled_from(full)), draw(st.sampled_from(full))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(two_timetables())
def test_nothing_becomes_worse_and_no_more_changes(given_: tuple[Problem, Timetable, Timetable]) -> None:
    problem, now, earlier = given_
    board = board_of(problem, now)
    before = answer(problem, appointments_of(board.model, board.at), earlier=earlier).score
    keep(board, kept_places(board.model, earlier.appointments), stop=lambda: False)
    after = answer(problem, appointments_of(board.model, board.at), earlier=earlier).score
    assert after.interest >= before.interest
    assert after.breaks <= before.breaks
    assert after.break_spread <= before.break_spread
    assert after.changes <= before.changes


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


def test_a_large_event_keeps_more_where_changes_are_a_goal() -> None:
    problem = crowd(Size(200, 24, 80, 3000), seed=3)
    earlier = solve(replace(problem, requests=problem.requests[40:]), effort=QUICK)
    careless = replace(problem, objective=Objective(goals=frozenset(Goal) - {Goal.CHANGES}))
    without = solve(careless, effort=QUICK, seed=2, earlier=earlier).score
    found = solve(problem, effort=QUICK, seed=2, earlier=earlier)
    assert found == solve(problem, effort=QUICK, seed=2, earlier=earlier)
    assert found.score.changes < without.changes / 2
    assert found.score.interest >= without.interest * (1 - QUICK.enough)


def test_whoever_says_stop_gets_the_board_as_it_is() -> None:
    problem = crowd(Size(30, 8, 10, 200), seed=4)
    earlier = solve(replace(problem, requests=problem.requests[40:]), effort=QUICK)
    board = board_of(problem, solve(problem, effort=QUICK))
    at = list(board.at)
    keep(board, kept_places(board.model, earlier.appointments), stop=lambda: True)
    assert board.at == at
