"""Lets chains of meetings swap two slots where somebody waits less afterwards: the same meetings, fewer breaks."""

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.breaks import Breaks
from modus.algorithms.timetable.construct import chain_from, swap_chain
from modus.algorithms.timetable.improve import Stop, never


def untangle(board: Board, breaks: Breaks, *, difference: int | None = None, stop: Stop | None = None) -> Board:
    """A board that holds the same requests with fewer breaks, as long as one chain at a time makes them fewer.

    Parameters: a board (it is changed), its breaks, which are counted anew; `difference`: who waits no more often than
    this beyond whoever waits least is not helped, None: everybody is; `stop`, asked for each person.
    Each meeting of somebody who is helped is tried in each free slot in which that person would wait less; the meetings
    that hang on it swap the two slots with it. With buffers between sites nothing is done.
    Cost: 1,000 people about half a second.
    Source: Kempe chains, as in `construct`; here the two slots are chosen for the breaks.
    """
    breaks.accept(range(len(breaks.number)))
    stop, before = stop or never, None
    while before != breaks.total() and not board.model.has_sites:
        before = breaks.total()
        for person in range(len(breaks.number)):
            enough = 0 if difference is None else min(breaks.number) + difference
            if breaks.number[person] > enough and not stop():
                _untangle(board, breaks, person)
    return board


def _untangle(board: Board, breaks: Breaks, person: int) -> None:
    """Move meetings of one person, each to the first free slot that makes the breaks fewer."""
    for place in list(bits(board.used[person])):
        for other in list(bits(board.free[person])):
            if breaks.with_move(person, place, other) < breaks.number[person] and _swap(
                board, breaks, person, place, other
            ):
                break


def _swap(board: Board, breaks: Breaks, person: int, place: int, other: int) -> bool:
    """Swap two places along the chain that begins with the person if that makes the breaks fewer; whether it did."""
    chain = chain_from(board, person, place, other, OUT)
    if not chain or not swap_chain(board, chain, place, other):
        return False
    people = {one for request in chain for one in board.model.members[request]}
    if breaks.change(people) < 0:
        breaks.accept(people)
        return True
    swap_chain(board, chain, other, place)
    return False
