"""Codes of the lists and what they are called: each question is answered with one query."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q

from modus.directory.models import Term, TermChange

NACE = ("nace", "2.1")
NUTS = ("nuts", "2024")
LISTS = {
    "ecosystem": ("ecosystem", ""),
    "technology": ("technology", ""),
    "nace": NACE,
    "nuts": NUTS,
}


def terms_named(wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Term]:
    """The terms behind codes of several lists, by (list, code); one query, none when nothing is wanted."""
    conditions = [_of_list(name, codes) for name, codes in wanted.items() if codes]
    if not conditions:
        return {}
    rows = Term.objects.filter(reduce(or_, conditions)).select_related("taxonomy")
    return {(row.taxonomy.code, row.code): row for row in rows}


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


def _of_list(name: str, codes: Iterable[str]) -> Q:
    code, version = LISTS[name]
    condition = Q(taxonomy__code=code, code__in=set(codes))
    return condition & Q(taxonomy__version=version) if version else condition
