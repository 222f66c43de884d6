"""Begins with the slots of an earlier timetable, and brings meetings back to them wherever that costs nothing else."""

from collections.abc import Mapping, Sequence

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import HALF, Selection
from modus.algorithms.timetable.breaks import Breaks, difference
from modus.algorithms.timetable.construct import (
    by_worth,
    chain_from,
    hardest_first,
    place_each,
    place_locks,
    swap_chain,
)
from modus.algorithms.timetable.improve import LOOK_EVERY, Stop
from modus.algorithms.timetable.model import Model
from modus.algorithms.timetable.orderly import kept_on
from modus.algorithms.timetable.problem import Goal
from modus.algorithms.timetable.push import hold_most, put_first

# What is brought back makes room for others; after three rounds hardly anything is.
ROUNDS = 3
# Where one way to hold everything is found, so many are compared.
WAYS = 4


def hold_near(
    model: Model, choice: Selection, places: Mapping[int, int], *, seed: int = 0, stop: Stop | None = None
) -> Board:
    """As many of the chosen requests as find a place beside each other, most in their earlier slots.

    Parameters: the model; a choice of whole requests; by request the places of the slot that it had; a seed and `stop`
    as of `hold_most`.
    Raises: LocksClash when locks contradict each other. Cost: as `hold_most`.
    """
    begun, chosen = _begun(model, choice, places), hardest_first(model, choice)
    if places:
        # Most stand already; of the others, where they are dearest first, fewer push out what stands.
        chosen = [request for request in by_worth(choice) if choice.shares[request] > HALF]
    boards = []
    for way in range(WAYS if places else 1):
        boards.append(Board(model))
        boards[-1].become(begun.at)
        if not hold_most(boards[-1], chosen, places, days=choice.days, seed=seed + way, stop=stop):
            place_each(boards[-1], chosen)
            break
    return max(boards, key=lambda board: (board.interest, kept_on(board, places)))


def _begun(model: Model, selection: Selection, places: Mapping[int, int]) -> Board:
    """What is locked, and of what is chosen as much as fits where it was."""
    board = Board(model)
    place_locks(board)
    for request in by_worth(selection):
        if selection.shares[request] > HALF and board.at[request] == OUT:
            put_first(board, request, places.get(request, 0))
    return board


def keep(board: Board, places: Mapping[int, int], *, stop: Stop) -> Board:
    """A board with fewer changes, and no worse in any other goal.

    Parameters: a board (it is changed); by request the places of the slot that it had; `stop`, asked now and then.
    Returns: the same board. Each request goes to its earlier slot; what is in its way goes to its own earlier slot,
    where the request came from, or wherever there is room; else the chain that hangs on it swaps the two slots. That
    stays where points, breaks and the largest difference in breaks are as good as before, each as far as it is a goal,
    and more is kept. Equal input gives an equal board unless `stop` said yes.
    Cost: some 0.2 ms for each request that is elsewhere, three times at most.
    Source: ejection chains of length one: Glover (1996), doi:10.1016/0166-218X(94)00037-E; chains as in `construct`.
    """
    keeping = _Keeping(board, places)
    for _round in range(ROUNDS):
        moved = False
        for number, request in enumerate(places):
            if number % LOOK_EVERY == 0 and stop():
                return board
            moved = keeping.bring_back(request) or moved
        if not moved:
            break
    return board


class _Keeping:
    """A board, the places to go back to, and the breaks of everybody."""

    def __init__(self, board: Board, places: Mapping[int, int]) -> None:
        problem = board.model.problem
        self.board, self.places = board, places
        self.goals = problem.objective.goals
        self.breaks = Breaks(board, weight=1.0, even=False)
        self.is_even = Goal.EVEN_BREAKS in self.goals or problem.fairness is not None

    def is_back(self, request: int) -> bool:
        """Whether the request is in its earlier slot."""
        return self.board.at[request] != OUT and bool(self.places.get(request, 0) >> self.board.at[request] & 1)

    def bring_back(self, request: int) -> bool:
        """Try each place of the earlier slot; whether the request is in one of them now and was not before."""
        if self.is_back(request) or self.board.model.locked[request]:
            return False
        wished = bits(self.places[request] & self.board.model.allowed[request])
        return any(self._try(request, place) or self._swap(request, place) for place in wished)

    def _try(self, request: int, place: int) -> bool:
        board = self.board
        pushed = sorted(board.in_the_way(request, place))
        if any(board.model.locked[one] for one in pushed):
            return False
        touched = [request, *pushed]
        people = sorted({person for one in touched for person in board.model.members[one]})
        before, back = board.interest, sum(map(self.is_back, touched))
        board.mark()
        left = self._exchange(request, place, pushed)
        if left and self._is_worth(board.interest - before, people, sum(map(self.is_back, touched)) - back):
            self.breaks.accept(people)
            return True
        board.undo()
        return False

    def _exchange(self, request: int, place: int, pushed: Sequence[int]) -> bool:
        """Hold the request at the place and what was in its way elsewhere; whether the request could be held."""
        board, old = self.board, self.board.at[request]
        for one in pushed if old == OUT else [request, *pushed]:
            board.take(one)
        if not board.fits(request, place):
            return False
        board.put(request, place)
        for one in pushed:
            wished = [*bits(self.places.get(one, 0)), *([old] if old != OUT else [])]
            to = next((other for other in wished if board.fits(one, other)), board.emptiest(one))
            if to != OUT:
                board.put(one, to)
        return True

    def _swap(self, request: int, place: int) -> bool:
        """Let the meetings that hang on the request swap its place and this one with it, where that is worth it."""
        board, old = self.board, self.board.at[request]
        chain = self._chain(request, place)
        before = sum(map(self.is_back, chain))
        if not chain or not swap_chain(board, chain, old, place):
            return False
        people = sorted({person for one in chain for person in board.model.members[one]})
        if self._is_worth(0, people, sum(map(self.is_back, chain)) - before):
            self.breaks.accept(people)
            return True
        swap_chain(board, chain, place, old)
        return False

    def _chain(self, request: int, place: int) -> list[int]:
        """The request and all that have to swap two places with it; none where one of them may not."""
        board, old, members = self.board, self.board.at[request], self.board.model.members[request]
        if old == OUT or len(members) > 2 or board.model.has_sites or request in board.model.orders:
            return []
        one, other = members
        board.take(request)
        chain = chain_from(board, one, place, old, OUT)
        # A ring of meetings comes round to the other one, whose place is free when it has swapped.
        rest = [] if chain and other in board.model.members[chain[-1]] else chain_from(board, other, place, old, OUT)
        board.put(request, old)
        return [] if chain is None or rest is None else [request, *chain, *rest]

    def _is_worth(self, points: int, people: Sequence[int], kept: int) -> bool:
        """Whether nothing became worse and more is kept."""
        more = self.breaks.change(people)
        if points < 0 or (Goal.BREAKS in self.goals and more > 0):
            return False
        return kept > 0 and not (self.is_even and self._spread(people) > self._spread(()))

    def _spread(self, people: Sequence[int]) -> int:
        """The largest difference in breaks, these people counted anew."""
        numbers = list(self.breaks.number)
        for person in people:
            numbers[person] = self.breaks.count(person)
        return difference(numbers)
