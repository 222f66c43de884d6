"""Makes a timetable better by moves that put one meeting and take off what stands in its way.

Thousands of moves are weighed at once in arrays, few are made, and each is weighed again exactly before it stays. Early
on also moves that lose a little are made, the fewer the later it is (simulated annealing), for a meeting that is taken
off often finds another slot. The best timetable that was seen is what counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.breaks import Breaks
from modus.algorithms.timetable.construct import by_worth, place_each
from modus.algorithms.timetable.costs import Costs
from modus.algorithms.timetable.moves import Moves, Points, worth_a_try

# Moves weighed at once: large enough for arrays to pay, small enough that few of them meet.
CHUNK = 10_000
NOISE = 1 << 19
# Only moves that lose less than so many temperatures are weighed; which these are is told anew after so many steps, in
# small events sooner, in large ones after each was weighed.
FAR, FRESH = 12.0, 10
# The temperature as a share of the mean worth of a held request, at the beginning and at the end.
WARM, COOL = 0.06, 0.045
# Only one move in about e is looked at in a chunk, or meetings would mostly wander between equally good slots.
RELUCTANCE = 1.0
# Where many moves cost nothing, as for those online, a step takes long: so many moves that are tried count as one.
TRIES = 32
LOOK_EVERY = 64
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Effort:
    """How long to search: `steps` of CHUNK moves each, fewer where many of them are tried, and `enough`, the share of
    the bound that may be missing."""

    steps: int = 40_000
    tidy_steps: int = 200
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
        place_each(board, by_worth(selection))
    return board


def never() -> bool:
    return False


def _nobody(_points: int) -> None:
    return None


class Annealing:
    """A board, all moves of the requests that are worth a try, and what these cost."""

    def __init__(self, board: Board, selection: Selection, seed: int, breaks: Breaks | None = None) -> None:
        self.board, self.model, self.breaks = board, board.model, breaks
        self.costs = Costs(board, breaks)
        self.lots = np.random.default_rng(seed)
        self.noise = self.lots.exponential(size=NOISE).astype(np.float32)
        tried = np.flatnonzero(worth_a_try(board, selection) & ~np.array(self.model.locked))
        self.moves = Moves.of(board, self.lots.permutation(tried))
        # Memory that is not asked for anew each time saves half of the time that weighing all moves takes.
        self.scratch = np.empty((2, len(self.moves)), np.float32)
        self.start = self.left = self.tries = 0
        # What near moves cost beside for a table, where these are scarce.
        self.dear: Points | None = None

    def run(self, steps: int, goal: float, stop: Stop, tell: Callable[[int], None]) -> None:
        """Search for so many steps, or until the goal is reached; the board ends in the best state."""
        board = self.board
        best, state = board.interest, list(board.at)
        scale = float(np.mean([self.model.worth[request] for request in board.held()] or [1]))
        for step in range(steps if len(self.moves) else 0):
            done = max(step, self.tries / TRIES) / steps
            if done >= 1:
                break
            self.step(scale * (WARM + (COOL - WARM) * done))
            if board.interest > best:
                best, state = board.interest, list(board.at)
                tell(best)
            if best >= goal or (step % LOOK_EVERY == 0 and stop()):
                break
        board.become(state)

    def step(self, temperature: float) -> None:
        """Weigh the next chunk of near moves and make the best of those that luck lets pass."""
        if not self.left:
            self._look(temperature)
        self.left -= 1
        now = slice(self.start, self.start + CHUNK)
        chunk = self.near[now]
        gain = chunk.gains(self.costs.adds, self.costs.flat, self.scratch)
        if self.dear is not None:
            gain -= self.dear[now]
        self.start = now.stop if now.stop < len(self.near) else 0
        first = int(self.lots.integers(NOISE - CHUNK))
        luck = temperature * (self.noise[first : first + len(gain)] - RELUCTANCE)
        hits = np.flatnonzero(gain + luck > 0)
        self.tries += len(hits)
        hits = hits[np.argsort(-(gain[hits] + luck[hits]), kind="stable")]
        tried = zip(chunk.requests[hits].tolist(), chunk.places[hits].tolist(), luck[hits].tolist(), strict=True)
        for request, place, lucky in tried:
            if not self._try_simple(request, place, lucky):
                self._try(request, place, lucky)

    def _look(self, temperature: float) -> None:
        """List the moves that luck may let pass."""
        gain, dear = (
            self.moves.gains(self.costs.adds, self.costs.flat, self.scratch),
            self.moves.table_costs(self.board),
        )
        if dear is not None:
            gain -= dear
        near = np.flatnonzero(gain > -FAR * temperature)
        self.near, self.dear = self.moves[near], None if dear is None else dear[near]
        self.start, self.left = 0, max(1, len(self.moves) // CHUNK, min(FRESH, FRESH * len(self.moves) // (2 * CHUNK)))

    def _try_simple(self, request: int, place: int, luck: float) -> bool:
        """Make a move of the usual kind if it gains enough; whether it is of that kind.

        Usual: loose pairs, and people of whom a move changes the costs of one place only.
        """
        if not self.costs.is_simple[request]:
            return False
        board, worth = self.board, self.model.worth
        one, other = self.model.members[request]
        there = {board.held_by[one * board.width + place], board.held_by[other * board.width + place]} - {OUT}
        if not self.costs.are_usual([request, *there]):
            return False
        was = board.at[request]
        gain = (worth[request] if was == OUT else 0) - sum([worth[meeting] for meeting in there])
        if gain + luck > 0 and was != place and board.finds_table(request, place, there):
            board.put_instead(request, place, there)
            self.costs.note_usual(request, place, was, there)
        return True

    def _try(self, request: int, place: int, luck: float) -> None:
        """Make a move; undo it when, weighed exactly, it loses more than luck lets pass."""
        board = self.board
        if board.at[request] == place or (self.breaks and self._loses_points(request, place)):
            return
        before, was = board.interest, board.at[request]
        out = self._clear(request, place)
        if out is None:
            return
        if board.fits(request, place):
            board.put(request, place)
            if self._is_better(board.interest - before, request, out, luck):
                self.costs.note(request, out, place, was)
                return
            board.take(request)
        for other, at in out:
            board.put(other, at)

    def _loses_points(self, request: int, place: int) -> bool:
        """Whether a move is sure to lose points, which breaks are never worth: the meetings in the way are worth more,
        or it is held already and no table is free; not sure where first meetings may count."""
        board, worth = self.board, self.model.worth
        if any(board.count[person] <= len(self.model.extra) for person in self.model.members[request]):
            return False
        others, is_held = board.in_the_way(request, place), board.at[request] != OUT
        if others:
            return sum([worth[other] for other in others]) > (0 if is_held else worth[request])
        return is_held and not board.has_table(request, place)

    def _is_better(self, gain: int, request: int, out: list[tuple[int, int]], luck: float) -> bool:
        """Whether a move that was made may stay; interest is never given for breaks."""
        if self.breaks is None:
            return gain + luck > 0
        people = {person for other, _at in [*out, (request, OUT)] for person in self.model.members[other]}
        change = self.breaks.change(people)
        if gain < 0:
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
        suits = [other for other in there if not model.locked[other] and board.leaves_table(other, request, place)]
        if suits:
            yield min(suits, key=lambda other: (model.worth[other], other))
