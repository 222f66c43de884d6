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
from modus.algorithms.timetable.model import Model, Whole

# Moves weighed at once: large enough for arrays to pay, small enough that few of them meet.
CHUNK = 10_000
NOISE = 1 << 19
# Only moves that lose less than so many temperatures are weighed.
FAR = 12.0
# The temperature as a share of the mean worth of a held request, at the beginning and at the end.
WARM, COOL = 0.06, 0.04
# Only one move in about e is looked at in a chunk, or meetings would mostly wander between equally good slots.
RELUCTANCE = 1.0
NEVER = 1e9
LOOK_EVERY = 64
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Effort:
    """How long to search: `steps` of CHUNK moves each, and `enough`, the share of the bound that may be missing."""

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
    `adds[request]` is what the request adds wherever it goes.
    """

    def __init__(self, board: Board, selection: Selection, seed: int, breaks: Breaks | None = None) -> None:
        self.board, self.model, self.breaks = board, board.model, breaks
        self.lots = np.random.default_rng(seed)
        self.noise = self.lots.exponential(size=NOISE).astype(np.float32)
        self.cost: npt.NDArray[np.float32] = np.zeros((len(self.model.avail) + 1, board.width), np.float32)
        self.flat = self.cost.reshape(-1)
        # A meeting that only changes its slot adds nothing by itself.
        self.adds = np.where(np.array(board.at) != OUT, 0, np.array(self.model.worth)).astype(np.float32)
        self.is_simple = [breaks is None and places != 0 for places in movable(self.model)]
        # With more meetings than `low` and fewer than `high` one more or less changes what a person pays at no place.
        self.low, self.high = len(self.model.extra) + 2, [cap - 2 for cap in self.model.caps]
        self.start = self.left = 0
        for person in range(len(self.model.avail)):
            self._weigh_person(person)
        self._list_moves(self._candidates(selection))

    def _candidates(self, selection: Selection) -> Whole:
        """The requests worth a try that are not locked, in a drawn order."""
        return self.lots.permutation(np.flatnonzero(worth_a_try(self.board, selection) & ~np.array(self.model.locked)))

    def _list_moves(self, requests: Whole) -> None:
        """`requests`, `places` and `sides` (an index into the costs for each member) of all moves, by request."""
        model, width = self.model, self.board.width
        allowed = as_rows([model.allowed[request] for request in requests.tolist()], width)
        row, self.places = np.nonzero(allowed)
        self.requests = requests[row]
        self.sides = [model.seats[self.requests, n] * width + self.places for n in range(model.seats.shape[1])]

    def run(self, steps: int, goal: float, stop: Stop, tell: Callable[[int], None]) -> None:
        """Search for so many steps, or until the goal is reached; the board ends in the best state."""
        board = self.board
        best, state = board.interest, list(board.at)
        scale = float(np.mean([self.model.worth[request] for request in board.held()] or [1]))
        for step in range(steps if len(self.requests) else 0):
            self.step(scale * (WARM + (COOL - WARM) * step / steps))
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
        chunk = slice(self.start, self.start + CHUNK)
        self.start = chunk.stop if chunk.stop < len(self.near) else 0
        gain = self.adds[self.near_requests[chunk]]
        for side in self.near_sides:
            gain -= self.flat[side[chunk]]
        first = int(self.lots.integers(NOISE - CHUNK))
        luck = temperature * (self.noise[first : first + len(gain)] - RELUCTANCE)
        hits = np.flatnonzero(gain + luck > 0)
        hits = hits[np.argsort(-(gain[hits] + luck[hits]), kind="stable")]
        moves = self.near[chunk][hits]
        tried = zip(self.requests[moves].tolist(), self.places[moves].tolist(), luck[hits].tolist(), strict=True)
        for request, place, lucky in tried:
            if not self._try_simple(request, place, lucky):
                self._try(request, place, lucky)

    def _look(self, temperature: float) -> None:
        """List the moves that luck may let pass; as often as that costs no more than weighing them."""
        gain = self.adds[self.requests]
        for side in self.sides:
            gain -= self.flat[side]
        self.near = np.flatnonzero(gain > -FAR * temperature)
        self.near_requests = self.requests[self.near]
        self.near_sides = [side[self.near] for side in self.sides]
        self.start, self.left = 0, max(1, len(self.requests) // CHUNK)

    def _try_simple(self, request: int, place: int, luck: float) -> bool:
        """Make a move of the usual kind if it gains enough; whether it is of that kind.

        Usual: pairs that any table suits, and people of whom a move changes the costs of one place only.
        """
        if not self.is_simple[request]:
            return False
        board, worth = self.board, self.model.worth
        one, other = self.model.members[request]
        there = {board.held_by[one * board.width + place], board.held_by[other * board.width + place]} - {OUT}
        if not self._are_usual([request, *there]):
            return False
        was = board.at[request]
        gain = (worth[request] if was == OUT else 0) - sum([worth[meeting] for meeting in there])
        if gain + luck > 0 and was != place and (there or board.load[place] < self.model.tables[place]):
            for meeting in [*there, request] if was != OUT else there:
                board.take(meeting)
            board.put(request, place)
            self._note_usual(request, place, was, there)
        return True

    def _are_usual(self, requests: list[int]) -> bool:
        """Whether these are simple, and their people far from first meetings and from as many as they want."""
        count, low, high = self.board.count, self.low, self.high
        for request in requests:
            if not self.is_simple[request]:
                return False
            one, other = self.model.members[request]
            if not (low < count[one] < high[one] and low < count[other] < high[other]):
                return False
        return True

    def _note_usual(self, request: int, place: int, was: int, out: set[int]) -> None:
        """Bring the costs up to date after a move of the usual kind."""
        members, worth, width, flat = self.model.members, self.model.worth, self.board.width, self.flat
        for meeting in out:
            self.adds[meeting] = worth[meeting]
            for person in members[meeting]:
                flat[person * width + place] = 0
        self.adds[request] = 0
        for person in members[request]:
            flat[person * width + place] = worth[request]
            if was != OUT:
                flat[person * width + was] = 0

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
        self.adds[request] = self._adds(request)

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


def movable(model: Model) -> list[int]:
    """By request the places at which it may be put and taken without asking for more than a plain table."""
    return [
        0 if len(members) > 2 or model.has_sites or locked or request in model.orders else allowed & ~quiet & ~tableless
        for request, (members, locked, allowed, quiet, tableless) in enumerate(
            zip(model.members, model.locked, model.allowed, model.quiet, model.tableless, strict=True)
        )
    ]


def worth_a_try(board: Board, selection: Selection) -> npt.NDArray[np.bool_]:
    """By request whether it is held, or not far below the prices of its people's time."""
    model = board.model
    worth, held = np.array(model.worth, dtype=float), np.array(board.at) != OUT
    beyond = worth - np.append(selection.prices, 0.0)[model.seats].sum(axis=1) - selection.table_price
    margin = 0.25 * float(worth[held].mean()) if held.any() else NEVER
    return held | (beyond > -margin)


def as_rows(places: list[int], width: int) -> npt.NDArray[np.bool_]:
    """Sets of places as rows of truth values."""
    size = (width + 7) // 8
    raw = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in places), dtype=np.uint8)
    return np.unpackbits(raw.reshape(len(places), size), axis=1, bitorder="little")[:, :width].astype(bool)
