"""Small problems are as good as by trying everything: in every goal, in the order of the goals, under every rule."""

from dataclasses import replace

import pytest
from benchmarks.timetable.crowd import Size, crowd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.problem import (
    FaultyProblem,
    Goal,
    Participant,
    Problem,
    Request,
    Score,
    Slot,
    Status,
    Table,
    Timetable,
)
from modus.algorithms.timetable.solve import solve
from modus.algorithms.timetable.verify import faults_of
from tests.algorithms.timetable.problems import all_timetables, demanding, in_order, problems, some_timetable, waiting

QUICK = Effort(steps=100, tidy_steps=10)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GOALS = tuple(Goal)
SMALL = problems(most_requests=4) | waiting()


def with_goals(problem: Problem, *goals: Goal, price: int = 0) -> Problem:
    return replace(problem, objective=replace(problem.objective, goals=frozenset(goals), break_cost=price))


@st.composite
def with_earlier(draw: st.DrawFn, strategy: st.SearchStrategy[Problem]) -> tuple[Problem, Timetable]:
    """A problem, and a timetable that it had when there were no locks and no fairness."""
    problem = draw(strategy)
    return problem, some_timetable(draw, replace(problem, locks=(), fairness=None))


def require_best(problem: Problem, earlier: Timetable | None = None) -> Timetable:
    """The answer, which no timetable beats in the order of the goals; the proof and the bounds say so."""
    every = list(all_timetables(problem, earlier))
    try:
        found = solve(problem, effort=QUICK, earlier=earlier)
    except FaultyProblem:
        assert not every
        return Timetable((), Score(0, 0, 0, 0, 0), Status.INFEASIBLE)
    if not every:
        assert found.status is Status.INFEASIBLE
        return found
    goals = problem.objective.goals
    best = min(in_order(problem.objective, one.score) for one in every)
    assert in_order(problem.objective, found.score) == best
    assert set(found.proved) == goals
    assert found.status is (Status.PROVED if goals else Status.FOUND)
    assert faults_of(problem, found, earlier) == []
    if Goal.INTEREST in goals and not problem.objective.break_cost:
        assert found.interest_bound == max(one.score.interest for one in every)
    return found


@CALM
@given(SMALL)
def test_most_points(problem: Problem) -> None:
    require_best(with_goals(problem, Goal.INTEREST))


@CALM
@given(SMALL)
def test_fewest_breaks_among_most_points(problem: Problem) -> None:
    found = require_best(with_goals(problem, Goal.INTEREST, Goal.BREAKS))
    assert found.breaks_bound == found.score.breaks


@CALM
@given(SMALL)
def test_evenest_breaks_among_the_fewest(problem: Problem) -> None:
    require_best(with_goals(problem, Goal.INTEREST, Goal.BREAKS, Goal.EVEN_BREAKS))


@CALM
@given(with_earlier(SMALL))
def test_fewest_changes_among_the_evenest(given_: tuple[Problem, Timetable]) -> None:
    require_best(*given_)


@CALM
@given(SMALL, st.sampled_from([1, 15, 40, 200]))
def test_a_break_is_worth_its_price(problem: Problem, price: int) -> None:
    require_best(with_goals(problem, *GOALS, price=price))


@CALM
@given(with_earlier(demanding()), st.sets(st.sampled_from(GOALS)), st.sampled_from([0, 0, 25]))
def test_any_goals_under_any_rules(given_: tuple[Problem, Timetable], goals: set[Goal], price: int) -> None:
    problem, earlier = given_
    require_best(with_goals(problem, *goals, price=price), earlier)


@CALM
@given(with_earlier(SMALL), st.sampled_from(GOALS))
def test_each_goal_can_be_left_away_alone(given_: tuple[Problem, Timetable], without: Goal) -> None:
    problem, earlier = given_
    require_best(with_goals(problem, *(goal for goal in GOALS if goal is not without)), earlier)


@CALM
@given(SMALL, st.integers(0, 2))
def test_breaks_are_shared_fairly_at_the_least_cost(problem: Problem, fairness: int) -> None:
    found = require_best(replace(problem, fairness=fairness))
    assert found.score.break_spread <= fairness


@CALM
@given(with_earlier(demanding()), st.sets(st.sampled_from(GOALS)))
def test_everything_is_held_as_the_goals_say(given_: tuple[Problem, Timetable], goals: set[Goal]) -> None:
    problem, earlier = given_
    strict = replace(with_goals(problem, *goals), hold_all=True)
    every = list(all_timetables(strict, earlier))
    try:
        found = solve(strict, effort=QUICK, earlier=earlier)
    except FaultyProblem:
        assert not every
        return
    if not every:
        assert found.status is Status.INFEASIBLE
        return
    assert in_order(strict.objective, found.score) == min(in_order(strict.objective, one.score) for one in every)
    assert set(found.proved) == goals
    assert faults_of(strict, found, earlier) == []


@CALM
@given(with_earlier(waiting()), st.sampled_from([(0, 99), (100, 0), (100, 1), (100, 4)]))
def test_only_what_is_proved_is_claimed(given_: tuple[Problem, Timetable], limits: tuple[int, int]) -> None:
    """With hardly any nodes, or stopped at any look, the goals that are claimed are the best, and bounds hold."""
    problem, earlier = given_
    nodes, looks = limits
    left = iter(range(looks))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("modus.algorithms.timetable.orderly.MOST_NODES", nodes)
        found = solve(problem, effort=QUICK, earlier=earlier, stop=lambda: next(left, None) is None)
    assert faults_of(problem, found, earlier) == []
    every = [one.score for one in all_timetables(problem, earlier)]
    assert found.proved == GOALS[: len(found.proved)]
    claimed = replace(problem.objective, goals=frozenset(found.proved))
    if found.proved:
        assert in_order(claimed, found.score) == min(in_order(claimed, one) for one in every)
    assert found.interest_bound is not None
    assert found.interest_bound >= max(one.interest for one in every)


def test_equal_input_gives_an_equal_answer() -> None:
    problem = crowd(Size(10, 6, 4, 40), seed=0)
    first = solve(problem, effort=QUICK)
    assert first == solve(problem, effort=QUICK)
    assert first.proved == GOALS


def test_everything_held_at_two_sites_is_held_with_the_fewest_breaks_or_proved_impossible() -> None:
    people = tuple(map(Participant, "abcd"))
    requests = tuple(Request(pair, tuple(pair)) for pair in ("ab", "cd", "ac", "bd"))
    tables = (Table("n", site="N"), Table("s", site="S"))
    slots = tuple(Slot(f"s{n}") for n in range(5))
    problem = Problem(people, slots, tables, requests, buffer_slots=1, hold_all=True)
    found = solve(problem, effort=QUICK)
    fewest = min(one.score.breaks for one in all_timetables(problem))
    assert fewest == 1
    assert (found.status, found.score.breaks, found.breaks_bound) == (Status.PROVED, fewest, fewest)
    assert solve(replace(problem, slots=slots[:2]), effort=QUICK).status is Status.INFEASIBLE
