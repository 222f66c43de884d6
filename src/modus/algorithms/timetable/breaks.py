"""The waiting gaps of the people on a board, counted with bits."""

from collections.abc import Iterable, Sequence

from modus.algorithms.timetable.board import Board, bits


class Breaks:
    """The waiting gaps of everybody on a board, and what they cost.

    `weight`: points that a break counts when moves are compared; `even`: whether the second break of a person counts
    more than the first one of another.
    """

    def __init__(self, board: Board, *, weight: float, even: bool) -> None:
        self.board, self.weight, self.even = board, weight, even
        places = board.model.places
        self.slot = [place.slot for place in places]
        days = [slot.day for slot in board.model.problem.slots]
        self.days = [sum(1 << n for n, day in enumerate(days) if day == name) for name in dict.fromkeys(days)]
        self.first = sum(1 << n for n, day in enumerate(days) if not n or days[n - 1] != day)
        self.number = [self.count(person) for person in range(len(board.used))]

    def busy(self, person: int) -> int:
        """The slots in which the person has a meeting."""
        if not self.board.model.has_sites:
            return self.board.used[person]
        return sum(1 << self.slot[place] for place in bits(self.board.used[person]))

    def count(self, person: int) -> int:
        """The breaks of a person: stretches of meetings, less one for each day that has any."""
        return self._breaks(self.busy(person))

    def _breaks(self, busy: int) -> int:
        number = (busy & ~(busy << 1 & ~self.first)).bit_count()
        for day in self.days:
            if busy & day:
                number -= 1
        return number

    def with_move(self, person: int, place: int, other: int) -> int:
        """The breaks of a person whose meeting went from one place to another one; without buffers between sites."""
        return self._breaks(self.board.used[person] & ~(1 << place) | 1 << other)

    def _weighed(self, number: int) -> int:
        return number * (number + 1) // 2 if self.even else number

    def change(self, people: Iterable[int]) -> int:
        """By how much the breaks of these people grew since they were last counted."""
        return sum(self._weighed(self.count(one)) - self._weighed(self.number[one]) for one in people)

    def accept(self, people: Iterable[int]) -> None:
        """Count these people anew."""
        for person in people:
            self.number[person] = self.count(person)

    def total(self) -> int:
        """The breaks of all, weighed."""
        return sum(map(self._weighed, self.number))

    def saved_by(self, person: int, place: int) -> float:
        """What the person saves in breaks by leaving the place, in points; less than nothing when a break begins."""
        fewer = self._breaks(self.busy(person) & ~(1 << self.slot[place]))
        return self.weight * (self._weighed(self.number[person]) - self._weighed(fewer))

    def cost_of(self, person: int, place: int) -> float:
        """What one more meeting of the person at the place would cost in breaks, in points."""
        more = self._breaks(self.busy(person) | 1 << self.slot[place])
        return self.weight * (self._weighed(more) - self._weighed(self.number[person]))


def difference(numbers: Sequence[int]) -> int:
    """How many more breaks somebody has than somebody else."""
    return max(numbers, default=0) - min(numbers, default=0)
