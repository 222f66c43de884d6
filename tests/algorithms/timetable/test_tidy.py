"""Fewer breaks with the same meetings, and meetings given up only for breaks that cost more."""

from dataclasses import replace

from benchmarks.timetable.crowd import Size, crowd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.bound import select
from modus.algorithms.timetable.breaks import Breaks
from modus.algorithms.timetable.construct import construct
from modus.algorithms.timetable.model import model_of
from modus.algorithms.timetable.problem import Objective, Problem
from modus.algorithms.timetable.score import score_of
from modus.algorithms.timetable.tidy import tidy
from modus.algorithms.timetable.untangle import untangle
from tests.algorithms.timetable.problems import problems, score_without

CALM = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def breaks_of(board: Board) -> Breaks:
    return Breaks(board, weight=1.0, even=False)


@CALM
@given(problems())
def test_chains_keep_the_meetings_and_never_add_breaks(problem: Problem) -> None:
    model = model_of(problem)
    board = construct(model, select(model))
    held, before = set(board.held()), breaks_of(board).total()
    untangle(board, breaks_of(board))
    assert set(board.held()) == held
    found = answer(problem, appointments_of(model, board.at)).score
    assert found.interest == board.interest
    assert found.breaks == breaks_of(board).total() <= before


def test_chains_take_away_a_third_of_the_breaks_where_there_is_room() -> None:
    model = model_of(crowd(Size(60, 12, 27, 300, cap=8), seed=0))
    board = construct(model, select(model))
    before = breaks_of(board).total()
    untangle(board, breaks_of(board))
    assert breaks_of(board).total() <= before * 2 / 3


@CALM
@given(problems(plain=True), st.sampled_from([5, 20, 60]))
def test_no_meeting_is_left_that_is_worth_less_than_its_breaks(problem: Problem, price: int) -> None:
    priced = replace(problem, objective=replace(problem.objective, break_cost=price))
    model = model_of(priced)
    board = tidy(construct(model, select(model)), select(model), steps=5)
    held = appointments_of(model, board.at)
    now = score_of(priced, held)
    for one in held:
        without = score_without(priced, held, one.request)
        assert now.interest - price * now.breaks >= without.interest - price * without.breaks


def test_a_price_for_breaks_buys_fewer_of_them() -> None:
    problem = crowd(Size(60, 12, 27, 400, 0.2, 0.4), seed=1)
    free, dear = (replace(problem, objective=Objective(break_cost=cost)) for cost in (0, 40))
    boards = [construct(model, select(model)) for model in (model_of(free), model_of(dear))]
    for board in boards:
        tidy(board, select(board.model), steps=20)
    few, fewer = (breaks_of(board).total() for board in boards)
    assert fewer < few
    assert boards[0].interest - boards[1].interest <= 40 * (few - fewer)
