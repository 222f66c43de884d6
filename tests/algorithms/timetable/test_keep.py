"""Meetings go back to where they were, and nothing else becomes worse for it."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.timetable.crowd import Size, crowd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.bound import select, whole, whole_selections
from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.keep import keep
from modus.algorithms.timetable.model import model_of
from modus.algorithms.timetable.orderly import kept_places
from modus.algorithms.timetable.problem import (
    Appointment,
    Goal,
    Objective,
    Participant,
    Problem,
    Request,
    Slot,
    Table,
    Timetable,
)
from modus.algorithms.timetable.solve import solve
from tests.algorithms.timetable.problems import all_timetables, board_of, demanding, waiting

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


def test_a_large_event_keeps_more_where_changes_are_a_goal() -> None:
    problem = crowd(Size(200, 24, 80, 3000), seed=3)
    earlier = solve(replace(problem, requests=problem.requests[40:]), effort=QUICK)
    careless = replace(problem, objective=Objective(goals=frozenset(Goal) - {Goal.CHANGES}))
    without = solve(careless, effort=QUICK, seed=2, earlier=earlier).score
    found = solve(problem, effort=QUICK, seed=2, earlier=earlier)
    assert found == solve(problem, effort=QUICK, seed=2, earlier=earlier)
    assert found.score.changes < without.changes / 2
    assert found.score.interest >= without.interest * (1 - QUICK.enough)


@pytest.mark.parametrize(
    ("size", "seed"),
    [
        # A best choice is held near the earlier timetable by pushes.
        (Size(60, 12, 27, 400), 0),
        (Size(80, 12, 30, 600), 0),
        (Size(120, 20, 40, 900, 0.2, 0.4), 1),
    ],
)
def test_a_middling_event_keeps_most_and_has_the_most_points(size: Size, seed: int) -> None:
    # Fewer breaks would come before fewer changes.
    problem = crowd(size, seed, Objective(frozenset({Goal.INTEREST, Goal.CHANGES})))
    earlier = solve(replace(problem, requests=problem.requests[20:]), effort=QUICK)
    careless = replace(problem, objective=Objective(frozenset({Goal.INTEREST})))
    found = solve(problem, effort=QUICK, earlier=earlier)
    assert found.score.changes < 0.4 * solve(careless, effort=QUICK, earlier=earlier).score.changes
    assert found.score.interest == found.interest_bound
    assert found == solve(problem, effort=QUICK, earlier=earlier)


def test_the_first_choice_takes_more_of_the_wished_requests_and_is_worth_as_much() -> None:
    model = model_of(crowd(Size(80, 12, 30, 600), seed=0))
    selection, wished = select(model), range(0, len(model.members), 2)
    any_, more = (next(whole_selections(model, selection, number=1, seed=0, wished=some)) for some in ((), wished))
    assert sum(more.shares[wished]) > sum(any_.shares[wished])
    assert np.array(model.worth) @ more.shares == np.array(model.worth) @ any_.shares
    assert whole(more.bound) == whole(any_.bound)


@pytest.mark.parametrize("others", [1, 2])
def test_one_does_not_go_back_where_as_many_others_would_have_to_leave(others: int) -> None:
    """A chain would bring one back and take others away from where they were: with one of them nothing is kept by it,
    with two less than before."""
    pairs = ["xy", "zw"][:others] + ["px", "qz"][:others] + ["pq"]
    slots = [*"a" * others, *"b" * others, "a"]
    problem = Problem(
        participants=tuple(map(Participant, "pqxyzw")),
        slots=(Slot("a"), Slot("b")),
        tables=tuple(Table(f"t{n}") for n in range(5)),
        requests=tuple(Request(pair, tuple(pair)) for pair in pairs),
    )
    now = [Appointment(pair, slot, f"t{n}") for n, (pair, slot) in enumerate(zip(pairs, slots, strict=True))]
    board = board_of(problem, answer(problem, now))
    before = list(board.at)
    wished = dict.fromkeys(range(others), 1) | {len(pairs) - 1: 2}
    assert keep(board, wished, stop=lambda: False).at == before


def test_a_chain_brings_back_what_no_single_exchange_can() -> None:
    """Everybody in the ring is busy in both slots, so that only all together can change places."""
    pairs = ("pq", "qr", "rs", "sp")
    problem = Problem(
        participants=tuple(map(Participant, "pqrs")),
        slots=(Slot("a"), Slot("b")),
        tables=(Table("t"), Table("u")),
        requests=tuple(Request(pair, tuple(pair)) for pair in pairs),
    )
    one, other = (
        answer(problem, [Appointment(pair, "ab"[(n + turn) % 2], "tu"[n // 2]) for n, pair in enumerate(pairs)])
        for turn in (0, 1)
    )
    board = board_of(problem, one)
    keep(board, kept_places(board.model, other.appointments), stop=lambda: False)
    assert answer(problem, appointments_of(board.model, board.at), earlier=other).score.changes == 0


def test_whoever_says_stop_gets_the_board_as_it_is() -> None:
    problem = crowd(Size(30, 8, 10, 200), seed=4)
    earlier = solve(replace(problem, requests=problem.requests[40:]), effort=QUICK)
    board = board_of(problem, solve(problem, effort=QUICK))
    at = list(board.at)
    keep(board, kept_places(board.model, earlier.appointments), stop=lambda: True)
    assert board.at == at
