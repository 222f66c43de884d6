"""The shapes of constraints mean what they say, for every assignment of a few literals."""

from itertools import product

import pytest
from pysat.solvers import Cadical195

from modus.algorithms.timetable.clauses import FALSE, TRUE, Clauses

SIZES = range(8)


def holds(clauses: Clauses, assumptions: list[int]) -> bool:
    with Cadical195(bootstrap_with=clauses.formula) as solver:
        return solver.solve(assumptions=assumptions)


def assignments(literals: list[int]) -> list[list[int]]:
    return [
        [one if true else -one for one, true in zip(literals, truths, strict=True)]
        for truths in product((False, True), repeat=len(literals))
    ]


@pytest.mark.parametrize("size", SIZES)
def test_at_most_one_lets_one_be_true(size: int) -> None:
    clauses = Clauses()
    literals = [clauses.new() for _ in range(size)]
    clauses.at_most_one(literals)
    for assignment in assignments(literals):
        assert holds(clauses, assignment) == (sum(one > 0 for one in assignment) <= 1)


@pytest.mark.parametrize("most", range(-1, 6))
def test_at_most_lets_so_many_be_true(most: int) -> None:
    clauses = Clauses()
    literals = [clauses.new() for _ in range(5)]
    clauses.at_most([*literals, FALSE], most)
    for assignment in assignments(literals):
        assert holds(clauses, assignment) == (sum(one > 0 for one in assignment) <= most)


@pytest.mark.parametrize("way", ["counts", "counts_in_order"])
@pytest.mark.parametrize("most", range(7))
@pytest.mark.parametrize("exact", [False, True])
def test_counts_tell_numbers_apart(way: str, most: int, exact: bool) -> None:
    clauses = Clauses()
    literals = [clauses.new() for _ in range(6)]
    counted = getattr(clauses, way)(literals, most, exact=exact)
    assert len(counted) == min(6, most + 1)
    for assignment in assignments(literals):
        number = sum(one > 0 for one in assignment)
        for place, literal in enumerate(counted):
            assert holds(clauses, [*assignment, -literal]) == (number <= place)
            assert holds(clauses, [*assignment, literal]) == (number > place or not exact)


def test_any_of_is_true_when_one_is() -> None:
    clauses = Clauses()
    one, other = clauses.new(), clauses.new()
    found = clauses.any_of([one, FALSE, other])
    for assignment in assignments([one, other]):
        assert holds(clauses, [*assignment, found]) == (max(assignment) > 0)
        assert holds(clauses, [*assignment, -found]) == (max(assignment) < 0)
    assert clauses.any_of([one, TRUE]) == TRUE
    assert clauses.any_of([]) == FALSE
    assert clauses.any_of([FALSE, other]) == other


def test_nothing_is_a_contradiction() -> None:
    clauses = Clauses()
    clauses.add(FALSE)
    assert not holds(clauses, [])
