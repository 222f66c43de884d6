"""A first timetable: chosen requests are given slots one by one, and chains of meetings change places to make room.

Slots are colours and meetings are edges between people: no two edges at a person bear the same colour. Where a request
finds no slot in which all its people are free, two slots are chosen, free for one side each; the meetings that hang
together in these two slots swap them along a chain, and the request fits (a Kempe chain).
"""

from collections.abc import Iterable, Sequence

import numpy as np

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import HALF, Selection
from modus.algorithms.timetable.model import LocksClash, Model, as_rows


def construct(model: Model, selection: Selection) -> Board:
    """A board with as many of the chosen requests as find a slot, filled up with others.

    Parameters: the model and the answer of its linear programme.
    Returns: a board; locked requests are on it first.
    Raises: LocksClash when locks contradict each other.
    Cost: 20,000 requests of 1,000 people about 0.1 s, 100,000 of 5,000 about 0.5 s.
    Source: edge colouring by alternating chains: Misra and Gries (1992), doi:10.1016/0020-0190(92)90041-S; choosing
    by the linear programme first is ours, see docs/developer/timetable.md.
    """
    board = Board(model)
    place_locks(board)
    chosen = hardest_first(model, selection)
    place_each(board, chosen, selection.days)
    place_each(board, chosen)
    place_each(board, by_worth(selection))
    return board


def place_locks(board: Board) -> None:
    """Put each locked request at its place."""
    for request in (number for number, locked in enumerate(board.model.locked) if locked):
        place = board.emptiest(request)
        if place == OUT:
            raise LocksClash(f"The lock of {board.model.names[request]} contradicts another one, a cap or the tables.")
        board.put(request, place)


def place_each(board: Board, requests: Iterable[int], among: Sequence[int] | None = None) -> int:
    """Put each request that is not held at a place, among those given by request if any, by a chain where needed;
    returns how many were put."""
    number = 0
    for request in requests:
        if board.at[request] == OUT:
            is_put = place_one(board, request, -1 if among is None else among[request])
            number += is_put
            if not is_put and board.is_full():
                break
    return number


def place_one(board: Board, request: int, among: int = -1) -> bool:
    """Put a request at the emptiest of these places where it fits, or make room by a chain; whether it was put."""
    place = board.emptiest(request, among)
    if place != OUT:
        board.put(request, place)
        return True
    members = board.model.members[request]
    if len(members) > 2 or board.model.has_sites or board.is_capped(request):
        return False
    one, other = members
    return _place_by_chain(board, request, one, other, among) or _place_by_chain(board, request, other, one, among)


def by_worth(selection: Selection) -> list[int]:
    """All requests, those first that are worth most beyond the prices of their people's time."""
    order: list[int] = np.argsort(-selection.beyond, kind="stable").tolist()
    return order


def hardest_first(model: Model, selection: Selection) -> list[int]:
    """The chosen requests, those first that leave least room on their day: a quiet table is scarcer than any, and any
    scarcer than none; then the spare slots of their people, then their own places."""
    chosen = np.flatnonzero(selection.shares > HALF)
    number = {day: place for place, day in enumerate(dict.fromkeys(selection.days))}
    day = np.array([number[day] for day in selection.days], dtype=np.int64)[chosen]
    is_there, seats = as_rows(list(number), len(model.places))[day], model.seats[chosen]
    here = as_rows(model.allowed, len(model.places))[chosen] & is_there
    # A row more for nobody, who has no slot to spare.
    spare = np.array([[(places & one).bit_count() for one in number] for places in [*model.avail, 0]])
    np.subtract.at(spare, (seats, day[:, None]), 1)
    spare[-1] = 0
    left, least = spare[seats, day[:, None]].sum(axis=1), model.least_needs(chosen, here)
    order: list[int] = chosen[np.lexsort((here.sum(axis=1), left, -least))].tolist()
    return order


def _place_by_chain(board: Board, request: int, giver: int, taker: int, among: int) -> bool:
    """Make one of the places free for the taker at which the giver is free already, and put the request there."""
    model = board.model
    for place in bits(board.free[giver] & model.allowed[request] & among):
        if not board.has_table(request, place) or not model.may_precede(request, place, board.at):
            continue
        for other in bits(board.free[taker]):
            chain = chain_from(board, taker, place, other, giver)
            if chain is not None and swap_chain(board, chain, place, other):
                if board.has_table(request, place):
                    board.put(request, place)
                    return True
                swap_chain(board, chain, other, place)
    return False


def chain_from(board: Board, person: int, place: int, other: int, never: int) -> list[int] | None:
    """The meetings that have to swap two places so that the person becomes free at the first one.

    Parameters: a person who is busy at `place` and free at `other`; `never`: a person whom the chain must not reach.
    Returns: requests in the order of the chain, alternately at `place` and `other`; None when one of them may not
    swap: it is locked, a group, has an order to keep, or somebody is away at its new place.
    """
    model, chain, now, then = board.model, [], place, other
    while (request := board.held_by[person * board.width + now]) != OUT:
        members = model.members[request]
        if len(members) > 2 or not model.allowed[request] >> then & 1 or request in model.orders:
            return None
        person = members[1] if members[0] == person else members[0]
        if person == never:
            return None
        chain.append(request)
        now, then = then, now
    # The far end has to be free where its last meeting goes.
    return chain if not chain or board.free[person] >> now & 1 else None


def swap_chain(board: Board, chain: Sequence[int], place: int, other: int) -> bool:
    """Let the meetings of a chain swap their two places if the tables suffice; whether they did."""
    swapped = [(request, other if board.at[request] == place else place) for request in chain]
    before = [(request, board.at[request]) for request in chain]
    _replace(board, swapped)
    model = board.model
    for at in (place, other):
        if board.load[at] > model.tables[at] or board.quiet_load[at] > model.quiet_tables[at]:
            _replace(board, before)
            return False
    return True


def _replace(board: Board, places: Sequence[tuple[int, int]]) -> None:
    for request, _place in places:
        board.take(request)
    for request, place in places:
        board.put(request, place)
