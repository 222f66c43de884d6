"""Seals over the journal: a chain of digests that no longer fits when a line was changed, put in or taken away."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from modus.core.journal import JournalLine

LINES_MAX = 1000
SEALS_LATELY = 100
# Who acted is sealed by key: the name beside it may have to be erased.
SEALED = ("id", "at", "event", "by_id", "subject_kind", "subject_id", "scope_id", "changes", "request_id")


class JournalSeal(models.Model):
    """A digest over some lines and over the seal before; each line is under exactly one seal."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    lines = models.JSONField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"Seal {self.number}"


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found: seals, lines under them, lines that wait for one, and what does not fit."""

    seals: int
    lines: int
    unsealed: int
    head: str
    faults: tuple[str, ...]


def seal_lines() -> int:
    """Seal all lines that have no seal yet; returns how many. Safe beside acts and beside another sealer.

    Lines are sealed in the order in which they became visible: one with a lower number, whose transaction ended later,
    comes under a later seal.
    """
    sealed = 0
    while number := _seal_some():
        sealed += number
    return sealed


@transaction.atomic
def _seal_some() -> int:
    last = JournalSeal.objects.select_for_update().order_by("-number").first()
    lines = list(islice(_unsealed(last), LINES_MAX))
    if not lines:
        return 0
    # Two sealers would take the same number: the second one fails as a whole and begins anew at the next round.
    JournalSeal.objects.create(
        number=last.number + 1 if last else 1,
        lines=[line.pk for line in lines],
        digest=_digest(last.digest if last else "", lines),
    )
    return len(lines)


def _unsealed(last: JournalSeal | None) -> Iterator[JournalLine]:
    """The lines below the highest number under seal whose transactions ended later, then those above it."""
    if last is None:
        yield from JournalLine.objects.order_by("pk").iterator()
        return
    sealed = _sealed_lately()
    rows = JournalLine.objects.filter(pk__gte=min(sealed)).order_by("pk")
    yield from (line for line in rows.iterator() if line.pk not in sealed)


def _sealed_lately() -> set[int]:
    """The numbers under the newest seals; a line below all of them that is under none was put in by a strange hand."""
    newest = JournalSeal.objects.order_by("-number").values_list("lines", flat=True)[:SEALS_LATELY]
    return {pk for lines in newest for pk in lines}


def check_seals() -> Verdict:
    """Walk the whole chain from its first seal and hold each line against it."""
    faults: list[str] = []
    seen: set[int] = set()
    before, number = "", 0
    for seal in JournalSeal.objects.order_by("number").iterator():
        faults += [f"Seal {missing} is gone." for missing in range(number + 1, seal.number)]
        faults += _faults_of(seal, before, seen)
        seen.update(seal.lines)
        before, number = seal.digest, seal.number
    unsealed = [pk for pk in JournalLine.objects.order_by("pk").values_list("pk", flat=True) if pk not in seen]
    oldest = min(_sealed_lately(), default=0)
    faults += [f"Line {pk} was put in afterwards: it is under no seal." for pk in unsealed if pk < oldest]
    return Verdict(number, len(seen), len(unsealed), before, tuple(faults))


def _faults_of(seal: JournalSeal, before: str, seen: set[int]) -> Iterator[str]:
    found = JournalLine.objects.in_bulk(seal.lines)
    yield from (f"Line {pk} under seal {seal.number} is gone." for pk in seal.lines if pk not in found)
    yield from (f"Line {pk} is under two seals." for pk in seal.lines if pk in seen)
    lines = [found[pk] for pk in seal.lines if pk in found]
    if len(lines) == len(seal.lines) and _digest(before, lines) != seal.digest:
        yield f"Seal {seal.number} does not fit: a line under it, or the seal before, was changed."


def _digest(before: str, lines: list[JournalLine]) -> str:
    digest = hashlib.sha256(before.encode())
    for line in lines:
        said = {name: getattr(line, name) for name in SEALED}
        digest.update(json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()
