"""Makes fewer breaks, and evener ones, out of a timetable without giving interest away below the price of a break."""

import numpy as np

from modus.algorithms.timetable.board import Board, bits
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.breaks import Breaks
from modus.algorithms.timetable.improve import LOOK_EVERY, Annealing, Stop, never

# A break counts this share of a mean meeting when moves are compared, and tidying begins at this share of a break.
TRIFLE, CALM = 0.1, 0.3


def tidy(
    board: Board,
    selection: Selection,
    *,
    even: bool = False,
    steps: int = 2_000,
    seed: int = 0,
    stop: Stop | None = None,
) -> Board:
    """A board with fewer breaks, and with no fewer points than the objective's price for breaks allows.

    Parameters: a board (it is changed), the linear programme's answer, whether breaks should be even between people,
    steps of CHUNK moves each, a seed, and `stop` as for `improve`.
    Returns: the same board in the best state that was seen: the most points less the price of its breaks, then the
    fewest breaks.
    Cost: about 1 ms for a step of 1,000 people at the beginning, less later.
    Source: as `improve`.
    """
    price = board.model.problem.objective.break_cost
    scale = float(np.mean([board.model.worth[request] for request in board.held()] or [1]))
    breaks = Breaks(board, price=price, weight=max(price, TRIFLE * scale), even=even)
    if breaks.total():
        _search(Annealing(board, selection, seed, breaks), breaks, steps, stop or never)
    return board


def _search(search: Annealing, breaks: Breaks, steps: int, stop: Stop) -> None:
    """Search for fewer breaks; the board ends in the best state."""
    board = search.board
    best, state = (board.interest - breaks.price * breaks.total(), -breaks.total()), list(board.at)
    for step in range(steps if len(search.requests) else 0):
        search.step(breaks.weight * CALM * (1 - step / steps))
        now = board.interest - breaks.price * breaks.total(), -breaks.total()
        if now > best:
            best, state = now, list(board.at)
        if not breaks.total() or (step % LOOK_EVERY == 0 and stop()):
            break
    board.become(state)


def even_out(board: Board, fairness: int) -> Board:
    """A board on which the breaks of any two people differ by no more than `fairness`, at the cost of meetings.

    The person with the most breaks gives up the meeting that leaves the smallest difference, then the cheapest; locked
    meetings stay, so that locks alone may keep breaks apart: the verifier tells.
    """
    breaks = Breaks(board, price=0, weight=1.0, even=False)
    while max(breaks.number, default=0) - min(breaks.number, default=0) > fairness:
        person = max(range(len(breaks.number)), key=lambda one: (breaks.number[one], -one))
        mine = [board.held_by[person * board.width + place] for place in bits(board.used[person])]
        free = [request for request in mine if not board.model.locked[request]]
        if not free:
            break
        board.take(min(free, key=lambda one: (_spread_without(board, breaks, one), board.model.worth[one], one)))
        breaks.accept(range(len(breaks.number)))
    return board


def _spread_without(board: Board, breaks: Breaks, request: int) -> tuple[int, int]:
    """The largest difference, and all breaks, without the request."""
    place = board.at[request]
    board.take(request)
    numbers = [breaks.count(person) for person in range(len(breaks.number))]
    board.put(request, place)
    return max(numbers) - min(numbers), sum(numbers)
