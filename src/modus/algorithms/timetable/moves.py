"""All moves of requests to places, in arrays, and which of them may pay."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from modus.algorithms.timetable.board import OUT, Board
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.model import ANY_TABLE, NO_TABLE, QUIET_TABLE, Model, Needs, Whole, as_rows

Points = npt.NDArray[np.float32]
NEVER = 1e9
# Requests that lack more than this share of a mean meeting to the prices of their people are not tried.
MARGIN = 0.1


@dataclass(frozen=True)
class Moves:
    """Moves as arrays: the request, the place, the table that it needs there, and for each member an index into the
    costs (`Costs.flat`)."""

    requests: Whole
    places: Whole
    needs: Needs
    sides: list[Whole]

    @classmethod
    def of(cls, board: Board, requests: Whole) -> "Moves":
        """All moves of these requests, in their order."""
        model, width = board.model, board.width
        row, places = np.nonzero(as_rows([model.allowed[request] for request in requests.tolist()], width))
        moved = requests[row]
        sides = [model.seats[moved, n] * width + places for n in range(model.seats.shape[1])]
        return cls(moved, places, model.needs[moved, places], sides)

    def __len__(self) -> int:
        return len(self.requests)

    def __getitem__(self, chosen: Whole | slice) -> "Moves":
        sides = [side[chosen] for side in self.sides]
        return Moves(self.requests[chosen], self.places[chosen], self.needs[chosen], sides)

    def gains(self, adds: Points, flat: Points, scratch: Points) -> Points:
        """What each adds, less what it costs its people; in the first row of the scratch."""
        gain, cost = scratch[:, : len(self)]
        # The mode lets numpy write into them directly.
        adds.take(self.requests, out=gain, mode="clip")
        for side in self.sides:
            flat.take(side, out=cost, mode="clip")
            np.subtract(gain, cost, out=gain)
        return gain

    def table_costs(self, board: Board) -> Points | None:
        """What each costs beside where the table that it needs is taken and nobody who comes leaves one: the cheapest
        meeting has to go that does; None where tables are free everywhere."""
        lacks = _lacking(board)
        if not lacks.any():
            return None
        model, at = board.model, np.array(board.at)
        held = np.flatnonzero((at != OUT) & ~np.array(model.locked))
        there = at[held]
        left = model.needs[held, there]
        cheapest = np.full((QUIET_TABLE + 1, board.width), NEVER, np.float32)
        cheapest[NO_TABLE] = 0
        for need in (ANY_TABLE, QUIET_TABLE):
            np.minimum.at(cheapest[need], there[left >= need], np.array(model.worth)[held[left >= need]])
        leaves = np.zeros((len(model.avail) + 1, board.width), np.int8)
        leaves[model.seats[held], there[:, None]] = left[:, None]
        leaves[-1] = NO_TABLE
        needed = lacks[self.needs, self.places]
        freed = np.maximum.reduce([leaves.reshape(-1)[side] for side in self.sides])
        return np.where(freed >= needed, np.float32(0), cheapest[needed, self.places])


def _lacking(board: Board) -> Needs:
    """By what a meeting needs and by place, which table has to be freed for it first; NO_TABLE where one is there."""
    model = board.model
    full = [load >= tables for load, tables in zip(board.load, model.tables, strict=True)]
    plain = np.where(full, ANY_TABLE, NO_TABLE)
    quiet_full = [load >= tables for load, tables in zip(board.quiet_load, model.quiet_tables, strict=True)]
    quiet = np.where(quiet_full, QUIET_TABLE, plain) if model.has_quiet else plain
    return np.array([np.zeros_like(plain), plain, quiet], np.int8)


def loose(model: Model) -> list[bool]:
    """By request whether it may be put and taken with no thought for others but those of its pair and the tables."""
    return [
        not (len(members) > 2 or model.has_sites or locked or request in model.orders)
        for request, (members, locked) in enumerate(zip(model.members, model.locked, strict=True))
    ]


def movable(model: Model) -> list[int]:
    """By request the places at which it is loose and needs any table."""
    sets = zip(loose(model), model.allowed, model.quiet, model.tableless, strict=True)
    return [allowed & ~quiet & ~tableless if is_loose else 0 for is_loose, allowed, quiet, tableless in sets]


def worth_a_try(board: Board, selection: Selection) -> npt.NDArray[np.bool_]:
    """By request whether it is held, or not far below the prices of its people's time."""
    model = board.model
    worth, held = np.array(model.worth, dtype=float), np.array(board.at) != OUT
    margin = MARGIN * float(worth[held].mean()) if held.any() else NEVER
    return held | (selection.beyond > -margin)
