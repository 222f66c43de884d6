"""Profiles are held against rule sets; rules are waived; the office adopts new versions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modus.core import files, journal
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.files import Checked
from modus.core.journal import action
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.models import EVIDENCE, Cluster, Person, Profile, Rule, RuleSet, ValidationResult, Waiver
from modus.directory.queries.rule_sets import Lights, latest_results, lights_of, signature_of

FACTS_OF_A_VERSION = ("name", "issuer", "source", "note", "grace_days")


def check_profile(profile: Profile, *, on: date, by: Person, only: str = "") -> list[ValidationResult]:
    """Hold a profile against its rule sets, or `only` one, and store what differs from the last check; the rest stays.

    What is public is checked; for a profile that never was, the working copy.
    """
    copy = "published" if profile.published else "values"
    latest = {result.rule_set.code: result for result in latest_results([profile]).get(profile.pk, [])}
    lights = lights_of(profile, on=on, copy=copy)
    asked = [light for light in lights if only in {"", light.rule_set.code}]
    changed = [light for light in asked if _differs(light, latest.get(light.rule_set.code))]
    return [store_check(profile, light=light, on=on, by=by) for light in changed]


def check_cluster(cluster: Cluster, *, on: date, by: Person) -> list[ValidationResult]:
    """Check the profile of a cluster whose members have changed; nothing when it was never accepted."""
    profile = queries.profile_of_cluster(cluster)
    return check_profile(profile, on=on, by=by) if profile and profile.published else []


def check_all_profiles(*, on: date, by: Person) -> tuple[int, list[ValidationResult]]:
    """Check every listed profile and candidate; how many there are, and what changed."""
    profiles = list(queries.profiles_under_rules())
    return len(profiles), [result for profile in profiles for result in check_profile(profile, on=on, by=by)]


@action
def store_check(profile: Profile, *, light: Lights, on: date, by: Person) -> ValidationResult:
    """Store and sign how a profile stands to a rule set on a day, behind the checks that were stored before."""
    Profile.objects.select_for_update(of=("self",)).within(pk=profile.pk).get()
    rows = ValidationResult.objects.within(profile=profile, rule_set__code=light.rule_set.code)
    before = rows.select_related("rule_set").order_by("-order").first()
    result = ValidationResult(
        profile=profile,
        rule_set=light.rule_set,
        checked_on=on,
        is_met=light.is_met,
        failing_since=None if light.is_met else _failing_since(before, on),
        outcomes=[outcome.as_data() for outcome in light.outcomes],
        order=before.order + 1 if before else 1,
    )
    result.signature = signature_of(result)
    result.save()
    changes = {light.rule_set.code: [before.is_met if before else None, result.is_met]}
    journal.record("directory.profile.checked", profile, by=by, scope=profile.network, changes=changes)
    return result


def _differs(light: Lights, before: ValidationResult | None) -> bool:
    if before is None or before.rule_set_id != light.rule_set.pk:
        return True
    return _states(before.outcomes) != _states([outcome.as_data() for outcome in light.outcomes])


def _states(outcomes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(o["code"], o["state"], o["threshold"], o.get("waived_until", "")) for o in outcomes]


def _failing_since(before: ValidationResult | None, on: date) -> date:
    """The days of grace go on over consecutive failing checks, and begin when a waiver ended, not when it was seen."""
    return (rules.failing_since(before, on=on) if before else None) or on


@action
def grant_waiver(
    profile: Profile,
    *,
    rule: Rule,
    programme: str,
    evidence: str,
    valid_until: date,
    by: Person,
    evidence_file: Checked | None = None,
) -> Waiver:
    """Let a programme's recognition stand in for a rule, with an end and the evidence: an address, a file, or both.

    Raises: NotAllowed, also on one's own profile; RuleBroken when the rule cannot be waived or the evidence is missing.
    """
    _require_office(profile, by)
    if not rule.is_waivable or rule.rule_set.profile_type != profile.type:
        raise RuleBroken(_("This rule cannot be waived."), field="rule")
    if not programme.strip():
        raise RuleBroken(_("Name the programme."), field="programme")
    _require_evidence(evidence, evidence_file)
    if valid_until < today():
        raise RuleBroken(_("Choose a day that has not passed."), field="valid_until")
    waiver = Waiver(
        profile=profile,
        rule=rule,
        programme=programme.strip()[:200],
        evidence=evidence,
        valid_until=valid_until,
        granted_by=by,
        granted_on=today(),
    )
    if evidence_file:
        kept_for = {"scope_id": profile.network_id, "subject_id": waiver.pk}
        waiver.evidence_file = files.store(evidence_file, kind=EVIDENCE, by=by, field="evidence_file", **kept_for)
    waiver.save()
    _record_waiver("granted", waiver, by=by)
    return waiver


@action
def withdraw_waiver(waiver: Waiver, *, by: Person) -> Waiver:
    """Take a waiver back; from today the rule counts again, and the days of grace begin.

    Raises: NotAllowed; RuleBroken when it was withdrawn.
    """
    current = (
        Waiver.objects.select_for_update(of=("self",)).within(pk=waiver.pk).select_related("profile", "rule").get()
    )
    _require_office(current.profile, by)
    if current.withdrawn_on is not None:
        raise RuleBroken(_("This waiver was withdrawn already."))
    current.withdrawn_on = today()
    current.save(update_fields=["withdrawn_on"])
    _record_waiver("withdrawn", current, by=by)
    return current


@action
def adopt_rule_set_version(
    rule_set: RuleSet,
    *,
    thresholds: dict[str, Decimal],
    in_force_from: date,
    by: Person,
    facts: dict[str, Any] | None = None,
    version: int | None = None,
) -> RuleSet:
    """Adopt a new version with other thresholds from a day on; results under the old one stay as they are.

    Raises: NotAllowed for everybody but a network office; Conflict when it is not the newest, or not the
    one that was read (`version`); RuleBroken when the day is past.
    """
    rights = queries.rights_of(by, on=today())
    if not (rights.offices or rights.is_clock):
        raise NotAllowed
    newest = RuleSet.objects.select_for_update().filter(code=rule_set.code).order_by("-version")[0]
    if newest.pk != rule_set.pk or version not in (None, newest.version):
        raise Conflict(_("There is a newer version. Look at it first."))
    if in_force_from < max(today(), newest.in_force_from + timedelta(days=1)):
        raise RuleBroken(
            _("Choose a day from today on, later than the beginning of the last version."), field="in_force_from"
        )
    own = list(newest.rules.all())
    _require_thresholds(own, thresholds)
    adopted = _next_version(newest, in_force_from, facts or {})
    Rule.objects.bulk_create([_copied(rule, adopted, thresholds.get(rule.code)) for rule in own])
    changes = {
        r.code: [str(r.threshold), str(thresholds[r.code])]
        for r in own
        if thresholds.get(r.code, r.threshold) != r.threshold
    }
    journal.record("directory.rule-set.adopted", adopted, by=by, changes=changes)
    return adopted


def _require_evidence(address: str, file: Checked | None) -> None:
    if not address and not file:
        raise RuleBroken(_("Give the address of the evidence, or upload it as a file."), field="evidence")
    if address and not address.startswith(("https://", "http://")):
        raise RuleBroken(_("Give the address of the evidence, beginning with https:// or http://."), field="evidence")


def _require_office(profile: Profile, by: Person) -> None:
    if not rules.can_decide_on_profile(queries.rights_of(by, on=today()), profile.network, profile, by=by):
        raise NotAllowed


def _record_waiver(verb: str, waiver: Waiver, *, by: Person) -> None:
    profile = waiver.profile
    changes = {"rule": waiver.rule.code, "programme": waiver.programme, "valid_until": waiver.valid_until}
    journal.record(f"directory.waiver.{verb}", profile, by=by, scope=profile.network, changes=changes)
    if profile.published:
        check_profile(profile, on=today(), by=by)


def _require_thresholds(own: list[Rule], thresholds: dict[str, Decimal]) -> None:
    unknown = set(thresholds) - {rule.code for rule in own}
    if unknown:
        raise RuleBroken(_("There is no such rule."))
    for code, threshold in thresholds.items():
        if not Decimal(0) <= threshold < Decimal(100_000):
            raise RuleBroken(_("Choose a number from 0 to 99,999."), field=f"threshold_{code}")


def _next_version(newest: RuleSet, in_force_from: date, facts: dict[str, Any]) -> RuleSet:
    unknown = set(facts) - set(FACTS_OF_A_VERSION)
    if unknown:
        raise ValueError(f"Not facts of a rule set: {', '.join(sorted(unknown))}")
    newest.in_force_until = in_force_from - timedelta(days=1)
    newest.save(update_fields=["in_force_until"])
    own = {name: getattr(newest, name) for name in FACTS_OF_A_VERSION}
    return RuleSet.objects.create(
        code=newest.code,
        version=newest.version + 1,
        profile_type=newest.profile_type,
        nuts_prefix=newest.nuts_prefix,
        in_force_from=in_force_from,
        **(own | facts),
    )


def _copied(rule: Rule, version: RuleSet, threshold: Decimal | None) -> Rule:
    return Rule(
        rule_set=version,
        code=rule.code,
        order=rule.order,
        title=rule.title,
        advice=rule.advice,
        measure=rule.measure,
        threshold=rule.threshold if threshold is None else threshold,
        fields=rule.fields,
        is_waivable=rule.is_waivable,
    )
