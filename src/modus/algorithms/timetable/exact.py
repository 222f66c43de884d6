"""The most points of a small event, with proof: the solver starts from the timetable that the search found, so it
mostly only proves that there is none better."""

from collections.abc import Callable
from dataclasses import dataclass

from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.model import Model
from modus.algorithms.timetable.programme import programme_of, run, size_of

# Integer programmes with more columns than this take too long for somebody who waits.
MOST_COLUMNS = 1_600
# Nodes after which it is given up, the fewer the more columns, each of which makes a node dearer.
MOST_NODES, NODES_BY_COLUMNS = 1_000, 300_000


@dataclass(frozen=True)
class Proof:
    """What the integer programme says: the places of requests (OUT: not held), and a bound on the points."""

    at: list[int]
    bound: float


def is_small(model: Model) -> bool:
    """Whether the integer programme is worth starting."""
    return size_of(model) <= MOST_COLUMNS


def prove_interest(board: Board, *, stop: Callable[[], bool] | None = None, seed: int = 0) -> Proof:
    """The timetable with the most points and a bound that proves it, or what is known when it is given up.

    Parameters: a board, where the solver starts; `stop` ends it early; a seed.
    Returns: places of the best timetable known, and a bound that no timetable exceeds.
    Raises: RuntimeError when the solver fails.
    Cost: 60 people, 12 slots, 400 requests: 0.1 to a few seconds; some at two sites half a minute.
    Source: see `programme`.
    """
    programme = programme_of(board.model)
    most_nodes = min(MOST_NODES, NODES_BY_COLUMNS // max(1, len(programme.most)))
    outcome = run(programme, programme.points, board.at, most_nodes=most_nodes, stop=stop, seed=seed)
    return Proof(board.at if outcome.at is None else outcome.at, outcome.bound)
