"""The judge of a drill: holds the rows as they stand against what was acknowledged, past every rule of the house."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
from modus.directory.models import Membership, Organisation

WHY = "the judge of a drill counts everybody's rows"


@dataclass(frozen=True)
class Verdict:
    """What was acknowledged and is gone, what stands half, what was made twice."""

    lost: set[str] = field(default_factory=set)
    torn: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    unacknowledged: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.torn or self.double)

    def __str__(self) -> str:
        return (
            f"{len(self.lost)} acknowledged lost, {len(self.torn)} torn, {len(self.double)} double, "
            f"{self.unacknowledged} committed and never acknowledged"
        )


def judged(acknowledged: set[str]) -> Verdict:
    """Each form adds a member: organisation, membership, lines of the journal and key stand together or not at all."""
    firms = dict(Organisation.objects.across(WHY).filter(name__startswith="Writer ").values_list("pk", "name"))
    members = dict(Membership.objects.across(WHY).values_list("organisation_id", "pk"))
    recorded, admitted = _lines("directory.organisation.recorded"), _lines("directory.membership.admitted")
    answers: list[Any] = list(UsedKey.objects.values_list("answer", flat=True))
    told = Counter(str(answer["location"]).split("/")[-2] for answer in answers)
    torn = [str(key) for key in members.keys() - firms.keys()]
    for key, name in firms.items():
        member = members.get(key)
        parts = (recorded[key], admitted[member], told[str(member)])
        if member is None or parts != (1, 1, 1):
            torn.append(f"{name}: {parts}")
    names = Counter(firms.values())
    double = [name for name, count in names.items() if count > 1]
    return Verdict(acknowledged - names.keys(), torn, double, len(names.keys() - acknowledged))


def _lines(event: str) -> "Counter[object]":
    return Counter(JournalLine.objects.filter(event=event).values_list("subject_id", flat=True))
