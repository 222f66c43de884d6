"""Rule sets: which apply to a profile, how it stands, its passports, and whom a new version would touch."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.signing import Signer
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from modus.directory import rules
from modus.directory.models import (
    Membership,
    Network,
    Profile,
    ProfileStatus,
    Rule,
    RuleSet,
    ValidationResult,
    Visibility,
    Waiver,
    active_on,
    profile_type,
)
from modus.directory.models.organisation import COMPANY_KINDS, MEMBER_GROUPS

COMMITTED = Q(has_agreement=True) | Q(pays_fee=True) | Q(contributes=True)
STATED_TYPES = {
    "smes": "companies",
    "large_firms": "companies",
    "research_organisations": "research",
    "universities": "education",
    "public_bodies": "public bodies",
}


@dataclass(frozen=True)
class Lights:
    """How a profile stands to one rule set on a day."""

    rule_set: RuleSet
    outcomes: tuple[rules.Outcome, ...]

    @property
    def missing(self) -> tuple[rules.Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.is_met)

    @property
    def is_met(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Passport:
    """A stored check as a circle may read it on a day: signed, dated, with its light; what nobody asks is not made."""

    profile: Profile
    result: ValidationResult
    circle: str
    on: date

    @property
    def rule_set(self) -> RuleSet:
        return self.result.rule_set

    @property
    def state(self) -> rules.PassportState:
        return rules.passport_state(self.result, grace_days=self.rule_set.grace_days, on=self.on)

    @property
    def failing_since(self) -> date | None:
        return rules.failing_since(self.result, on=self.on)

    @property
    def grace_ends_on(self) -> date | None:
        since = self.failing_since
        return since + timedelta(days=self.rule_set.grace_days) if since else None

    @property
    def outcomes(self) -> tuple[rules.Outcome, ...]:
        return outcomes_seen(self.profile, [_read(data) for data in self.result.outcomes], circle=self.circle)

    @property
    def is_genuine(self) -> bool:
        return constant_time_compare(signature_of(self.result), self.result.signature)


@dataclass(frozen=True)
class DryRun:
    """What other thresholds would do to the listed profiles of a rule set."""

    listed: int
    failing_now: int
    newly_failing: tuple[Profile, ...]
    newly_passing: tuple[Profile, ...]


def rule_sets_in_force(*, on: date) -> QuerySet[RuleSet]:
    """The versions in force on a day, with their rules."""
    in_force = active_on(on, starts="in_force_from", ends="in_force_until")
    return RuleSet.objects.filter(in_force).prefetch_related("rules")


def rule_set_versions() -> QuerySet[RuleSet]:
    """All versions of all rule sets, with their rules."""
    return RuleSet.objects.order_by("name", "-version").prefetch_related("rules")


def applicable(profile: Profile, *, copy: str, among: Iterable[RuleSet]) -> list[RuleSet]:
    """The general rule sets of the profile's type and those of the smallest region around its seat; no query."""
    seat = getattr(profile, copy).get("nuts", "")
    fitting = [s for s in among if s.profile_type == profile.type and seat.startswith(s.nuts_prefix)]
    narrowest = max((len(rule_set.nuts_prefix) for rule_set in fitting), default=0)
    return [rule_set for rule_set in fitting if len(rule_set.nuts_prefix) in {0, narrowest}]


def gating(lights: Iterable[Lights]) -> list[Lights]:
    """The rule sets on which publication depends: the general ones; those of a region only give a passport."""
    found = list(lights)
    return [light for light in found if not light.rule_set.nuts_prefix] or found


def lights_of(profile: Profile, *, on: date, copy: str = "values") -> list[Lights]:
    """How a profile stands to each rule set that applies to it; four queries."""
    return lights_of_many([profile], on=on, copy=copy)[profile.pk]


def outcomes_of(profile: Profile, *, on: date, copy: str = "values") -> list[rules.Outcome]:
    """The lights of the rules on which publication depends."""
    return [outcome for light in gating(lights_of(profile, on=on, copy=copy)) for outcome in light.outcomes]


def lights_of_many(profiles: Sequence[Profile], *, on: date, copy: str) -> dict[UUID, list[Lights]]:
    """How many profiles stand to their rule sets; four queries for any number."""
    sets = list(rule_sets_in_force(on=on))
    facts = facts_of_many(profiles, on=on, copy=copy)
    waivers = waivers_of_many(profiles)
    return {
        profile.pk: [
            Lights(rule_set, tuple(rules.evaluate(rule_set.rules.all(), facts[profile.pk], waivers[key], on=on)))
            for rule_set in applicable(profile, copy=copy, among=sets)
            for key in [(profile.pk, rule_set.code)]
        ]
        for profile in profiles
    }


def waivers_of_many(profiles: Iterable[Profile]) -> dict[tuple[UUID, str], list[Waiver]]:
    """The waivers of profiles by profile and rule set; they outlive the version under which they were granted."""
    found: dict[tuple[UUID, str], list[Waiver]] = defaultdict(list)
    rows = Waiver.objects.within(profile__in=[p.pk for p in profiles]).select_related("rule__rule_set")
    for waiver in rows:
        found[waiver.profile_id, waiver.rule.rule_set.code].append(waiver)
    return found


def facts_of_many(profiles: Sequence[Profile], *, on: date, copy: str) -> dict[UUID, rules.Facts]:
    """What is known of profiles on a day: counted where the cluster keeps a member list, else as stated; one query."""
    is_active = active_on(on, starts="joined_on", ends="left_on")
    rows = (
        Membership.objects.within(
            ~Q(joined_on__gt=on),
            cluster__organisation__in=[profile.organisation_id for profile in profiles if profile.type == "cluster"],
        )
        .values_list("cluster__organisation_id", "organisation_kind")
        .annotate(
            active=Count("cluster_id", filter=is_active), committed=Count("cluster_id", filter=is_active & COMMITTED)
        )
        .order_by()
    )
    counted: dict[UUID, list[tuple[str, int, int]]] = defaultdict(list)
    for organisation, kind, active, committed in rows:
        counted[organisation].append((kind, active, committed))
    return {
        profile.pk: _counted(getattr(profile, copy), counted[profile.organisation_id], on)
        if profile.organisation_id in counted and profile.type == "cluster"
        else _stated(getattr(profile, copy), on)
        for profile in profiles
    }


def _counted(values: dict[str, Any], rows: list[tuple[str, int, int]], on: date) -> rules.Facts:
    return rules.Facts(
        values=values,
        members=sum(active for _kind, active, _committed in rows),
        committed_members=sum(committed for _kind, _active, committed in rows),
        companies=sum(active for kind, active, _committed in rows if kind in COMPANY_KINDS),
        member_types=tuple(sorted({MEMBER_GROUPS[kind] for kind, _active, committed in rows if committed})),
        is_counted=True,
        as_of=on,
    )


def _stated(values: dict[str, Any], on: date) -> rules.Facts:
    parts = {name: values.get(name) or 0 for name in STATED_TYPES}
    members = values.get("members") or sum(parts.values())
    return rules.Facts(
        values=values,
        members=members,
        committed_members=members,
        companies=parts["smes"] + parts["large_firms"],
        member_types=tuple(sorted({STATED_TYPES[name] for name, number in parts.items() if number})),
        is_counted=False,
        as_of=on,
    )


def waivers_in_force(profile: Profile, *, on: date) -> list[Waiver]:
    """The waivers that count on a day, to be shown on the profile."""
    rows = Waiver.objects.within(profile=profile).select_related("rule")
    return [waiver for waiver in rows if rules.is_valid(waiver, on=on)]


def latest_results(profiles: Iterable[Profile]) -> dict[UUID, list[ValidationResult]]:
    """The newest stored check of each profile for each rule set; one query."""
    newest: dict[tuple[UUID, str], ValidationResult] = {}
    rows = ValidationResult.objects.within(profile__in=[profile.pk for profile in profiles])
    for result in rows.select_related("rule_set").order_by("order"):
        newest[result.profile_id, result.rule_set.code] = result
    found: dict[UUID, list[ValidationResult]] = defaultdict(list)
    for result in newest.values():
        found[result.profile_id].append(result)
    return found


def passports_of(profile: Profile, *, on: date, circle: str = Visibility.PUBLIC) -> list[Passport]:
    """The passports of a listed profile; a candidate has none. One query."""
    return passports_of_many([profile], on=on, circle=circle).get(profile.pk, [])


def passports_of_many(
    profiles: Iterable[Profile], *, on: date, circle: str = Visibility.PUBLIC
) -> dict[UUID, list[Passport]]:
    """The passports of listed profiles, by profile; one query."""
    listed = {profile.pk: profile for profile in profiles if profile.is_listed}
    found = latest_results(listed.values())
    return {pk: [Passport(listed[pk], result, circle, on) for result in results] for pk, results in found.items()}


def passport_of_token(token: str, *, on: date, circle: str = Visibility.PUBLIC) -> Passport | None:
    """The passport at a public address; nothing while the profile is not listed. A token of an older check shows it."""
    rows = ValidationResult.objects.within(token=token, profile__is_listed=True)
    result = rows.select_related("rule_set", "profile__organisation", "profile__network").first()
    return Passport(result.profile, result, circle, on) if result else None


def is_newest(result: ValidationResult) -> bool:
    """Whether no later check of the profile against this rule set is stored."""
    newer = ValidationResult.objects.within(
        profile=result.profile_id, rule_set__code=result.rule_set.code, order__gt=result.order
    )
    return not newer.exists()


def outcomes_seen(profile: Profile, outcomes: Iterable[rules.Outcome], *, circle: str) -> tuple[rules.Outcome, ...]:
    """Lights as a circle of readers may see them: evidence that quotes a narrower field says only that it is kept."""
    kind = profile_type(profile.type)
    seen = {field.name for field in kind.fields if rules.can_see_field(circle, field, profile.visibility)}
    return tuple(outcome if seen.issuperset(outcome.fields) else _masked(outcome) for outcome in outcomes)


def _masked(outcome: rules.Outcome) -> rules.Outcome:
    kept = {"value": "", "evidence": _("stated in a field that the cluster does not show")}
    return rules.Outcome(**{**outcome.as_data(), **kept, "fields": outcome.fields})


def _read(data: dict[str, Any]) -> rules.Outcome:
    return rules.Outcome(**{**data, "fields": tuple(data.get("fields", ()))})


def signature_of(result: ValidationResult) -> str:
    """The signature over a check's facts, in one canonical form of JSON."""
    facts = {
        "token": result.token,
        "profile": str(result.profile_id),
        "rule_set": [result.rule_set.code, result.rule_set.version],
        "checked_on": result.checked_on.isoformat(),
        "is_met": result.is_met,
        "failing_since": result.failing_since.isoformat() if result.failing_since else None,
        "outcomes": result.outcomes,
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Signer(salt="modus.directory.passport").signature(text)


def dry_run(rule_set: RuleSet, *, thresholds: dict[str, Decimal], on: date) -> DryRun:
    """What other thresholds would do to the listed profiles to which a rule set applies; five queries."""
    listed = list(
        Profile.objects.across("a rule set holds for every network").filter(
            is_listed=True, type=rule_set.profile_type, is_from_public_sources=False
        )
    )
    touched = [profile for profile in listed if profile.published.get("nuts", "").startswith(rule_set.nuts_prefix)]
    facts = facts_of_many(touched, on=on, copy="published")
    waivers = waivers_of_many(touched)
    own = list(rule_set.rules.all())

    def is_met(profile: Profile, tried: dict[str, Decimal]) -> bool:
        granted = waivers[profile.pk, rule_set.code]
        return all(o.is_met for o in rules.evaluate(own, facts[profile.pk], granted, on=on, thresholds=tried))

    now = {profile.pk: is_met(profile, {}) for profile in touched}
    then = {profile.pk: is_met(profile, thresholds) for profile in touched}
    return DryRun(
        listed=len(touched),
        failing_now=sum(1 for met in now.values() if not met),
        newly_failing=tuple(p for p in touched if now[p.pk] and not then[p.pk]),
        newly_passing=tuple(p for p in touched if not now[p.pk] and then[p.pk]),
    )


def profiles_under_rules() -> QuerySet[Profile]:
    """The profiles whose rules are watched: listed ones and candidates, not those taken from public sources."""
    watched = Q(is_listed=True) | Q(status=ProfileStatus.CANDIDATE)
    return (
        Profile.objects.across("the clock checks every profile")
        .filter(watched, is_from_public_sources=False)
        .select_related("organisation", "network")
        .order_by("pk")
    )


def profiles_to_check(network: Network, rule_set: str) -> QuerySet[Profile]:
    """The profiles of a network whose rules are watched, of the type that a rule set is for when one is named."""
    rows = profiles_under_rules().filter(network=network)
    types = RuleSet.objects.filter(code=rule_set).values("profile_type")
    return rows.filter(type__in=types) if rule_set else rows


def waivable_rules(profile: Profile, *, on: date) -> list[Rule]:
    """The rules for which a waiver can stand in, of the rule sets that apply to what was handed in."""
    sets = applicable(profile, copy="values", among=rule_sets_in_force(on=on))
    return [rule for rule_set in sets for rule in rule_set.rules.all() if rule.is_waivable]


def rule_set_history(code: str) -> list[RuleSet]:
    """All versions of one rule set, newest first, with rules and how many checks each carries."""
    rows = RuleSet.objects.filter(code=code).annotate(checks=Count("results", distinct=True))
    return list(rows.order_by("-version").prefetch_related(Prefetch("rules", Rule.objects.order_by("order"))))
