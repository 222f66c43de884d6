"""Makes fewer breaks, and evener ones, out of a timetable without giving interest away below the price of a break."""

import numpy as np

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.breaks import Breaks, difference
from modus.algorithms.timetable.improve import LOOK_EVERY, Annealing, Stop, never
from modus.algorithms.timetable.untangle import untangle

# A break counts this share of a mean meeting when moves are compared, and tidying begins at this share of a break.
TRIFLE, CALM = 0.1, 0.3


def tidy(
    board: Board,
    selection: Selection,
    *,
    even: bool = False,
    steps: int = 200,
    seed: int = 0,
    stop: Stop | None = None,
) -> Board:
    """A board with fewer breaks, and with no fewer points than the objective's price for breaks allows.

    First chains swap slots, then a search as `improve` does it goes on, and where breaks have a price meetings that are
    worth less than their breaks are given up.

    Parameters: a board (it is changed), the linear programme's answer, whether breaks should be even between people,
    steps of CHUNK moves each, a seed, and `stop` as for `improve`.
    Returns: the same board in the best state that was seen: the most points, then the fewest breaks; with a price, less
    what did not pay.
    Cost: 1,000 people some 50 ms for a step.
    Source: as `improve`.
    """
    price = board.model.problem.objective.price_of_a_break
    trifle = TRIFLE * float(np.mean([board.model.worth[request] for request in board.held()] or [1]))
    breaks = Breaks(board, weight=trifle, even=even)
    untangle(board, breaks, stop=stop)
    if breaks.total():
        _search(Annealing(board, selection, seed, breaks), breaks, trifle * CALM, steps, stop or never)
        untangle(board, breaks, stop=stop)
    if price:
        _give_up(board, breaks, price)
    return board


def _give_up(board: Board, breaks: Breaks, price: int) -> None:
    """Give up meetings that are worth less than the breaks that go with them, until there is none."""
    before = OUT
    while board.interest != before:
        before = board.interest
        for request in list(board.held()):
            if not board.model.locked[request]:
                _give_up_one(board, breaks, price, request)


def _give_up_one(board: Board, breaks: Breaks, price: int, request: int) -> None:
    before, place, people = board.interest, board.at[request], board.model.members[request]
    board.take(request)
    if before - board.interest < -price * breaks.change(people):
        breaks.accept(people)
    else:
        board.put(request, place)


def _search(search: Annealing, breaks: Breaks, temperature: float, steps: int, stop: Stop) -> None:
    """Search for fewer breaks from this temperature down; the board ends in the best state."""
    board = search.board
    best, state = (board.interest, -breaks.total()), list(board.at)
    for step in range(steps if len(search.moves) else 0):
        search.step(temperature * (1 - step / steps))
        now = board.interest, -breaks.total()
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
    breaks = Breaks(board, weight=1.0, even=False)
    while difference(breaks.number) > fairness:
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
    return difference(numbers), sum(numbers)
