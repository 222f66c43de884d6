"""What each side of a move costs on a board, in arrays, and kept true while meetings are put and taken."""

import numpy as np
import numpy.typing as npt

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.breaks import Breaks
from modus.algorithms.timetable.moves import NEVER, loose


class Costs:
    """`cost[person, place]` is what the person's side of a move to the place costs: the worth of the meeting that the
    person has there, nothing when free, less the points of a first meeting. A row more stands for nobody; `flat` is the
    same as one row. `adds[request]` is what the request adds wherever it goes.
    """

    def __init__(self, board: Board, breaks: Breaks | None) -> None:
        self.board, self.model, self.breaks = board, board.model, breaks
        self.cost: npt.NDArray[np.float32] = np.zeros((len(self.model.avail) + 1, board.width), np.float32)
        self.flat = self.cost.reshape(-1)
        # Single cells are set in half of the time so.
        self.cell = self.flat.data.cast("B").cast("f")
        # A meeting that only changes its slot adds nothing by itself.
        self.adds = np.where(np.array(board.at) != OUT, 0, np.array(self.model.worth)).astype(np.float32)
        self.is_simple = [breaks is None and is_loose for is_loose in loose(self.model)]
        # With more meetings than `low` and fewer than `high` one more or less changes what a person pays at no place.
        # The cheapest meeting of each person, as long as the board stays as it is.
        self.cheapest: dict[int, int] = {}
        self.low, self.high = len(self.model.extra) + 2, [cap - 2 for cap in self.model.caps]
        for person in range(len(self.model.avail)):
            self._weigh_person(person)

    def are_usual(self, requests: list[int]) -> bool:
        """Whether these are simple, and their people far from first meetings and from as many as they want."""
        count, low, high = self.board.count, self.low, self.high
        for request in requests:
            if not self.is_simple[request]:
                return False
            one, other = self.model.members[request]
            if not (low < count[one] < high[one] and low < count[other] < high[other]):
                return False
        return True

    def note_usual(self, request: int, place: int, was: int, out: set[int]) -> None:
        """Bring the costs up to date after a move of the usual kind."""
        members, worth, width, cell = self.model.members, self.model.worth, self.board.width, self.cell
        for meeting in out:
            self.adds[meeting] = worth[meeting]
            for person in members[meeting]:
                cell[person * width + place] = 0.0
        self.adds[request] = 0
        for person in members[request]:
            cell[person * width + place] = worth[request]
            if was != OUT:
                cell[person * width + was] = 0.0

    def note(self, request: int, out: list[tuple[int, int]], place: int, was: int) -> None:
        """Bring the costs up to date after a move."""
        self.cheapest.clear()
        anew = dict[int, None]()
        for other, at in [(request, place)] + ([(request, was)] if was != OUT else []) + out:
            self._set_adds(other)
            for person in self.model.members[other]:
                if self._is_plain(person):
                    self._weigh_cell(person, at)
                else:
                    anew[person] = None
        for person in anew:
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
        if person not in self.cheapest:
            board, worth = self.board, self.model.worth
            mine = [worth[board.held_by[person * board.width + at]] for at in bits(board.used[person])]
            self.cheapest[person] = min(mine, default=int(NEVER))
        return self.cheapest[person]
