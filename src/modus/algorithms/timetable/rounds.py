"""Rounds of groups in which nobody meets anybody twice: breakout groups that mix people by rules."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

TURNS = 20_000
LOOK_EVERY = 250


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to be put in groups: `apart`, a name shared by those who are never put together (a cluster); `mixed`, a
    name by which groups are to be mixed (a country)."""

    id: str
    apart: str = ""
    mixed: str = ""


@dataclass(frozen=True)
class Rounds:
    """Groups of ids by round; how many pairs meet again, should be apart, and share what is to be mixed."""

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    repeated: int
    together: int
    alike: int

    @property
    def keeps_the_rules(self) -> bool:
        """Whether nobody meets anybody twice and nobody meets whom they should not."""
        return not self.repeated and not self.together


def mix_rounds(guests: Sequence[Guest], *, rounds: int, size: int, seed: int = 0, turns: int = TURNS) -> Rounds:
    """Groups for each round in which, as far as can be, nobody meets twice, those apart stay apart, and the rest mixes.

    Parameters: guests with different ids; rounds, 1 or more; the largest group, 2 or more; a seed; the most exchanges
    that are tried. Groups differ in size by one at most.
    Returns: the groups, and how often each rule is broken, which is counted anew from the groups: 0 where
    `keeps_the_rules`. Equal input and seed give equal groups.
    Raises: ValueError for doubles, and for numbers out of their ranges.
    Cost: 60 guests in 5 rounds of six about 0.5 s. It is a search: with up to six guests it kept the rules wherever
    trying everything can; with many guests it may miss a way, never claim one.
    Source: the social golfer problem; local search by exchanges: Dotú and Van Hentenryck (2005),
    doi:10.1007/11493853_11.
    """
    if len({guest.id for guest in guests}) < len(guests) or rounds < 1 or size < 2:
        raise ValueError("Guests have different ids, there is a round or more, and groups are of two or more.")
    search = _Mixing(guests, rounds, size, seed)
    search.run(turns)
    return counted(guests, search.groups())


def counted(guests: Sequence[Guest], groups: tuple[tuple[tuple[str, ...], ...], ...]) -> Rounds:
    """The rounds with their faults, from the definition."""
    guest = {one.id: one for one in guests}
    pairs = [tuple(sorted(pair)) for one in groups for group in one for pair in combinations(group, 2)]
    return Rounds(
        groups=groups,
        repeated=sum(number - 1 for number in Counter(pairs).values()),
        together=sum(bool(guest[a].apart) and guest[a].apart == guest[b].apart for a, b in pairs),
        alike=sum(bool(guest[a].mixed) and guest[a].mixed == guest[b].mixed for a, b in pairs),
    )


class _Mixing:
    """Seats of all rounds, how often each pair meets, and exchanges of two guests of a round."""

    def __init__(self, guests: Sequence[Guest], rounds: int, size: int, seed: int) -> None:
        self.guests, self.lots = guests, random.Random(seed)  # noqa: S311  lots of a search keep no secret
        number = -(-len(guests) // size)
        self.rounds: list[list[list[int]]] = []
        for _round in range(rounds):
            order = self.lots.sample(range(len(guests)), len(guests))
            self.rounds.append([order[start::number] for start in range(number)])
        self.meet = Counter(self._pairs(group for one in self.rounds for group in one))

    def _pairs(self, groups: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
        return [(min(pair), max(pair)) for group in groups for pair in combinations(group, 2)]

    def _weight(self, one: int, other: int) -> int:
        """What it costs that these two sit together: much for those apart, little for those alike."""
        a, b = self.guests[one], self.guests[other]
        return (1000 if a.apart and a.apart == b.apart else 0) + (1 if a.mixed and a.mixed == b.mixed else 0)

    def _cost_with(self, guest: int, group: Iterable[int]) -> int:
        """What it costs that the guest joins these people."""
        others = (other for other in group if other != guest)
        return sum(1000 * self.meet[min(guest, o), max(guest, o)] + self._weight(guest, o) for o in others)

    def run(self, turns: int) -> None:
        """Exchange two guests of a round wherever that is no worse, now and then also where it is a little worse."""
        for turn in range(turns if len(self.rounds[0]) > 1 else 0):
            if turn % LOOK_EVERY == 0 and self._is_perfect():
                break
            groups = self.lots.choice(self.rounds)
            first, second = self.lots.sample(range(len(groups)), 2)
            here, there = self.lots.randrange(len(groups[first])), self.lots.randrange(len(groups[second]))
            self._exchange(groups[first], here, groups[second], there)

    def _is_perfect(self) -> bool:
        """Whether nobody meets twice, nobody whom they should not, and nobody alike: nothing can be better."""
        return all(number <= 1 and not (number and self._weight(*pair)) for pair, number in self.meet.items())

    def _exchange(self, group: list[int], here: int, other: list[int], there: int) -> None:
        one, two = group[here], other[there]
        rest, others = [g for g in group if g != one], [g for g in other if g != two]
        self._count(one, rest, -1)
        self._count(two, others, -1)
        before = self._cost_with(one, rest) + self._cost_with(two, others)
        after = self._cost_with(one, others) + self._cost_with(two, rest)
        if after <= before or (after < before + 1000 and self.lots.random() < 0.01):
            group[here], other[there] = two, one
            one, two = two, one
        self._count(one, rest, 1)
        self._count(two, others, 1)

    def _count(self, guest: int, others: Iterable[int], sign: int) -> None:
        for other in others:
            self.meet[min(guest, other), max(guest, other)] += sign

    def groups(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """The groups by id."""
        return tuple(tuple(tuple(self.guests[n].id for n in group) for group in one) for one in self.rounds)
