"""Criteria of rule sets held against the facts of a profile: pass, waived or fail, each with its evidence."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from modus.core.time import say_day
from modus.directory.models import Measure, Rule, Waiver, profile_type

LONGEST_QUOTE = 80


@dataclass(frozen=True)
class Facts:
    """What is known of a profile on a day; `is_counted` says that the figures come from the member list."""

    values: dict[str, Any]
    members: int
    committed_members: int
    companies: int
    member_types: tuple[str, ...]
    is_counted: bool
    as_of: date


@dataclass(frozen=True)
class Outcome:
    """One rule's light: `state` is pass, waived or fail; `fields` are the profile fields that the evidence quotes."""

    code: str
    title: str
    state: str
    value: str
    threshold: str
    evidence: str
    advice: str = ""
    waiver: str = ""
    waiver_evidence: str = ""
    waived_until: str = ""
    fields: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        return self.state != "fail"

    def as_data(self) -> dict[str, Any]:
        """The outcome as plain data, to be stored and signed."""
        return asdict(self) | {"fields": list(self.fields)}


@dataclass(frozen=True)
class Finding:
    """What a measure found: the value, the words that prove it, and the fields that the words quote."""

    value: Decimal
    evidence: str
    fields: tuple[str, ...] = field(default=())


def _in_member_list(facts: Facts, words: str) -> str:
    return _("%(words)s in the member list on %(day)s") % {"words": words, "day": say_day(facts.as_of)}


def _stated(name: str) -> Callable[[Rule, Facts], Finding]:
    def measure(rule: Rule, facts: Facts) -> Finding:
        value = facts.values.get(name)
        if value in (None, ""):
            return Finding(Decimal(0), _("not filled in"), (name,))
        return Finding(Decimal(str(value)), _("%(value)s, stated in the profile") % {"value": value}, (name,))

    return measure


def _committed(rule: Rule, facts: Facts) -> Finding:
    if facts.is_counted:
        words = _("%(n)s committed members") % {"n": facts.committed_members}
        return Finding(Decimal(facts.committed_members), _in_member_list(facts, words))
    words = _("%(n)s members, stated in the profile") % {"n": facts.committed_members}
    return Finding(Decimal(facts.committed_members), words, ("members",))


COMPOSITION = ("smes", "large_firms", "research_organisations", "universities", "public_bodies")


def _types(rule: Rule, facts: Facts) -> Finding:
    value = Decimal(len(facts.member_types))
    words = ", ".join(facts.member_types) or _("none")
    if facts.is_counted:
        return Finding(value, _in_member_list(facts, words))
    return Finding(value, _("%(words)s, stated in the profile") % {"words": words}, COMPOSITION)


def _company_share(rule: Rule, facts: Facts) -> Finding:
    if not facts.members:
        return Finding(Decimal(0), _("no members are known"), () if facts.is_counted else ("members",))
    value = (Decimal(100) * facts.companies / facts.members).quantize(Decimal("0.1"))
    counts = {"companies": facts.companies, "members": facts.members}
    words = _("%(companies)s companies among %(members)s members") % counts
    if facts.is_counted:
        return Finding(value, _in_member_list(facts, words))
    return Finding(value, _("%(words)s, stated in the profile") % {"words": words}, ("members", "smes", "large_firms"))


def _filled(rule: Rule, facts: Facts) -> Finding:
    kind = profile_type(rule.rule_set.profile_type)
    filled = [(kind.field(name), facts.values[name]) for name in rule.fields if facts.values.get(name)]
    said = [f"{field.label}: {_shortened(value)}" for field, value in filled if field]
    return Finding(Decimal(len(said)), "; ".join(said) or _("not filled in"), tuple(rule.fields))


def _shortened(value: Any) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


MEASURES: dict[str, Callable[[Rule, Facts], Finding]] = {
    Measure.STAFF: _stated("fte"),
    Measure.ACTIVITIES: _stated("activities_per_year"),
    Measure.COMMITTED_MEMBERS: _committed,
    Measure.MEMBER_TYPES: _types,
    Measure.COMPANY_SHARE: _company_share,
    Measure.FILLED: _filled,
}


def evaluate(
    rules: Iterable[Rule],
    facts: Facts,
    waivers: Iterable[Waiver],
    *,
    on: date,
    thresholds: dict[str, Decimal] | None = None,
) -> list[Outcome]:
    """Hold each rule against the facts; a waiver that is valid on the day stands in for a rule that fails.

    `thresholds` tries other limits than the rules' own, by the code of the rule.
    """
    valid = {waiver.rule.code: waiver for waiver in waivers if is_valid(waiver, on=on)}
    tried = thresholds or {}
    return [_outcome(rule, facts, valid.get(rule.code), tried.get(rule.code, rule.threshold)) for rule in rules]


def is_valid(waiver: Waiver, *, on: date) -> bool:
    """Whether a waiver counts on a day: its last day does, the day of its withdrawal does not."""
    is_withdrawn = waiver.withdrawn_on is not None and waiver.withdrawn_on <= on
    return not is_withdrawn and waiver.granted_on <= on <= waiver.valid_until


def _outcome(rule: Rule, facts: Facts, waiver: Waiver | None, threshold: Decimal) -> Outcome:
    finding = MEASURES[rule.measure](rule, facts)
    is_reached = finding.value >= threshold
    used = waiver if not is_reached and rule.is_waivable else None
    return Outcome(
        code=rule.code,
        title=rule.title,
        state="pass" if is_reached else "waived" if used else "fail",
        value=plain(finding.value),
        threshold=plain(threshold),
        evidence=finding.evidence,
        advice="" if is_reached else rule.advice,
        waiver=used.programme if used else "",
        waiver_evidence=used.evidence if used else "",
        waived_until=used.valid_until.isoformat() if used else "",
        fields=finding.fields,
    )


def plain(number: Decimal) -> str:
    """A number without superfluous zeros: 15, 0.5."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


class PassportState(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Result(Protocol):
    """What the light needs to know of a stored check."""

    is_met: bool
    failing_since: date | None
    outcomes: Any


def failing_since(latest: Result, *, on: date) -> date | None:
    """The first day on which a rule was not met: as checked, or the day after the first waiver that has ended since."""
    if not latest.is_met:
        return latest.failing_since or on
    ends = [parse_date(outcome.get("waived_until") or "") for outcome in latest.outcomes]
    ended = [day for day in ends if day is not None and day < on]
    return min(ended) + timedelta(days=1) if ended else None


def passport_state(latest: Result, *, grace_days: int, on: date) -> PassportState:
    """Green while the rules are met, amber during the days of grace after they no longer are, red from then on."""
    since = failing_since(latest, on=on)
    if since is None:
        return PassportState.GREEN
    return PassportState.AMBER if on <= since + timedelta(days=grace_days) else PassportState.RED
