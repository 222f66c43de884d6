"""Holds requests that find no slot by pushing others out of theirs, which look for another one, until all are held.

A chain swaps two slots only. Where no chain makes room the request takes the place at which it pushes out the fewest,
and whoever was pushed out may not go back there for some turns, so that the search does not run in circles.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import FEW_REQUESTS
from modus.algorithms.timetable.construct import place_one
from modus.algorithms.timetable.improve import LOOK_EVERY, Stop, never

# Turns after which it is given up, the fewer the more there are beyond FEW_REQUESTS.
TURNS = 8_000
# In larger events than this nothing is pushed where more than so many wait.
MANY_REQUESTS, FEW_WAITING = 5_000, 20
# Turns, at most, for which a meeting may not go back, beside one for each that waits.
BANNED = 10
# What each push before adds to the cost of pushing somebody out.
TIRED = 0.07
# What is pushed out of its earlier slot counts half a meeting more, and luck decides between what is nearly the same.
HALF_A_MEETING, LUCK = 0.5, 0.9


def hold_each(
    board: Board, requests: Iterable[int], places: Mapping[int, int], *, seed: int = 0, stop: Stop | None = None
) -> bool:
    """Hold all of these requests beside all that are held already, wherever there is a place for each.

    Parameters: a board (it is changed); the requests, who with those held keep to everybody's cap; by request the
    places where it would rather be; a seed; `stop`, asked now and then, ends the search.
    Returns: whether all are held; if not, the board is as it was. Locked meetings stay where they are. Equal input and
    seed give an equal board unless `stop` said yes.
    Cost and source: as `hold_most`.
    """
    before = list(board.at)
    if hold_most(board, requests, places, seed=seed, stop=stop):
        return True
    board.become(before)
    return False


def hold_most(
    board: Board,
    requests: Iterable[int],
    places: Mapping[int, int],
    *,
    days: Sequence[int] | None = None,
    seed: int = 0,
    stop: Stop | None = None,
) -> bool:
    """Hold as many of these requests as find a place beside each other, for the most points that were seen.

    Parameters: as of `hold_each`; `days`: by request all places that it may have, if not any.
    Returns: whether all are held; if not, the board is in the best state of the search, and others may be held no more.
    Cost: 900 requests of 120 people about 10 ms; giving up after all turns 0.1 to 0.4 s.
    Source: partial colourings with a list of what is forbidden: Blöchliger and Zufferey (2008),
    doi:10.1016/j.cor.2006.05.014; sparing what was pushed often: as the weights of Morris, The breakout method, AAAI
    1993; trying a chain first is ours.
    """
    return _Pushing(board, requests, places, days or [-1] * len(board.at), seed).run(stop or never)


def put_first(board: Board, request: int, places: int) -> bool:
    """Hold the request at the first of these places at which it fits, if any; whether it was put."""
    place = next((place for place in bits(places) if board.fits(request, place)), OUT)
    if place != OUT:
        board.put(request, place)
    return place != OUT


class _Pushing:
    """A board, the requests that wait for a place, and until which turn a request may not have a place."""

    def __init__(
        self, board: Board, requests: Iterable[int], places: Mapping[int, int], days: Sequence[int], seed: int
    ) -> None:
        self.board, self.places, self.days = board, places, days
        self.waiting = deque(request for request in requests if board.at[request] == OUT)
        self.banned: dict[tuple[int, int], int] = {}
        # How often each was pushed out: those for whom it is hard to find a place are spared.
        self.pushed: Counter[int] = Counter()
        self.lots = np.random.default_rng(seed)

    def run(self, stop: Stop) -> bool:
        """Place who waits, one after the other; whether nobody waits any more. If not, the best state is back."""
        board = self.board
        self.waiting = deque(request for request in self.waiting if not self._place(request))
        best, state = board.interest, list(board.at)
        for turn in range(self._turns()):
            if not self.waiting or (turn % LOOK_EVERY == 0 and stop()):
                break
            request = self.waiting.popleft()
            if not (self._place(request) or self._push(request, turn)):
                self.waiting.append(request)
            if board.interest > best:
                best, state = board.interest, list(board.at)
        if self.waiting:
            board.become(state)
        return not self.waiting

    def _turns(self) -> int:
        """How many turns are worth while: in large events fewer, and none where many wait."""
        is_hopeless = len(self.waiting) > FEW_WAITING and len(self.board.at) > MANY_REQUESTS
        return 0 if is_hopeless else min(TURNS, TURNS * FEW_REQUESTS // max(1, len(self.board.at)))

    def _place(self, request: int) -> bool:
        """Hold the request where it would rather be or wherever there is room; whether that could be done."""
        day = self.days[request]
        wished = self.places.get(request, 0) & day
        is_back = wished and put_first(self.board, request, wished)
        return bool(is_back) or place_one(self.board, request, day)

    def _push(self, request: int, turn: int) -> bool:
        """Hold the request at the place where that costs least; whether there was one."""
        luck = LUCK * self.lots.random(self.board.width)
        allowed = bits(self.board.model.allowed[request] & self.days[request])
        options = [place for place in allowed if self.banned.get((request, place), 0) <= turn]
        costs = [(self._cost(request, place) + luck[place], place) for place in options]
        cost, place = min(costs, default=(np.inf, OUT))
        return cost < np.inf and self._push_at(request, place, turn)

    def _cost(self, request: int, place: int) -> float:
        """How many are pushed out there, more for those who are where they would rather be; none of them is locked."""
        board, pushed = self.board, self._in_the_way(request, place)
        if any(board.model.locked[one] for one in pushed):
            return np.inf
        back = sum(self._is_wished(one, board.at[one]) for one in pushed) - self._is_wished(request, place)
        often = sum([self.pushed[one] for one in pushed])
        one_more = not board.finds_table(request, place, pushed)
        return len(pushed) + one_more + HALF_A_MEETING * back + TIRED * often

    def _is_wished(self, request: int, place: int) -> bool:
        return bool(self.places.get(request, 0) >> place & 1)

    def _in_the_way(self, request: int, place: int) -> set[int]:
        """The meetings of its people that have to go, and those that have to be earlier or later; tables aside."""
        at, places = self.board.at, self.board.model.places
        orders = [(other, sign) for other, sign in self.board.model.orders.get(request, ()) if at[other] != OUT]
        wrong = {other for other, sign in orders if (places[at[other]].slot - places[place].slot) * sign <= 0}
        return self.board.in_the_way(request, place) | wrong

    def _push_at(self, request: int, place: int, turn: int) -> bool:
        """Hold the request there; what is in its way waits, and may not go back for a while. Whether that was done."""
        board, gone = self.board, list[tuple[int, int]]()
        for one in sorted(self._in_the_way(request, place)):
            gone.append((one, board.at[one]))
            board.take(one)
        if not board.has_table(request, place) and (there := self._at_tables(request, place)):
            fewest = min(self.pushed[one] for one in there)
            there = [one for one in there if self.pushed[one] == fewest]
            one = there[int(self.lots.integers(len(there)))]
            gone.append((one, place))
            board.take(one)
        if not board.fits(request, place):
            for one, at in gone:
                board.put(one, at)
            return False
        board.put(request, place)
        for one, at in gone:
            self.banned[one, at] = turn + int(self.lots.integers(BANNED)) + len(self.waiting) + 2
            self.pushed[one] += 1
            self.waiting.append(one)
        return True

    def _at_tables(self, request: int, place: int) -> list[int]:
        """The meetings at the place whose table would do for the request."""
        board, locked = self.board, self.board.model.locked
        there = sorted(set(board.held_by[place :: board.width]) - {OUT})
        return [one for one in there if not locked[one] and board.leaves_table(one, request, place)]
