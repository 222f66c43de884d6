"""Requests that find no slot push others aside until all are held, or nothing changes."""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.board import OUT
from modus.algorithms.timetable.fit import fit
from modus.algorithms.timetable.model import Model, model_of
from modus.algorithms.timetable.orderly import kept_places
from modus.algorithms.timetable.problem import Problem, Timetable
from modus.algorithms.timetable.push import hold_each
from tests.algorithms.timetable.problems import all_timetables, board_of, demanding, problems

CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def two_timetables(draw: st.DrawFn, strategy: st.SearchStrategy[Problem]) -> tuple[Problem, Timetable, Timetable]:
    """A problem and two of its timetables, the first of those with most meetings."""
    problem = draw(strategy)
    every = sorted(all_timetables(problem), key=lambda one: -len(one.appointments))
    assume(every)
    full = [one for one in every if len(one.appointments) == len(every[0].appointments)]
    return problem, draw(st.sampled_from(full)), draw(st.sampled_from(every))


def requests_of(model: Model, timetable: Timetable) -> set[int]:
    return {model.index[name] for name in timetable.by_request}


@CALM
@given(two_timetables(problems(plain=True)))
def test_what_can_be_held_together_is_held_wherever_others_stood(given_: tuple[Problem, Timetable, Timetable]) -> None:
    """Whatever part of the meetings stands anywhere: as all of them can be held, a way is found."""
    problem, full, other = given_
    board = board_of(problem, other)
    wished = requests_of(board.model, full)
    for request in set(board.held()) - wished:
        board.take(request)
    assert hold_each(board, sorted(wished), {})
    assert set(board.held()) == wished
    answer(problem, appointments_of(board.model, board.at))


@CALM
@given(two_timetables(demanding(most_requests=5)), st.integers(0, 3))
def test_under_any_rules_all_are_held_rightly_or_nothing_changes(
    given_: tuple[Problem, Timetable, Timetable], seed: int
) -> None:
    problem, full, other = given_
    board = board_of(problem, other)
    before, wished = list(board.at), requests_of(board.model, full)
    if hold_each(board, sorted(wished), kept_places(board.model, full.appointments), seed=seed):
        assert wished | {request for request, place in enumerate(before) if place != OUT} == set(board.held())
        assert all(board.at[one] == before[one] for one in board.held() if board.model.locked[one])
        answer(replace(problem, fairness=None), appointments_of(board.model, board.at))
    else:
        assert board.at == before


@CALM
@given(two_timetables(problems()))
def test_clauses_keep_every_slot_where_that_is_possible(given_: tuple[Problem, Timetable, Timetable]) -> None:
    problem, full, _other = given_
    model = model_of(problem)
    places = kept_places(model, full.appointments)
    at = fit(model, sorted(requests_of(model, full)), near=places)
    assert at is not None
    assert all(places[request] >> at[request] & 1 for request in places)
