"""How many breaks there are at least, when only seats are short: who meets whom is forgotten.

Each person takes some slots, as many as they have meetings; a slot has two seats a table. A price for a seat in each
slot makes people independent of each other: everybody takes the cheapest slots, at the price of the seats and one for
each break. What all pay, less what the seats are worth, is never more than the fewest breaks, whatever the prices; they
are raised where seats are short and lowered where seats are left. All sums are of whole numbers: no rounding spoils the
proof.

Source: Lagrangian relaxation and the step of Polyak, as in Fisher, Management Science 27 (1981),
doi:10.1287/mnsc.27.1.1; its use for breaks is ours.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BREAK = 10_000
ROUNDS = 600
PATIENCE = 60
INERTIA = 0.7
AIM = 10  # The step is as long as if so many breaks could be reached.
NEVER = 10**15


@dataclass(frozen=True)
class Times:
    """What may be asked of one person's slots: `open` by slot, and after each slot from `least` to `most` meetings."""

    open: tuple[bool, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]


def breaks_at_least(people: Sequence[Times], seats: Sequence[int]) -> int:
    """A number of breaks that no timetable goes below, 0 or more.

    Parameters: everybody with a meeting, on one day; seats by slot, 0 or more.
    Cost: at most 600 rounds, each 1.5 ms for 60 people in 22 slots and 0.1 ms for 60 people of 10 kinds in 10 slots.
    """
    alike = Counter(people)
    prices = best_prices = [0] * len(seats)
    drift, step, best, rounds_without = [0.0] * len(seats), 1.0, -NEVER, 0
    for _ in range(ROUNDS):
        value, taken = _all_pay(alike, prices, seats)
        rounds_without = 0 if value > best else rounds_without + 1
        if value > best:
            best, best_prices = value, prices
        # Some way of the last step is kept: people who are alike move together, and would swing to and fro.
        drift = [used - free + INERTIA * one for used, free, one in zip(taken, seats, drift, strict=True)]
        size = sum(one * one for one, price in zip(drift, prices, strict=True) if one > 0 or price)
        if not size or rounds_without > PATIENCE:
            break
        if rounds_without % 8 == 7:
            step, prices, drift = step * 0.7, best_prices, [0.0] * len(seats)
            continue
        length = step * (AIM * BREAK - value) / size
        prices = [max(0, price + round(length * one)) for price, one in zip(prices, drift, strict=True)]
    return max(0, -(-best // BREAK))


def _all_pay(alike: Mapping[Times, int], prices: Sequence[int], seats: Sequence[int]) -> tuple[int, list[int]]:
    """What all pay less the worth of the seats, and the seats that they take by slot."""
    value = -sum(price * free for price, free in zip(prices, seats, strict=True))
    taken = [0] * len(seats)
    for times, number in alike.items():
        cost, slots = _cheapest(times, prices)
        value += number * cost
        for slot in slots:
            taken[slot] += number
    return value, taken


def _cheapest(times: Times, prices: Sequence[int]) -> tuple[int, list[int]]:
    """The least that this person can pay, and the slots for it, by dynamic programming over slots and meetings."""
    number = times.most[-1]
    busy, idle = [NEVER] * (number + 1), [0] + [NEVER] * number
    history = []
    for slot, price in enumerate(prices):
        history.append((busy, idle))
        busy, idle = _one_slot_on(times, slot, price, busy, idle)
    if min(busy[number], idle[number]) >= NEVER:
        return NEVER, []
    return min(busy[number], idle[number]), _way_back(history, busy, idle)


def _one_slot_on(
    times: Times, slot: int, price: int, busy: Sequence[int], idle: Sequence[int]
) -> tuple[list[int], list[int]]:
    """The costs after the slot by number of meetings, for those who were busy in it and for those who were not."""
    then_busy, then_idle = [NEVER] * len(busy), [NEVER] * len(busy)
    for number in range(times.least[slot], times.most[slot] + 1):
        then_idle[number] = min(busy[number], idle[number])
        if number and times.open[slot]:
            resumed = idle[number - 1] + (BREAK if number > 1 else 0)
            then_busy[number] = min(busy[number - 1], resumed) + price
    return then_busy, then_idle


def _way_back(
    history: Sequence[tuple[Sequence[int], Sequence[int]]], busy: Sequence[int], idle: Sequence[int]
) -> list[int]:
    """The slots of the cheapest way, from the last to the first."""
    number, slots = len(busy) - 1, []
    is_busy = busy[number] <= idle[number]
    for slot in range(len(history) - 1, -1, -1):
        before_busy, before_idle = history[slot]
        if is_busy:
            slots.append(slot)
            number -= 1
            is_busy = before_busy[number] <= before_idle[number] + (BREAK if number else 0)
        else:
            is_busy = before_busy[number] <= before_idle[number]
    return slots
