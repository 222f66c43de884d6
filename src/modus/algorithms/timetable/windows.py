"""In which slots each request can be held at all, before anything is searched."""

from collections import Counter

from modus.algorithms.timetable.problem import Lock, Problem, Request


def windows_of(problem: Problem) -> list[set[int]]:
    """The places of the slots in which each request can be held, in the order of requests; an empty set says never.

    Heeded: refusals and rules, wishes and time of its people, tables that suit it, locks, precedences, and locks of
    other meetings of the same people.
    """
    windows = [_window(problem, one) for one in problem.requests]
    place = {one.id: at for at, one in enumerate(problem.requests)}
    for lock in problem.locks:
        windows[place[lock.request]] &= _window_of_lock(problem, lock)
    _keep_clear_of_locks(problem, windows)
    orders = [(place[first], place[second]) for first, second in problem.precedences]
    while _narrowed(windows, orders):
        pass
    return windows


def is_over_a_cap(problem: Problem) -> bool:
    """Whether somebody has more requests than meetings that they want."""
    numbers = Counter(person for one in problem.requests for person in one.people)
    caps = ((one.most_meetings, numbers[one.id]) for one in problem.participants)
    return any(cap is not None and number > cap for cap, number in caps)


def _window(problem: Problem, request: Request) -> set[int]:
    if not problem.may_be_held(request):
        return set()
    return {
        place
        for place, slot in enumerate(problem.slots)
        if problem.allows(request, slot)
        and (
            problem.online_among(request, slot) == len(request.people)
            or any(problem.suits(table, request, slot) for table in problem.tables)
        )
    }


def _window_of_lock(problem: Problem, lock: Lock) -> set[int]:
    """The slot of the lock; nothing when its table does not suit or is promised to somebody else."""
    place = problem.position[lock.slot]
    if lock.table is not None:
        alike = [one for one in problem.locks if (one.slot, one.table) == (lock.slot, lock.table)]
        table, request = problem.table[lock.table], problem.request[lock.request]
        if len(alike) > 1 or not problem.suits(table, request, problem.slots[place]):
            return set()
    return {place}


def _keep_clear_of_locks(problem: Problem, windows: list[set[int]]) -> None:
    taken = {
        (person, problem.position[lock.slot]): lock.request
        for lock in problem.locks
        for person in problem.request[lock.request].people
    }
    for request, window in zip(problem.requests, windows, strict=True):
        for person in request.people:
            window -= {place for place in window if taken.get((person, place), request.id) != request.id}


def _narrowed(windows: list[set[int]], orders: list[tuple[int, int]]) -> bool:
    """Take out slots that leave no room for what comes before or after; whether any was taken."""
    changed = False
    for first, second in orders:
        before, after = windows[first], windows[second]
        latest, earliest = max(after, default=-1), min(before, default=len(windows))
        late = {place for place in before if place >= latest}
        early = {place for place in after if place <= earliest} if before else set(after)
        before -= late
        after -= early
        changed = changed or bool(late or early)
    return changed
