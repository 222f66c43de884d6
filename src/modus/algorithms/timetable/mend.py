"""In large events, brings back what a change of the problem broke: everything is held, breaks are shared fairly.

Little is moved: first chains and single pushes, then what the solver of clauses finds near the earlier slots; meetings
are given up only for a fair share of breaks, and only where not everything has to be held.
"""

from collections.abc import Mapping

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.breaks import Breaks, difference
from modus.algorithms.timetable.improve import Stop
from modus.algorithms.timetable.keep import keep
from modus.algorithms.timetable.orderly import keeps_rules
from modus.algorithms.timetable.problem import FaultyProblem, Status
from modus.algorithms.timetable.push import hold_each
from modus.algorithms.timetable.tidy import even_out
from modus.algorithms.timetable.untangle import untangle
from modus.algorithms.timetable.windows import is_over_a_cap

IMPOSSIBLE = "Not everything can be held."
NOT_FOUND = "No way was found to hold everything and share breaks as asked."


def hold_everything(board: Board, places: Mapping[int, int], *, stop: Stop) -> Board:
    """A board that holds every request, and shares breaks fairly where that is asked, with few changes.

    Parameters: a board (it is changed); by request the places of the slot that it had; `stop` ends the search.
    Returns: the same board. Tried in turn: chains and pushes; clauses that keep as many slots as fit together; where
    breaks are still apart chains for those who wait too often, and then the fewest breaks by clauses.
    Raises: FaultyProblem when not everything can be held, or no way is found before the search is over.
    Cost: 900 requests 10 ms; where clauses are needed, as `fit` and `prove_least_breaks`.
    """
    model = board.model
    if len(model.members) < len(model.problem.requests) or is_over_a_cap(model.problem):
        raise FaultyProblem([IMPOSSIBLE])
    if not hold_each(board, range(len(model.members)), places, stop=stop):
        _hold_by_clauses(board, places)
    _untangle_unfair(board, stop)
    if not keeps_rules(board) and not model.has_sites:
        _hold_with_fewest_breaks(board, places, stop)
    if not keeps_rules(board):
        raise FaultyProblem([NOT_FOUND])
    return board


def share_fairly(board: Board, places: Mapping[int, int], *, stop: Stop) -> Board:
    """A board on which the breaks of any two people differ by no more than `fairness`, filled up as far as that allows.

    Parameters: as `hold_everything`.
    Returns: the same board. Chains move meetings of those who wait too often; where that does not help they give up
    meetings (`even_out`). Left-out requests then go where they fit and keep breaks fair, earlier ones first, into their
    earlier slots if that can be.
    Raises: FaultyProblem when somebody who has only locked meetings left waits too often.
    Cost: grows with people for each meeting given up; for each left-out request with its free slots.
    """
    fairness = board.model.problem.fairness
    if fairness is None:
        return board
    _untangle_unfair(board, stop)
    even_out(board, fairness)
    fill_fairly(board, places, fairness)
    if not keeps_rules(board):
        raise FaultyProblem(["Locks keep the breaks of people further apart than they may be."])
    return board


def fill_fairly(board: Board, places: Mapping[int, int], fairness: int) -> None:
    """Hold left-out requests where they fit, breaks stay fair and cost no more than is gained, until none does.

    Parameters: a board (it is changed); by request the places of the slot that it had: these requests come first, and
    go there if they can, others by their points; the largest difference in breaks.
    Cost: for each left-out request and free slot the people once: 6,000 requests of 400 people 1 s.
    """
    breaks = Breaks(board, weight=1.0, even=False)
    # One meeting may end a gap that kept another one out.
    while sum(_put_somewhere(board, breaks, request, places, fairness) for request in _waiting(board, places)):
        pass


def _untangle_unfair(board: Board, stop: Stop) -> None:
    """Let chains make breaks fewer for those only who have too many."""
    fairness = board.model.problem.fairness
    if fairness is not None:
        untangle(board, Breaks(board, weight=1.0, even=True), difference=fairness, stop=stop)


def _hold_by_clauses(board: Board, places: Mapping[int, int]) -> None:
    """Hold every request as the solver of clauses says."""
    # It takes a tenth of a second to load, which most changes need not spend.
    from modus.algorithms.timetable.fit import Undecided, fit

    try:
        at = fit(board.model, range(len(board.model.members)), near=places)
    except Undecided as open_question:
        raise FaultyProblem([NOT_FOUND]) from open_question
    if at is None:
        raise FaultyProblem([IMPOSSIBLE])
    board.become(at)


def _hold_with_fewest_breaks(board: Board, places: Mapping[int, int], stop: Stop) -> None:
    """Hold every request with the fewest breaks that are shared fairly, then bring meetings back to their slots."""
    from modus.algorithms.timetable.prove import prove_least_breaks

    problem = board.model.problem
    found = prove_least_breaks(problem, stop=stop)
    if found.status is Status.INFEASIBLE:
        raise FaultyProblem(["Not everything can be held with breaks shared as asked."])
    if found.status is not Status.UNKNOWN:
        board.become([problem.position[found.by_request[name].slot] for name in board.model.names])
        keep(board, places, stop=stop)


def _waiting(board: Board, places: Mapping[int, int]) -> list[int]:
    """Left-out requests, earlier ones first, then those with most points."""
    waiting = [request for request, place in enumerate(board.at) if place == OUT]
    return sorted(waiting, key=lambda one: (one not in places, -board.gain(one), one))


def _put_somewhere(board: Board, breaks: Breaks, request: int, places: Mapping[int, int], fairness: int) -> bool:
    """Put the request into its earlier slot or another one if it fits there and breaks stay fair; whether it was."""
    free, wished = board.open_places(request), places.get(request, 0)
    return any(
        board.fits(request, place) and _put_fairly(board, breaks, request, place, fairness)
        for place in (*bits(free & wished), *bits(free & ~wished))
    )


def _put_fairly(board: Board, breaks: Breaks, request: int, place: int, fairness: int) -> bool:
    """Put the request at the place if breaks stay fair and cost no more than it adds; whether it was put."""
    before, price = board.interest, board.model.problem.objective.price_of_a_break
    board.put(request, place)
    members, numbers = board.model.members[request], list(breaks.number)
    for person in members:
        numbers[person] = breaks.count(person)
    if difference(numbers) <= fairness and board.interest - before >= price * breaks.change(members):
        breaks.accept(members)
        return True
    board.take(request)
    return False
