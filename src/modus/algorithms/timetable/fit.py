"""Whether chosen requests can all be held: slots for every one of them, or the proof that there are none.

The question is put in clauses: each request has a place, nobody two meetings at a time, no place more meetings than
tables. A solver for such clauses answers it for an event of a hundred people in milliseconds.
"""

from collections.abc import Mapping, Sequence
from itertools import count

from pysat.card import CardEnc, EncType
from pysat.solvers import Glucose4

from modus.algorithms.timetable.board import OUT, bits
from modus.algorithms.timetable.model import Model

# Conflicts after which the question is left open; under a second for a hundred people. Whether one more earlier slot
# can be kept is asked hundreds of times.
PATIENCE, LITTLE_PATIENCE = 4_000, 200


class Undecided(Exception):
    """The question was left open after PATIENCE conflicts."""


def fit(model: Model, requests: Sequence[int], *, near: Mapping[int, int] | None = None) -> list[int] | None:
    """Places at which all of these requests can be held.

    Parameters: the model; the requests to hold, which keep to everybody's cap; by request the places where it would
    rather be.
    Returns: the place of each request of the model, OUT for all others; None when it cannot be done. What would rather
    be somewhere is there unless that contradicts others of that kind: hardly one more can be.
    Raises: Undecided after PATIENCE conflicts.
    Cost: 280 meetings of 60 people in 12 slots: 10 to 50 ms, with places where they would rather be 60 to 300 ms.
    Source: timetables by clauses: Bofill et al. (2022), doi:10.1613/jair.1.12812, section 6; sequential counters:
    Sinz (2005), doi:10.1007/11564751_73; wishes as assumptions that are given up by cores: in the way of Fu and Malik
    (2006), doi:10.1007/11814948_25.
    """
    numbers = count(1)
    variable = {(r, place): next(numbers) for r in requests for place in bits(model.allowed[r])}
    clauses = [[variable[r, place] for place in bits(model.allowed[r])] for r in requests]
    clauses += _one_at_a_time(model, requests, variable)
    clauses += _in_order(model, variable)
    clauses += _seated(model, requests, variable)
    wished = near or {}
    with Glucose4(bootstrap_with=clauses) as solver:
        true = _true(solver, [number for (r, place), number in variable.items() if wished.get(r, 0) >> place & 1])
    if true is None:
        return None
    at = [OUT] * len(model.members)
    for (request, place), number in variable.items():
        # More than one of its places may be true: any of them will do.
        if number in true and (at[request] == OUT or wished.get(request, 0) >> place & 1):
            at[request] = place
    return at


def _true(solver: Glucose4, wished: Sequence[int]) -> set[int] | None:
    """What is true in a solution, as many of the wished literals among it as is easily found; None where there is none.

    Where wishes contradict each other all of these are given up, and in the end each is tried once more.
    """
    kept, given_up = list(wished), list[int]()
    while not (found := _look(solver, kept, PATIENCE)):
        core = set(kept if found is None else solver.get_core() or ())
        if not core and found is None:
            raise Undecided
        if not core:
            return None
        given_up += sorted(core)
        kept = [one for one in kept if one not in core]
    true = set(solver.get_model())
    for one in given_up:
        if one in true or _look(solver, [*kept, one], LITTLE_PATIENCE):
            kept.append(one)
            true = true if one in true else set(solver.get_model())
    return true


def _look(solver: Glucose4, assumed: Sequence[int], patience: int) -> bool | None:
    """Whether there is a solution in which all of these are true; None after so many conflicts."""
    solver.conf_budget(patience)
    found: bool | None = solver.solve_limited(assumptions=assumed)
    return found


Variables = dict[tuple[int, int], int]


def _one_at_a_time(model: Model, requests: Sequence[int], variable: Variables) -> list[list[int]]:
    """No two meetings of a person at places that exclude each other."""
    mine: list[list[int]] = [[] for _person in model.avail]
    for request in requests:
        for person in model.members[request]:
            mine[person].append(request)
    pairs = {(a, b) for meetings in mine for n, a in enumerate(meetings) for b in meetings[n + 1 :]}
    return [
        [-variable[a, place], -variable[b, other]]
        for a, b in sorted(pairs)
        for place in bits(model.allowed[a])
        for other in bits(model.allowed[b] & model.blocks[place])
    ]


def _in_order(model: Model, variable: Variables) -> list[list[int]]:
    """No later meeting at or before its earlier one."""
    return [
        [-number, -variable[second, other]]
        for (first, place), number in variable.items()
        for second, sign in model.orders.get(first, ())
        if sign > 0
        for other in bits(model.allowed[second])
        if (second, other) in variable and model.places[other].slot <= model.places[place].slot
    ]


def _seated(model: Model, requests: Sequence[int], variable: Variables) -> list[list[int]]:
    """No more meetings at a place than tables, and than quiet tables."""
    clauses: list[list[int]] = []
    top = max(variable.values(), default=0)
    for place in range(len(model.places)):
        here = [r for r in requests if model.allowed[r] & ~model.tableless[r] & (1 << place)]
        quiet = [r for r in here if model.quiet[r] >> place & 1]
        for some, most in ((here, model.tables[place]), (quiet, model.quiet_tables[place])):
            people = {person for request in some for person in model.members[request]}
            # Each meeting takes two people or more, so that few people cannot fill many tables.
            if min(len(some), len(people) // 2) > most:
                literals = [variable[request, place] for request in some]
                counter = CardEnc.atmost(literals, bound=most, top_id=top, encoding=EncType.seqcounter)
                clauses += counter.clauses
                top = max(top, counter.nv)
    return clauses
