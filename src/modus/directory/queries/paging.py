"""Pages of a list by key: a page begins behind a row, so that it stays right while rows come and go."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

PAGE_SIZE = 50


@dataclass(frozen=True)
class Stretch:
    """The wish for a part of a list: its order, and behind or before which row it lies."""

    field: str
    is_descending: bool = False
    after: UUID | None = None
    before: UUID | None = None
    size: int = PAGE_SIZE


@dataclass(frozen=True)
class Slice:
    """A part of a list, and whether there is more in front of it and behind it."""

    rows: list[Any]
    has_previous: bool
    has_next: bool


def slice_of(rows: QuerySet[Any], stretch: Stretch, *, anchors: QuerySet[Any]) -> Slice:
    """The part of the rows that is wished for; an anchor that is not among `anchors` leads to the beginning."""
    anchor = _anchor(stretch, anchors)
    is_backward = anchor is not None and stretch.after is None
    is_falling = stretch.is_descending != is_backward
    if anchor is not None:
        rows = rows.filter(beyond(stretch.field, anchor, is_falling=is_falling))
    sign = "-" if is_falling else ""
    found = list(rows.order_by(f"{sign}{stretch.field}", f"{sign}pk")[: stretch.size + 1])
    has_more, found = len(found) > stretch.size, found[: stretch.size]
    if is_backward:
        return Slice(found[::-1], has_previous=has_more, has_next=True)
    return Slice(found, has_previous=anchor is not None, has_next=has_more)


def slice_of_keys(keys: list[UUID], stretch: Stretch) -> Slice:
    """The same part of a list whose keys are known, rising; an anchor that is not among them is as if unsaid."""
    keys = keys[::-1] if stretch.is_descending else keys
    first, last = 0, stretch.size
    if stretch.after in keys:
        first = keys.index(stretch.after) + 1
        last = first + stretch.size
    elif stretch.after is None and stretch.before in keys:
        last = keys.index(stretch.before)
        first = max(0, last - stretch.size)
    return Slice(keys[first:last], has_previous=first > 0, has_next=last < len(keys))


def beyond(field: str, anchor: tuple[Any, UUID], *, is_falling: bool) -> Q:
    """The condition that a row lies behind an anchor in the order of a field and then of the key."""
    value, key = anchor
    word = "lt" if is_falling else "gt"
    tie = Q(**{field: value, f"pk__{word}": key})
    # The first condition is implied by the rest; it lets the database begin at the right place of the index.
    return Q(**{f"{field}__{word}e": value}) & (Q(**{f"{field}__{word}": value}) | tie)


def _anchor(stretch: Stretch, anchors: QuerySet[Any]) -> tuple[Any, UUID] | None:
    key = stretch.after or stretch.before
    if key is None:
        return None
    return anchors.filter(pk=key).values_list(stretch.field, "pk").first()
