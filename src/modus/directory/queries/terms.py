"""Codes of the lists and what they are called: each question is answered with one query."""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from modus.core.recent import Recent
from modus.directory.models import Term, TermChange

NACE = ("nace", "2.1")
NUTS = ("nuts", "2024")
LISTS = {
    "ecosystem": ("ecosystem", ""),
    "technology": ("technology", ""),
    "nace": NACE,
    "nuts": NUTS,
}


class TermName(NamedTuple):
    """What a code is called, and the code above it."""

    label: str
    parent: str


_recent = Recent[tuple[str, str], TermName]()


def terms_named(wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], TermName]:
    """What codes of several lists are called, by (list, code); one query, none for what was asked a moment ago."""
    asked = {(name, code) for name, listed in wanted.items() for code in listed}
    known = _recent.among(asked)
    unknown = asked - known.keys()
    if not unknown:
        return known
    found = _read(unknown)
    _recent.keep(found)
    return {**known, **found}


def _read(asked: Set[tuple[str, str]]) -> dict[tuple[str, str], TermName]:
    """What these codes are called, by (list, code)."""
    # A code of one list may be in another, and of another version: the few rows too many are cheaper than to say so.
    rows = Term.objects.filter(taxonomy__code__in={name for name, _ in asked}, code__in={code for _, code in asked})
    return {
        (name, code): TermName(label, parent)
        for name, version, code, label, parent in rows.values_list(
            "taxonomy__code", "taxonomy__version", "code", "label", "parent"
        )
        if (name, code) in asked and LISTS[name][1] in {"", version}
    }


def terms_of_list(name: str) -> list[Term]:
    """All terms of a short list such as the ecosystems, by label."""
    code, version = LISTS[name]
    rows = Term.objects.filter(taxonomy__code=code)
    return list((rows.filter(taxonomy__version=version) if version else rows).order_by("label"))


def is_code_of_another_version(name: str, code: str) -> bool:
    """Whether a code exists in a version of a list that is not the one in use."""
    list_code, version = LISTS[name]
    return Term.objects.filter(taxonomy__code=list_code, code=code).exclude(taxonomy__version=version).exists()


def successors_of_region(code: str) -> list[TermChange] | None:
    """What became of a region's code when NUTS 2024 came; nothing when the code did not end.

    The list of changes names the successors of a code that was split or reshaped in the lines below it.
    """
    ended = TermChange.objects.filter(taxonomy__code="nuts", old_code=code).exclude(new_code=code).first()
    if ended is None:
        return None
    if ended.new_code:
        return [ended]
    below = TermChange.objects.filter(taxonomy=ended.taxonomy_id, pk__gt=ended.pk).order_by("pk")[:9]
    successors: list[TermChange] = []
    for row in below:
        if row.old_code or len(row.new_code) != len(code):
            break
        successors.append(row)
    return successors
