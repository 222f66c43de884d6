"""Makes a timetable better by moves that put one meeting and take off what stands in its way.

Thousands of moves are weighed at once in arrays, few are made, and each is weighed again exactly before it stays. Early
on also moves that lose a little are made, the fewer the later it is (simulated annealing), for a meeting that is taken
off often finds another slot. The best timetable that was seen is what counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.breaks import Breaks
from modus.algorithms.timetable.construct import by_worth, place_each
from modus.algorithms.timetable.model import Whole

# Moves weighed at once: large enough for arrays to pay, small enough that few of them meet.
CHUNK = 10_000
NOISE = 1 << 19
# The temperature as a share of the mean worth of a held request, at the beginning and at the end.
WARM, COOL = 0.06, 0.045
# Only one move in about e is looked at in a chunk, or meetings would mostly wander between equally good slots.
RELUCTANCE = 1.0
NEVER = 1e9
LOOK_EVERY = 64
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Effort:
    """How long to search: `steps` of CHUNK moves each, and `enough`, the share of the bound that may be missing."""

    steps: int = 60_000
    tidy_steps: int = 2_000
    enough: float = 0.0005


def improve(
    board: Board,
    selection: Selection,
    *,
    effort: Effort | None = None,
    seed: int = 0,
    stop: Stop | None = None,
    tell: Callable[[int], None] | None = None,
) -> Board:
    """A board with at least as many points as the given one.

    Parameters: a board (it is changed); the linear programme's answer; how long to search; a seed; `stop`, asked now
    and then, ends the search when it says yes; `tell` hears the points of each better board that is kept.
    Returns: the same board in the best state that was seen. Equal input and seed give an equal board unless `stop`
    ended the search.
    Cost: about 40 µs for a step on a machine of 2026; 1,000 people with many absences gain nearly all in 100,000 steps.
    Source: Kirkpatrick, Gelatt and Vecchi (1983), doi:10.1126/science.220.4598.671; weighing moves in arrays and
    making few of them is ours, see docs/developer/timetable.md.
    """
    effort = effort or Effort()
    goal = selection.bound * (1 - effort.enough)
    if board.interest < goal and board.model.members:
        Annealing(board, selection, seed).run(effort.steps, goal, stop or never, tell or _nobody)
        place_each(board, by_worth(board.model, selection))
    return board


def never() -> bool:
    return False


def _nobody(_points: int) -> None:
    return None


class Annealing:
    """Arrays of all moves (a request to a place) and what they cost, beside the board.

    `cost[person, place]` is what the person's side of a move to the place costs: the worth of the meeting that the
    person has there, nothing when free, less the points of a first meeting. A row more stands for nobody.
    """

    def __init__(self, board: Board, selection: Selection, seed: int, breaks: Breaks | None = None) -> None:
        self.board, self.model, self.breaks = board, board.model, breaks
        self.lots = np.random.default_rng(seed)
        self.noise = self.lots.exponential(size=NOISE).astype(np.float32)
        self.cost: npt.NDArray[np.float32] = np.zeros((len(self.model.avail) + 1, board.width), np.float32)
        self.flat = self.cost.reshape(-1)
        self.moves_of: dict[int, tuple[int, int]] = {}
        for person in range(len(self.model.avail)):
            self._weigh_person(person)
        self._list_moves(self._candidates(selection))

    def _candidates(self, selection: Selection) -> Whole:
        """The requests worth a try: held, or not far below the prices of their people's time; in a drawn order."""
        prices = np.append(selection.prices, 0.0)
        worth = np.array(self.model.worth, dtype=float)
        beyond = worth - prices[self.model.seats].sum(axis=1) - selection.table_price
        held = np.array(self.board.at) != OUT
        margin = 0.25 * float(worth[held].mean()) if held.any() else NEVER
        return self.lots.permutation(np.flatnonzero((held | (beyond > -margin)) & ~np.array(self.model.locked)))

    def _list_moves(self, requests: Whole) -> None:
        """`requests`, `places` and `sides` (an index into the costs for each member) of all moves, by request."""
        model, width = self.model, self.board.width
        allowed = _as_rows([model.allowed[request] for request in requests.tolist()], width)
        row, self.places = np.nonzero(allowed)
        self.requests = requests[row]
        self.sides = [model.seats[self.requests, n] * width + self.places for n in range(model.seats.shape[1])]
        ends = np.cumsum(allowed.sum(axis=1))
        self.moves_of = dict(
            zip(requests.tolist(), zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True), strict=True)
        )
        worth = np.array(model.worth, dtype=np.float32)
        held = np.array(self.board.at) != OUT
        # A meeting that only changes its slot adds nothing by itself.
        self.adds = np.where(held, 0, worth)[self.requests].astype(np.float32)
        for person in (one for one in range(len(model.avail)) if not self._is_plain(one)):
            self._weigh_person(person)

    def run(self, steps: int, goal: float, stop: Stop, tell: Callable[[int], None]) -> None:
        """Search for so many steps, or until the goal is reached; the board ends in the best state."""
        board = self.board
        best, state = board.interest, list(board.at)
        scale = float(np.mean([self.model.worth[request] for request in board.held()] or [1]))
        start = 0
        for step in range(steps if len(self.requests) else 0):
            share = step / steps
            start = self.step(start, scale * (WARM + (COOL - WARM) * share))
            if board.interest > best:
                best, state = board.interest, list(board.at)
                tell(best)
            if best >= goal or (step % LOOK_EVERY == 0 and stop()):
                break
        board.become(state)

    def step(self, start: int, temperature: float) -> int:
        """Weigh the next chunk of moves, make the best of those that luck lets pass; returns where the next begins."""
        start = start if start < len(self.requests) else 0
        chunk = slice(start, min(start + CHUNK, len(self.requests)))
        gain = self.adds[chunk].copy()
        for side in self.sides:
            gain -= self.flat[side[chunk]]
        first = int(self.lots.integers(NOISE - CHUNK))
        luck = temperature * (self.noise[first : first + len(gain)] - RELUCTANCE)
        hits = np.flatnonzero(gain + luck > 0)
        for hit in hits[np.argsort(-(gain[hits] + luck[hits]), kind="stable")].tolist():
            self._try(int(self.requests[start + hit]), int(self.places[start + hit]), float(luck[hit]))
        return chunk.stop

    def _try(self, request: int, place: int, luck: float) -> None:
        """Make a move; undo it when, weighed exactly, it loses more than luck lets pass."""
        board = self.board
        if board.at[request] == place:
            return
        before, was = board.interest, board.at[request]
        out = self._clear(request, place)
        if out is None:
            return
        if board.fits(request, place):
            board.put(request, place)
            if self._is_better(board.interest - before, request, out, luck):
                self._note(request, out, place, was)
                return
            board.take(request)
        for other, at in out:
            board.put(other, at)

    def _is_better(self, gain: int, request: int, out: list[tuple[int, int]], luck: float) -> bool:
        """Whether a move that was made may stay; interest is never given for breaks beyond their price."""
        if self.breaks is None:
            return gain + luck > 0
        people = {person for other, _at in [*out, (request, OUT)] for person in self.model.members[other]}
        change = self.breaks.change(people)
        if gain < 0 and gain < self.breaks.price * -change:
            return False
        if gain + self.breaks.weight * -change + luck <= 0:
            return False
        self.breaks.accept(people)
        return True

    def _clear(self, request: int, place: int) -> list[tuple[int, int]] | None:
        """Take off what stands in the way, the request itself too; what was taken off, or None for a locked meeting."""
        board, locked = self.board, self.model.locked
        others = board.in_the_way(request, place)
        if any(locked[other] for other in others):
            return None
        others |= {request} if board.at[request] != OUT else set()
        out = [(other, board.at[other]) for other in sorted(others)]
        for other, _at in out:
            board.take(other)
        more = [*self._over_cap(request), *self._over_tables(request, place)]
        for other in more:
            if board.at[other] != OUT:
                out.append((other, board.at[other]))
                board.take(other)
        return out

    def _over_cap(self, request: int) -> Iterable[int]:
        """The cheapest meeting of each of its people who has as many as they want."""
        board = self.board
        for person in self.model.members[request]:
            if board.count[person] >= self.model.caps[person]:
                mine = [board.held_by[person * board.width + at] for at in bits(board.used[person])]
                free = [other for other in mine if not self.model.locked[other]]
                if free:
                    yield min(free, key=lambda other: (self.model.worth[other], other))

    def _over_tables(self, request: int, place: int) -> Iterable[int]:
        """A cheap meeting at the place when all tables are taken: the cheapest that a few people have there."""
        board, model = self.board, self.model
        if board.has_table(request, place):
            return
        people = self.lots.integers(len(model.avail), size=64).tolist()
        there = {board.held_by[person * board.width + place] for person in people} - {OUT}
        needs_quiet = model.quiet[request] >> place & 1 and board.quiet_load[place] >= model.quiet_tables[place]
        suits = [o for o in there if not model.locked[o] and (not needs_quiet or model.quiet[o] >> place & 1)]
        if suits:
            yield min(suits, key=lambda other: (model.worth[other], other))

    def _note(self, request: int, out: list[tuple[int, int]], place: int, was: int) -> None:
        """Bring the costs up to date after a move."""
        model = self.model
        changed = [(request, place)] + ([(request, was)] if was != OUT else []) + out
        for other, at in changed:
            self._set_adds(other)
            for person in model.members[other]:
                if self._is_plain(person):
                    self._weigh_cell(person, at)
                else:
                    self._weigh_person(person)

    def _set_adds(self, request: int) -> None:
        if request in self.moves_of:
            first, last = self.moves_of[request]
            self.adds[first:last] = self._adds(request)

    def _adds(self, request: int) -> float:
        """What a request adds wherever it goes: its worth, or what its people save when it leaves its place."""
        place = self.board.at[request]
        if place == OUT:
            return self.model.worth[request]
        return sum(self._saved(person, place) for person in self.model.members[request])

    def _saved(self, person: int, place: int) -> float:
        """What a person saves when a meeting leaves a place: no cheaper one has to go, and perhaps a break ends."""
        saved = float(self._cheapest(person)) if self.board.count[person] >= self.model.caps[person] else 0.0
        return saved + (self.breaks.saved_by(person, place) if self.breaks else 0.0)

    def _is_plain(self, person: int) -> bool:
        """Whether a move changes one cost of the person only: no first meetings, no cap, no sites."""
        number = self.board.count[person]
        far = number > len(self.model.extra) + 1 and number < self.model.caps[person] - 1
        return far and not self.model.has_sites and self.breaks is None

    def _weigh_cell(self, person: int, place: int) -> None:
        request = self.board.held_by[person * self.board.width + place]
        self.cost[person, place] = self.model.worth[request] if request != OUT else 0

    def _weigh_person(self, person: int) -> None:
        """All costs of a person."""
        board, model = self.board, self.model
        costs = self.cost[person]
        costs[:] = NEVER
        number, extra = board.count[person], model.extra
        first = extra[number] if number < len(extra) else 0
        free = -first if number < model.caps[person] else self._cheapest(person)
        for place in bits(model.avail[person]):
            if board.free[person] >> place & 1:
                costs[place] = free + (self.breaks.cost_of(person, place) if self.breaks else 0)
            else:
                blocking = bits(board.used[person] & model.blocks[place])
                costs[place] = sum(model.worth[board.held_by[person * board.width + at]] for at in blocking)
        for place in bits(board.used[person]):
            self._set_adds(board.held_by[person * board.width + place])

    def _cheapest(self, person: int) -> int:
        board = self.board
        mine = (board.held_by[person * board.width + at] for at in bits(board.used[person]))
        return min((self.model.worth[request] for request in mine), default=int(NEVER))


def _as_rows(places: list[int], width: int) -> npt.NDArray[np.bool_]:
    """Sets of places as rows of truth values."""
    size = (width + 7) // 8
    raw = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in places), dtype=np.uint8)
    return np.unpackbits(raw.reshape(len(places), size), axis=1, bitorder="little")[:, :width].astype(bool)
