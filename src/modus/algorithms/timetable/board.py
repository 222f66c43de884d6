"""The board: which request is held at which place, kept so that putting, taking and asking cost next to nothing.

It never holds a wrong timetable: `put` is only called where `fits` says yes, and whatever stands in the way is taken
off first. Everything that searches (`construct`, `improve`) moves meetings on a board.
"""

from collections.abc import Iterable, Iterator, Sequence

from modus.algorithms.timetable.model import Model

OUT = -1


class Board:
    """The state of a search.

    `at`: the place of each request, OUT when it is not held; `held_by`: for person x places + place the request that
    the person has there, OUT when none; `free`: the open and unblocked places of each person; `count`: meetings of each
    person; `load`, `quiet_load`: meetings at each place that need a table, a quiet table; `interest`: points.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.width = len(model.places)
        self.at = [OUT] * len(model.members)
        self.held_by = [OUT] * (len(model.avail) * self.width)
        self.used = [0] * len(model.avail)
        self.free = list(model.avail)
        self.count = [0] * len(model.avail)
        self.load = [0] * self.width
        self.quiet_load = [0] * self.width
        self.interest = 0
        self._last = len(model.extra)
        # What was put (with OUT) and taken (with its place), so that it can be undone; only kept after a mark.
        self._past: list[tuple[int, int]] | None = None

    def put(self, request: int, place: int) -> None:
        """Hold the request at the place; the caller knows that it fits."""
        bit, extra = 1 << place, self.model.extra
        self.interest += self.model.worth[request]
        for person in self.model.members[request]:
            self.held_by[person * self.width + place] = request
            self.used[person] |= bit
            self.free[person] &= ~self.model.blocks[place]
            if self.count[person] < self._last:
                self.interest += extra[self.count[person]]
            self.count[person] += 1
        self.at[request] = place
        self._weigh(request, place, 1)
        if self._past is not None:
            self._past.append((request, OUT))

    def take(self, request: int) -> None:
        """No longer hold the request."""
        place, extra = self.at[request], self.model.extra
        self.interest -= self.model.worth[request]
        for person in self.model.members[request]:
            self.held_by[person * self.width + place] = OUT
            self.used[person] &= ~(1 << place)
            self.free[person] = self._unblocked(person, place)
            self.count[person] -= 1
            if self.count[person] < self._last:
                self.interest -= extra[self.count[person]]
        self.at[request] = OUT
        self._weigh(request, place, -1)
        if self._past is not None:
            self._past.append((request, place))

    def put_instead(self, request: int, place: int, others: Iterable[int]) -> None:
        """Move or put a request to where these others are held, which are then held no longer.

        The same as taking and putting them one by one, in a third of the time; the caller knows that they are `loose`
        pairs, that their people are far from first meetings, and that it fits.
        """
        worth, members, width, count = self.model.worth, self.model.members, self.width, self.count
        was = self.at[request]
        for other in others:
            self.at[other] = OUT
            self.interest -= worth[other]
            self._weigh(other, place, -1)
            for person in members[other]:
                self._leave(person, place)
                count[person] -= 1
        bit = 1 << place
        for person in members[request]:
            if was == OUT:
                count[person] += 1
            else:
                self._leave(person, was)
            self.held_by[person * width + place] = request
            self.used[person] |= bit
            self.free[person] &= ~bit
        if was == OUT:
            self.interest += worth[request]
        else:
            self._weigh(request, was, -1)
        self._weigh(request, place, 1)
        self.at[request] = place

    def _leave(self, person: int, place: int) -> None:
        bit = 1 << place
        self.held_by[person * self.width + place] = OUT
        self.used[person] &= ~bit
        self.free[person] |= bit

    def mark(self) -> None:
        """Remember this state for `undo`, in place of the one before."""
        self._past = []

    def undo(self) -> None:
        """Go back to the state of the last mark."""
        past, self._past = self._past or [], None
        for request, place in reversed(past):
            if place == OUT:
                self.take(request)
            else:
                self.put(request, place)

    def _unblocked(self, person: int, place: int) -> int:
        if not self.model.has_sites:
            return self.free[person] | (1 << place)
        free = self.model.avail[person]
        for other in bits(self.used[person]):
            free &= ~self.model.blocks[other]
        return free

    def _weigh(self, request: int, place: int, sign: int) -> None:
        bit = 1 << place
        if not self.model.tableless[request] & bit:
            self.load[place] += sign
            if self.model.quiet[request] & bit:
                self.quiet_load[place] += sign

    def has_table(self, request: int, place: int) -> bool:
        """Whether the place has a table to spare that suits the request."""
        bit = 1 << place
        if self.model.tableless[request] & bit:
            return True
        if self.load[place] >= self.model.tables[place]:
            return False
        return not self.model.quiet[request] & bit or self.quiet_load[place] < self.model.quiet_tables[place]

    def is_full(self) -> bool:
        """Whether everybody needs a table and none is left anywhere."""
        full = (load >= tables for load, tables in zip(self.load, self.model.tables, strict=True))
        return self.model.needs_any and all(full)

    def leaves_table(self, other: int, request: int, place: int) -> bool:
        """Whether another meeting would leave the table that the request lacks at the place."""
        model, bit = self.model, 1 << place
        lacks_quiet = model.quiet[request] & bit and self.quiet_load[place] >= model.quiet_tables[place]
        return bool(model.quiet[other] & bit) if lacks_quiet else not model.tableless[other] & bit

    def finds_table(self, request: int, place: int, others: Iterable[int]) -> bool:
        """Whether the place has a table that suits the request once any of these others are gone from there."""
        return self.has_table(request, place) or any(self.leaves_table(other, request, place) for other in others)

    def open_places(self, request: int) -> int:
        """The places where the request is allowed and its people are free, tables and caps aside."""
        free, places = self.free, self.model.allowed[request]
        for person in self.model.members[request]:
            places &= free[person]
        return places

    def is_capped(self, request: int) -> bool:
        """Whether somebody among its people has as many meetings as they want."""
        model = self.model
        return model.has_caps and any(self.count[person] >= model.caps[person] for person in model.members[request])

    def fits(self, request: int, place: int) -> bool:
        """Whether the request could be held at the place as the board stands."""
        return (
            bool(self.open_places(request) >> place & 1)
            and self.has_table(request, place)
            and not self.is_capped(request)
            and self.model.may_precede(request, place, self.at)
        )

    def gain(self, request: int) -> int:
        """The points that holding the request would add now."""
        extra, last = self.model.extra, self._last
        first = sum(extra[self.count[p]] for p in self.model.members[request] if self.count[p] < last)
        return self.model.worth[request] + first

    def emptiest(self, request: int, among: int = -1) -> int:
        """The place, among these, with the most tables to spare at which the request fits, OUT when there is none."""
        if self.is_capped(request):
            return OUT
        model, load, ordered = self.model, self.load, request in self.model.orders
        is_plain, tables = not (model.quiet[request] or model.tableless[request]), model.tables
        best, most, places = OUT, -1, self.open_places(request) & among
        # As `bits`, written out: half of the time of a first timetable goes by here.
        while places:
            lowest = places & -places
            place = lowest.bit_length() - 1
            places ^= lowest
            spare = tables[place] - load[place]
            is_better = spare > most and (spare > 0 if is_plain else self.has_table(request, place))
            if is_better and (not ordered or model.may_precede(request, place, self.at)):
                best, most = place, spare
        return best

    def in_the_way(self, request: int, place: int) -> set[int]:
        """The meetings of its people that have to go before the request can be held at the place, caps aside."""
        found: set[int] = set()
        for person in self.model.members[request]:
            if not self.free[person] >> place & 1:
                blocking = self.used[person] & self.model.blocks[place]
                found.update(self.held_by[person * self.width + other] for other in bits(blocking))
        found.discard(request)
        return found

    def become(self, at: Sequence[int]) -> None:
        """Hold exactly the requests of another board, each at its place there."""
        for request, place in enumerate(self.at):
            if place != OUT and at[request] != place:
                self.take(request)
        for request, place in enumerate(at):
            if place != OUT and self.at[request] == OUT:
                self.put(request, place)

    def held(self) -> Iterator[int]:
        """The requests that are held."""
        return (request for request, place in enumerate(self.at) if place != OUT)


def bits(places: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest
