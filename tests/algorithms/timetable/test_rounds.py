"""Groups in rounds: rules are kept wherever they can be, and what is not kept is counted."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.rounds import Guest, counted, mix_rounds


def groupings(guests: Sequence[int], sizes: Sequence[int]) -> Iterator[list[tuple[int, ...]]]:
    """Every way to make groups of these sizes, once: whoever comes first is in a group of one of the sizes."""
    if not guests:
        yield []
        return
    for size in set(sizes):
        left = list(sizes)
        left.remove(size)
        for others in combinations(guests[1:], size - 1):
            rest = [one for one in guests[1:] if one not in others]
            yield from ([(guests[0], *others), *more] for more in groupings(rest, left))


def can_keep(guests: Sequence[Guest], rounds: int, size: int, met: frozenset[tuple[int, int]] = frozenset()) -> bool:
    """Whether there are so many rounds in which nobody meets again or whom they should not, trying all of them."""
    if not rounds:
        return True
    number = -(-len(guests) // size)
    sizes = [len(range(start, len(guests), number)) for start in range(number)]
    for groups in groupings(range(len(guests)), sizes):
        pairs = [pair for group in groups for pair in combinations(group, 2)]
        is_apart = all(not guests[a].apart or guests[a].apart != guests[b].apart for a, b in pairs)
        if is_apart and not met.intersection(pairs) and can_keep(guests, rounds - 1, size, met.union(pairs)):
            return True
    return False


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["", "", "x", "y"]), min_size=2, max_size=6),
    st.integers(1, 5),
    st.integers(2, 3),
    st.integers(0, 9),
)
def test_rules_are_kept_wherever_they_can_be(apart: list[str], rounds: int, size: int, seed: int) -> None:
    guests = [Guest(f"g{n}", apart=name) for n, name in enumerate(apart)]
    found = mix_rounds(guests, rounds=rounds, size=size, seed=seed)
    assert found.keeps_the_rules == can_keep(guests, rounds, size)
    assert counted(guests, found.groups) == found


def test_groups_mix_so_that_nobody_meets_twice() -> None:
    guests = [Guest(f"g{n}", apart=f"cluster {n % 10}", mixed=f"country {n % 7}") for n in range(40)]
    found = mix_rounds(guests, rounds=4, size=5, seed=1)
    assert found == mix_rounds(guests, rounds=4, size=5, seed=1)
    assert found.keeps_the_rules
    assert counted(guests, found.groups) == found
    assert all(sorted(g for group in one for g in group) == sorted(g.id for g in guests) for one in found.groups)
    assert {len(group) for one in found.groups for group in one} == {5}


def test_rounds_that_cannot_be_say_what_they_break() -> None:
    found = mix_rounds([Guest("a"), Guest("b"), Guest("c")], rounds=3, size=3)
    assert found.repeated == 6
    with pytest.raises(ValueError, match="different ids"):
        mix_rounds([Guest("a"), Guest("a")], rounds=1, size=2)
