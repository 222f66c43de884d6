"""What organisers do today, simulated: people book first come, first served, or the best wishes go first."""

import random

from modus.algorithms.timetable.board import Board, bits
from modus.algorithms.timetable.model import Model


def first_come(model: Model, seed: int) -> Board:
    """Requests arrive in any order, and each takes any slot in which both are free and a table is left."""
    lots, board = random.Random(seed), Board(model)
    order = list(range(len(model.members)))
    lots.shuffle(order)
    for request in order:
        places = [place for place in bits(board.open_places(request)) if board.fits(request, place)]
        if places:
            board.put(request, lots.choice(places))
    return board


def by_weight(model: Model) -> Board:
    """The requests with most points first, each in the first slot that is free."""
    board = Board(model)
    for request in sorted(range(len(model.members)), key=lambda one: (-model.worth[one], one)):
        place = next((place for place in bits(board.open_places(request)) if board.fits(request, place)), None)
        if place is not None:
            board.put(request, place)
    return board
