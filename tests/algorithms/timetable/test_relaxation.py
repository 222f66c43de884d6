"""The bound from seats alone is never more than trying everything finds, and is worth having."""

from itertools import combinations, pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.relaxation import Times, breaks_at_least


def somebody(number: int, is_open: tuple[bool, ...]) -> Times:
    """Somebody with so many meetings in the open slots."""
    ends = range(1, len(is_open) + 1)
    return Times(
        is_open,
        tuple(max(0, number - sum(is_open[end:])) for end in ends),
        tuple(min(number, sum(is_open[:end])) for end in ends),
    )


def ways(times: Times) -> list[tuple[int, ...]]:
    """All choices of slots for as many meetings as the person has."""
    slots = [place for place, is_open in enumerate(times.open) if is_open]
    return list(combinations(slots, times.most[-1]))


def fewest(people: list[Times], seats: list[int]) -> int | None:
    """The fewest breaks, trying everything; None when the seats do not suffice."""
    found = [
        sum(later - before > 1 for slots in chosen for before, later in pairwise(slots))
        for chosen in product(*map(ways, people))
        if all(sum(place in slots for slots in chosen) <= free for place, free in enumerate(seats))
    ]
    return min(found, default=None)


@st.composite
def somebodies(draw: st.DrawFn) -> Times:
    is_open = tuple(draw(st.lists(st.sampled_from((True, True, False)), min_size=5, max_size=5)))
    return somebody(draw(st.integers(0, sum(is_open))), is_open)


@settings(max_examples=100, deadline=None)
@given(st.lists(somebodies(), max_size=3), st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_the_bound_is_never_more_than_the_fewest_breaks(people: list[Times], seats: list[int]) -> None:
    expected = fewest(people, seats)
    assert expected is None or 0 <= breaks_at_least(people, seats) <= expected


def test_who_has_to_wait_is_counted_where_seats_are_short() -> None:
    people = [somebody(4, (True,) * 5)] * 6
    assert breaks_at_least(people, [6] * 5) == 0
    assert breaks_at_least(people, [6, 6, 3, 6, 6]) == 3
    assert breaks_at_least(people, [6, 5, 4, 5, 6]) == 4


def test_who_has_a_closed_slot_inside_waits() -> None:
    assert breaks_at_least([somebody(4, (True, True, False, True, True))], [1] * 5) == 1


def test_meetings_of_one_half_cannot_wait_for_the_other() -> None:
    two_early_two_late = Times((True,) * 6, (0, 0, 2, 2, 2, 4), (1, 2, 2, 3, 4, 4))
    assert breaks_at_least([two_early_two_late], [1] * 6) == 0
    assert breaks_at_least([two_early_two_late], [1, 1, 0, 1, 1, 1]) == 1


def test_nobody_waits_where_nobody_meets() -> None:
    assert breaks_at_least([], [2, 2]) == 0
