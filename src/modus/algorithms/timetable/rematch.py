"""Chooses anew who meets in one slot, the best way that there is for that slot while all others stay as they are.

Who may meet whom in a slot is a graph, and a set of pairs in which nobody is twice is a matching of it; the matching
that is worth most can be found exactly. Slot after slot is chosen anew in that way. Among choices that are worth the
same luck decides, so that the next slot finds other people free.
"""

from collections.abc import Sequence
from operator import itemgetter

import numpy as np
import rustworkx

from modus.algorithms.timetable.board import OUT, Board
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.improve import Stop, never
from modus.algorithms.timetable.model import Floats, Whole, as_rows
from modus.algorithms.timetable.moves import movable, worth_a_try

# Points are counted in hundredths here, and luck adds at most one of them to a pair.
HUNDREDTHS, LUCK = 100, 1


def rematch(board: Board, selection: Selection, *, rounds: int = 3, seed: int = 0, stop: Stop | None = None) -> int:
    """Choose the meetings of every slot anew, in drawn order, until a round gains nothing; returns the points gained.

    Parameters: a board (it is changed, never for the worse), the linear programme's answer for which requests are worth
    a try and for the price of tables, the most rounds, a seed, and `stop`, asked before each slot.
    Locked meetings, groups, meetings with an order to keep and those that need a quiet table or none stay as they are;
    with buffers between sites nothing is done.
    Cost: 1,000 people who are free in half of 30 slots: about 0.4 s for a round.
    Source: maximum weight matching: Edmonds (1965), doi:10.6028/jres.069B.013; in the way of Galil (1986),
    doi:10.1145/6462.6502, as rustworkx has it: Treinish et al. (2022), doi:10.21105/joss.03968.
    """
    before, stop = board.interest, stop or never
    if board.model.has_sites:
        return 0
    slots = _Slots(board, selection, seed)
    for _round in range(rounds):
        gained = board.interest
        for place in slots.lots.permutation(board.width).tolist():
            if not stop():
                slots.rematch(place)
        if board.interest == gained:
            break
    return board.interest - before


class _Slots:
    """The board beside arrays of which requests may be moved where."""

    def __init__(self, board: Board, selection: Selection, seed: int) -> None:
        self.board, self.model = board, board.model
        self.lots = np.random.default_rng(seed)
        self.table_prices = selection.table_prices
        self.movable = as_rows(movable(board.model), board.width)
        self.tried = worth_a_try(board, selection)
        self.worth = np.array(board.model.worth, dtype=float)
        self.at = np.array(board.at)

    def rematch(self, place: int) -> None:
        """Hold the best set of pairs at the place; when luck or the tables make it worse, nothing changes."""
        board, is_here = self.board, self.at == place
        requests = np.flatnonzero(self.movable[:, place] & (is_here | (self.tried & (self.at == OUT))))
        held = requests[is_here[requests]].tolist()
        chosen = self._best(requests, self._points(requests, held, place))
        chosen = chosen[: self.model.tables[place] - board.load[place] + len(held)]
        before = board.interest
        board.mark()
        self._replace(sorted(set(held) - set(chosen)), sorted(set(chosen) - set(held)), place)
        if board.interest < before:
            board.undo()
            self.at[chosen] = OUT
            self.at[held] = place

    def _points(self, requests: Whole, held: Sequence[int], place: int) -> Floats:
        """What each request would add at the place if all that may move there were off; nothing where it cannot be."""
        board, model = self.board, self.model
        moves = np.zeros(len(model.avail), dtype=int)
        moves[model.seats[held, :2].ravel()] = 1
        number = np.array(board.count) - moves
        is_free = np.array([free >> place & 1 for free in board.free], dtype=bool) | (moves > 0)
        first = np.array([*model.extra, 0])[np.minimum(number, len(model.extra))]
        both = model.seats[requests, :2]
        is_open = (is_free & (number < np.array(model.caps)))[both].all(axis=1)
        # Where everybody could sit down, a table costs nothing.
        table = self.table_prices[place] if model.tables[place] < int(is_free.sum()) // 2 else 0.0
        points: Floats = self.worth[requests] + first[both].sum(axis=1) - table
        return np.where(is_open, points, 0.0)

    def _best(self, requests: Whole, points: Floats) -> list[int]:
        """The matching that is worth most, the dearest pair first."""
        luck = self.lots.integers(0, LUCK + 1, len(requests))
        hundredths = np.where(points > 0, HUNDREDTHS * points + luck, 0).astype(int)
        # Of two requests of the same pair the graph keeps the one that comes last.
        order = np.argsort(hundredths, kind="stable")[np.count_nonzero(hundredths <= 0) :]
        both = self.model.seats[requests[order], :2].tolist()
        graph: rustworkx.PyGraph[None, tuple[int, int]] = rustworkx.PyGraph(multigraph=False)
        known = zip(hundredths[order].tolist(), requests[order].tolist(), strict=True)
        graph.extend_from_weighted_edge_list([(one, other, it) for (one, other), it in zip(both, known, strict=True)])
        found = rustworkx.max_weight_matching(graph, weight_fn=itemgetter(0))
        pairs = sorted((graph.get_edge_data(*pair) for pair in found), reverse=True)
        return [request for _points, request in pairs]

    def _replace(self, out: Sequence[int], in_: Sequence[int], place: int) -> None:
        for request in out:
            self.board.take(request)
        for request in in_:
            self.board.put(request, place)
        self.at[out] = OUT
        self.at[in_] = place
