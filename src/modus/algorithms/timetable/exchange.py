"""Holds a request in place of cheaper meetings of its people, also when these are in different slots.

Annealing takes off what people have in one slot. Here each person gives up any one meeting, and a chain of meetings
brings the two freed slots together; whoever lost a partner is given others at once where that is possible.
"""

from collections.abc import Iterator
from itertools import product

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import Selection
from modus.algorithms.timetable.construct import by_worth, place_one
from modus.algorithms.timetable.improve import Stop, never

# The cheapest meetings of each person that are tried, and the share of a mean meeting that new partners may bring.
TRIED, HOPE = 5, 0.6


def exchange(board: Board, selection: Selection, *, passes: int = 4, stop: Stop | None = None) -> int:
    """Make exchanges that gain points until a pass over all requests finds none; returns the points gained.

    Parameters: a board (it is changed), the linear programme's answer for the order in which requests are tried, the
    most passes, and `stop`, asked at every request. An exchange may lack HOPE of a mean meeting before new partners are
    counted; only what gains stays.
    Cost: 20,000 requests of 1,000 people 1 to 2 s.
    Source: ejection chains: Glover (1996), doi:10.1016/0166-218X(94)00037-E.
    """
    model, stop, before = board.model, stop or never, board.interest
    if model.has_sites:
        return 0
    waiting = _requests_of_people(board)
    held = [model.worth[request] for request in board.held()]
    slack = round(HOPE * sum(held) / max(1, len(held)))
    for _pass in range(passes):
        gained = board.interest
        for request in by_worth(selection):
            if board.at[request] == OUT and len(model.members[request]) == 2 and not stop():
                _try(board, request, waiting, slack)
        if board.interest == gained:
            break
    return board.interest - before


def _requests_of_people(board: Board) -> list[list[int]]:
    """The requests of each person, those with most points first."""
    mine: list[list[int]] = [[] for _person in board.model.avail]
    for request in sorted(range(len(board.at)), key=lambda one: (-board.model.worth[one], one)):
        for person in board.model.members[request]:
            mine[person].append(request)
    return mine


def _try(board: Board, request: int, waiting: list[list[int]], slack: int) -> bool:
    """Hold the request in place of one meeting of each of its people, if that gains; whether it did."""
    before, members = board.interest, board.model.members[request]
    gives = sorted(product(*(_gives(board, person) for person in members)), key=lambda pair: _cost(board, pair))
    for pair in gives:
        if _cost(board, pair) >= board.model.worth[request] + slack:
            return False
        given = {meeting for meeting in pair if meeting != OUT}
        board.mark()
        for meeting in given:
            board.take(meeting)
        if place_one(board, request):
            for person in {p for meeting in given for p in board.model.members[meeting]} - set(members):
                _find_partner(board, waiting[person])
        if board.interest > before:
            return True
        board.undo()
    return False


def _cost(board: Board, meetings: tuple[int, ...]) -> int:
    return sum(board.model.worth[one] for one in set(meetings) if one != OUT)


def _gives(board: Board, person: int) -> Iterator[int]:
    """What the person may give up: nothing where there is a free slot and no cap, else one of the cheapest meetings."""
    if board.free[person] and board.count[person] < board.model.caps[person]:
        yield OUT
    mine = [board.held_by[person * board.width + place] for place in bits(board.used[person])]
    free = [meeting for meeting in mine if not board.model.locked[meeting]]
    yield from sorted(free, key=lambda one: (board.model.worth[one], one))[:TRIED]


def _find_partner(board: Board, requests: list[int]) -> None:
    """Hold the best request of a person that finds a place, if any."""
    for request in requests:
        is_possible = board.at[request] == OUT and all(board.free[one] for one in board.model.members[request])
        if is_possible and place_one(board, request):
            return
