"""All moves of requests to places, in arrays, and which of them may pay."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from modus.algorithms.timetable.board import OUT, Board
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.model import Model, Whole

Points = npt.NDArray[np.float32]
NEVER = 1e9
# Requests that lack more than this share of a mean meeting to the prices of their people are not tried.
MARGIN = 0.1


@dataclass(frozen=True)
class Moves:
    """Moves as arrays: the request, the place, the place again where a table is needed and else the number after the
    last one, and for each member an index into the costs (`Costs.flat`)."""

    requests: Whole
    places: Whole
    tables: Whole
    sides: list[Whole]

    @classmethod
    def of(cls, board: Board, requests: Whole) -> "Moves":
        """All moves of these requests, in their order."""
        model, width = board.model, board.width
        row, places = np.nonzero(as_rows([model.allowed[request] for request in requests.tolist()], width))
        moved = requests[row]
        tableless = as_rows([model.tableless[request] for request in requests.tolist()], width)[row, places]
        tables = np.where(tableless, width, places)
        return cls(moved, places, tables, [model.seats[moved, n] * width + places for n in range(model.seats.shape[1])])

    def __len__(self) -> int:
        return len(self.requests)

    def __getitem__(self, chosen: Whole | slice) -> "Moves":
        sides = [side[chosen] for side in self.sides]
        return Moves(self.requests[chosen], self.places[chosen], self.tables[chosen], sides)

    def gains(self, adds: Points, flat: Points, scratch: Points) -> Points:
        """What each adds, less what it costs its people; in the first row of the scratch."""
        gain, cost = scratch[:, : len(self)]
        # The mode lets numpy write into them directly.
        adds.take(self.requests, out=gain, mode="clip")
        for side in self.sides:
            flat.take(side, out=cost, mode="clip")
            np.subtract(gain, cost, out=gain)
        return gain

    def table_costs(self, cheapest: Points, flat: Points) -> Points:
        """What each costs beside, where nobody who comes leaves a meeting there: the cheapest one has to go, if any."""
        is_free = np.logical_and.reduce([flat[side] <= 0 for side in self.sides])
        return np.where(is_free, cheapest[self.tables], np.float32(0))


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
    margin = MARGIN * float(worth[held].mean()) if held.any() else NEVER
    return held | (selection.beyond(model) > -margin)


def as_rows(places: list[int], width: int) -> npt.NDArray[np.bool_]:
    """Sets of places as rows of truth values."""
    size = (width + 7) // 8
    raw = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in places), dtype=np.uint8)
    return np.unpackbits(raw.reshape(len(places), size), axis=1, bitorder="little")[:, :width].astype(bool)
