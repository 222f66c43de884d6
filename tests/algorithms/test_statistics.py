"""Small cells stay hidden: neither shown, nor to be worked out of the totals (O1)."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modus.algorithms.statistics import Cell, SafeTable, suppress_small_cells

pytestmark = pytest.mark.row("O1")


def table(*lines: tuple[int, ...], smallest: int = 5) -> SafeTable:
    rows = tuple(f"r{number}" for number in range(len(lines)))
    columns = tuple(f"c{number}" for number in range(len(lines[0])))
    counts = {(rows[i], columns[j]): count for i, line in enumerate(lines) for j, count in enumerate(line)}
    return suppress_small_cells(counts, rows=rows, columns=columns, smallest=smallest)


def shown(safe: SafeTable) -> list[list[int | None]]:
    return [[safe.count(row, column) for column in (*safe.columns, None)] for row in (*safe.rows, None)]


def test_a_table_without_small_cells_is_shown_as_it_is() -> None:
    assert shown(table((5, 0), (7, 9))) == [[5, 0, 5], [7, 9, 16], [12, 9, 21]]


def test_a_small_cell_takes_a_square_with_it() -> None:
    assert shown(table((3, 10), (20, 30))) == [[None, None, 13], [None, None, 50], [23, 40, 63]]


def test_two_small_cells_in_a_row_need_partners_in_their_columns() -> None:
    safe = table((2, 3, 50), (10, 11, 90), (60, 70, 80))
    assert shown(safe) == [[None, None, 50, 55], [None, None, 90, 111], [60, 70, 80, 210], [72, 84, 220, 376]]


def test_a_total_goes_when_it_would_give_its_only_cell_away() -> None:
    safe = table((3,), (20,))
    assert shown(safe) == [[None, None], [None, None], [23, 23]]


def test_a_table_of_one_cell_shows_nothing() -> None:
    assert shown(table((3,))) == [[None, None], [None, None]]


def test_zero_is_shown_because_it_tells_of_nobody() -> None:
    assert shown(table((0, 0), (0, 9))) == [[0, 0, 0], [0, 9, 9], [0, 9, 9]]


@pytest.mark.parametrize("counts", [{("a", "x"): -1}, {("b", "x"): 1}])
def test_impossible_counts_are_refused(counts: dict[tuple[str, str], int]) -> None:
    with pytest.raises(ValueError, match="Counts are not negative"):
        suppress_small_cells(counts, rows=("a",), columns=("x",))


def tables_like(safe: SafeTable, most: int) -> Iterator[dict[Cell, int]]:
    """Every table of counts that shows what this one shows, found by trying (independent of graphs)."""
    inner = [(row, column) for row in safe.rows for column in safe.columns]
    unknown = [cell for cell in inner if safe.counts[cell] is None]
    for tried in itertools.product(range(most + 1), repeat=len(unknown)):
        full: dict[Cell, int] = {cell: safe.counts[cell] or 0 for cell in inner} | dict(
            zip(unknown, tried, strict=True)
        )
        for row in safe.rows:
            full[row, None] = sum(full[row, column] for column in safe.columns)
        for column in (*safe.columns, None):
            full[None, column] = sum(full[row, column] for row in safe.rows)
        if all(safe.counts[cell] in (None, count) for cell, count in full.items()):
            yield full


counts = st.integers(min_value=0, max_value=6)


@given(st.integers(1, 2).flatmap(lambda n: st.lists(st.tuples(*[counts] * n), min_size=1, max_size=3)))
@settings(max_examples=150, deadline=None)
def test_no_hidden_count_follows_from_what_is_shown(lines: list[tuple[int, ...]]) -> None:
    safe = table(*lines, smallest=3)
    hidden = {cell for cell, count in safe.counts.items() if count is None}
    possible: dict[Cell, set[int]] = {cell: set() for cell in hidden}
    for full in tables_like(safe, most=7):
        for cell in hidden:
            possible[cell].add(full[cell])
        if all(len(values) > 1 for values in possible.values()):
            break
    assert all(len(values) > 1 for values in possible.values())


@given(st.lists(st.lists(st.integers(0, 40), min_size=6, max_size=6).map(tuple), min_size=1, max_size=8))
@settings(deadline=None)
def test_no_small_count_is_shown_and_every_shown_count_is_true(lines: list[tuple[int, ...]]) -> None:
    safe = table(*lines)
    full = {(f"r{i}", f"c{j}"): count for i, line in enumerate(lines) for j, count in enumerate(line)}
    for cell, count in safe.counts.items():
        assert count is None or count == 0 or count >= 5
        if cell in full and count is not None:
            assert count == full[cell]
