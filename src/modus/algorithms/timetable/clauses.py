"""A formula of clauses, and the few shapes of constraints that a timetable is made of."""

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

TRUE, FALSE = 1, -1


class Clauses:
    """A formula in conjunctive normal form: literals are whole numbers, a negative one says no.

    The constants TRUE and FALSE may stand in any clause, so that nobody has to treat the ends of a range apart.
    """

    def __init__(self) -> None:
        self.formula: list[list[int]] = [[TRUE]]
        self.top = TRUE

    def new(self) -> int:
        """A fresh literal."""
        self.top += 1
        return self.top

    def add(self, *literals: int) -> None:
        """At least one of these is true."""
        if TRUE not in literals:
            self.formula.append([one for one in literals if one != FALSE] or [FALSE])

    def any_of(self, literals: Sequence[int]) -> int:
        """A literal that is true exactly when one of these is."""
        if TRUE in literals:
            return TRUE
        open_ones = [one for one in literals if one != FALSE]
        if len(open_ones) < 2:
            return open_ones[0] if open_ones else FALSE
        found = self.new()
        self.add(-found, *open_ones)
        for one in open_ones:
            self.add(found, -one)
        return found

    def at_most_one(self, literals: Sequence[int]) -> None:
        """No two of these are true: pair by pair for few, else three and a literal that stands for the others."""
        few, rest = (literals, ()) if len(literals) <= 5 else (literals[:3], literals[3:])
        others = self.new() if rest else FALSE
        for one, other in combinations((*few, others), 2):
            self.add(-one, -other)
        for one in rest:
            self.add(-one, others)
        if rest:
            self.at_most_one(rest)

    def counts(self, literals: Sequence[int], most: int, *, exact: bool = False) -> list[int]:
        """How many of these are true: the literal at place j is true when more than j are.

        Parameters: `most`, the largest number that has to be told from more; `exact`: the literal at place j is also
        false when no more than j are. Returns at most `most` + 1 literals.
        Source: the totaliser of Bailleux and Boufkhad, CP 2003, doi:10.1007/978-3-540-45193-8_8.
        """
        if len(literals) < 2:
            return list(literals)
        half = len(literals) // 2
        left = self.counts(literals[:half], most, exact=exact)
        right = self.counts(literals[half:], most, exact=exact)
        sums = [self.new() for _ in range(min(most + 1, len(left) + len(right)))]
        self._add_up(left, right, sums, exact=exact)
        for fewer, more in pairwise(sums):
            self.add(fewer, -more)
        return sums

    def counts_in_order(self, literals: Sequence[int], most: int, *, exact: bool = False) -> list[int]:
        """As `counts`, but adding one literal after the other: less to say for few literals and small numbers.

        Source: the sequential counter of Sinz, CP 2005, doi:10.1007/11564751_73.
        """
        numbers: list[int] = []
        for one in literals:
            numbers = self._with_one_more(numbers, one, most, exact=exact)
        return numbers

    def _with_one_more(self, numbers: Sequence[int], one: int, most: int, *, exact: bool) -> list[int]:
        before = (TRUE, *numbers, FALSE)
        after = [self.new() for _ in range(min(most, len(numbers)) + 1)]
        for number, more in enumerate(after):
            self.add(-before[number + 1], more)
            self.add(-one, -before[number], more)
            if exact:
                self.add(-more, before[number])
                self.add(-more, before[number + 1], one)
        for fewer, more in pairwise(after):
            self.add(fewer, -more)
        return after

    def _add_up(self, left: Sequence[int], right: Sequence[int], sums: Sequence[int], *, exact: bool) -> None:
        """a of the left and b of the right make at least a + b; less than a + 1 and b + 1, less than a + b + 1."""
        at_least_left, at_least_right = (TRUE, *left, FALSE), (TRUE, *right, FALSE)
        for a in range(len(left) + 1):
            for b in range(len(right) + 1):
                if a + b:
                    self.add(-at_least_left[a], -at_least_right[b], sums[min(a + b, len(sums)) - 1])
                if exact and a + b < len(sums):
                    self.add(at_least_left[a + 1], at_least_right[b + 1], -sums[a + b])

    def at_most(self, literals: Iterable[int], most: int) -> None:
        """No more than so many of these are true."""
        open_ones = [one for one in literals if one != FALSE]
        if most < 0:
            self.add()
        elif most == 0:
            for one in open_ones:
                self.add(-one)
        elif len(open_ones) > most:
            self.add(-self.counts(open_ones, most)[most])
