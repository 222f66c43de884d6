"""Criteria at their edges: a threshold just reached, a waiver's days, the light of a passport; without a database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modus.directory import rules
from modus.directory.models import Measure, Rule, RuleSet, ValidationResult, Waiver
from modus.directory.rules import Facts, Outcome, PassportState

pytestmark = [pytest.mark.row("A2", "A3", "X7")]
TODAY, DAY = date(2026, 11, 26), timedelta(days=1)
STATED: dict[str, Any] = {
    "values": {},
    "members": 20,
    "committed_members": 15,
    "companies": 12,
    "member_types": ("smes", "universities"),
    "is_counted": False,
    "as_of": TODAY,
}


def facts(**changes: Any) -> Facts:
    return Facts(**{**STATED, **changes})


def rule(measure: str, threshold: str = "1", **more: Any) -> Rule:
    kind = RuleSet(profile_type="cluster")
    said = {"code": "r", "title": "A rule", "advice": "Do this.", **more}
    return Rule(rule_set=kind, measure=measure, threshold=Decimal(threshold), **said)


def outcome(own: Rule, known: Facts, *waivers: Waiver, **more: Any) -> Outcome:
    return rules.evaluate([own], known, waivers, on=TODAY, **more)[0]


def waiver(own: Rule, **changes: Any) -> Waiver:
    said = {"programme": "Programme", "evidence": "https://e.example/", "granted_on": TODAY, "valid_until": TODAY}
    return Waiver(rule=own, **{**said, **changes})


@pytest.mark.parametrize(
    ("measure", "known", "value", "evidence", "fields"),
    [
        (Measure.STAFF, {"values": {"fte": 0.5}}, "0.5", "0.5, stated in the profile", ("fte",)),
        (Measure.STAFF, {"values": {"fte": ""}}, "0", "not filled in", ("fte",)),
        (Measure.STAFF, {"values": {"fte": 0}}, "0", "0, stated in the profile", ("fte",)),
        (Measure.ACTIVITIES, {}, "0", "not filled in", ("activities_per_year",)),
        (Measure.ACTIVITIES, {"values": {"activities_per_year": 4}}, "4", "4, stated", ("activities_per_year",)),
        (Measure.COMMITTED_MEMBERS, {}, "15", "15 members, stated in the profile", ("members",)),
        (Measure.COMMITTED_MEMBERS, {"is_counted": True}, "15", "15 committed members in the member list on", ()),
        (
            Measure.MEMBER_TYPES,
            {},
            "2",
            "smes, universities, stated in the profile",
            ("smes", "large_firms", "research_organisations", "universities", "public_bodies"),
        ),
        (Measure.MEMBER_TYPES, {"is_counted": True}, "2", "smes, universities in the member list on", ()),
        (Measure.MEMBER_TYPES, {"is_counted": True, "member_types": ()}, "0", "none in the member list on", ()),
        (Measure.COMPANY_SHARE, {}, "60", "12 companies among 20 members, stated", ("members", "smes", "large_firms")),
        (Measure.COMPANY_SHARE, {"is_counted": True}, "60", "12 companies among 20 members in the member list", ()),
        (Measure.COMPANY_SHARE, {"companies": 1, "members": 3}, "33.3", "1 companies among 3", None),
        (Measure.COMPANY_SHARE, {"members": 0}, "0", "no members are known", ("members",)),
        (Measure.COMPANY_SHARE, {"members": 0, "is_counted": True}, "0", "no members are known", ()),
    ],
)
def test_each_measure_says_its_value_its_evidence_and_the_fields_that_it_quotes(
    measure: str, known: dict[str, Any], value: str, evidence: str, fields: tuple[str, ...] | None
) -> None:
    found = outcome(rule(measure), facts(**known))
    assert (found.value, found.evidence[: len(evidence)]) == (value, evidence)
    assert fields is None or found.fields == fields
    assert ("in the member list on 26 Nov" in found.evidence) == (
        known.get("is_counted", False) and fields == () and bool(known.get("members", 20))
    )


def test_fields_that_are_filled_in_are_quoted_by_name_and_cut_where_they_are_long() -> None:
    own = rule(Measure.FILLED, "2", fields=["name", "city", "website_english", "no_such_field"])
    long, just = "x" * 81, "y" * 80
    found = outcome(own, facts(values={"name": long, "city": just, "no_such_field": "z"}))
    assert (found.state, found.value) == ("pass", "2")
    assert found.evidence == f"Name: {'x' * 79}…; Place: {just}"
    assert found.fields == ("name", "city", "website_english", "no_such_field")
    empty = outcome(own, facts(values={"name": ""}))
    assert (empty.state, empty.value, empty.evidence) == ("fail", "0", "not filled in")


def test_a_list_is_quoted_with_commas() -> None:
    found = outcome(rule(Measure.FILLED, fields=["keywords"]), facts(values={"keywords": ["light", "glass"]}))
    assert found.evidence.endswith(": light, glass")


@given(st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2))
def test_a_threshold_is_reached_from_its_own_value_on(value: Decimal, threshold: Decimal) -> None:
    found = outcome(rule(Measure.STAFF, str(threshold)), facts(values={"fte": value}))
    assert (found.state == "pass", found.advice) == ((value >= threshold), "" if value >= threshold else "Do this.")
    assert (Decimal(found.value), Decimal(found.threshold)) == (value, threshold)


def test_another_threshold_is_tried_by_the_code_of_its_rule() -> None:
    own, known = rule(Measure.STAFF, "1"), facts(values={"fte": 2})
    tried = {code: outcome(own, known, thresholds={code: Decimal(3)}).state for code in ("r", "other")}
    assert tried == {"r": "fail", "other": "pass"}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"granted_on": TODAY + DAY, "valid_until": TODAY + DAY}, False),
        ({"granted_on": TODAY - DAY, "valid_until": TODAY - DAY}, False),
        ({"granted_on": TODAY - DAY, "valid_until": TODAY + DAY}, True),
        ({"withdrawn_on": TODAY}, False),
        ({"withdrawn_on": TODAY - DAY}, False),
        ({"withdrawn_on": TODAY + DAY}, True),
    ],
)
def test_a_waiver_counts_from_its_first_day_to_its_last_and_not_on_that_of_its_withdrawal(
    changes: dict[str, Any], counts: bool
) -> None:
    own = rule(Measure.STAFF, is_waivable=True)
    given = waiver(own, **changes)
    assert rules.is_valid(given, on=TODAY) is counts
    found = outcome(own, facts(), given)
    assert (found.state, found.is_met) == (("waived", True) if counts else ("fail", False))


def test_a_waiver_is_named_only_where_it_is_needed_and_allowed() -> None:
    own = rule(Measure.STAFF, is_waivable=True)
    used = outcome(own, facts(), waiver(own))
    assert (used.waiver, used.waiver_evidence, used.waived_until, used.advice) == (
        "Programme",
        "https://e.example/",
        "2026-11-26",
        "Do this.",
    )
    reached = outcome(own, facts(values={"fte": 1}), waiver(own))
    strict = rule(Measure.STAFF)
    refused = outcome(strict, facts(), waiver(strict))
    other = outcome(own, facts(), waiver(rule(Measure.STAFF, code="other", is_waivable=True)))
    for found, state in ((reached, "pass"), (refused, "fail"), (other, "fail")):
        assert (found.state, found.waiver, found.waiver_evidence, found.waived_until) == (state, "", "", "")


def test_an_outcome_is_stored_as_plain_data() -> None:
    found = outcome(rule(Measure.STAFF), facts(values={"fte": 1.5}))
    assert found.as_data() == {
        "code": "r",
        "title": "A rule",
        "state": "pass",
        "value": "1.5",
        "threshold": "1",
        "evidence": "1.5, stated in the profile",
        "advice": "",
        "waiver": "",
        "waiver_evidence": "",
        "waived_until": "",
        "fields": ["fte"],
    }


@pytest.mark.parametrize(
    ("number", "said"), [("15", "15"), ("100", "100"), ("0.50", "0.5"), ("20.00", "20"), ("1E+2", "100"), ("0", "0")]
)
def test_a_number_is_said_without_superfluous_zeros(number: str, said: str) -> None:
    assert rules.plain(Decimal(number)) == said


def result(*, is_met: bool, since: date | None = None, until: tuple[date | None, ...] = ()) -> ValidationResult:
    outcomes = [{"waived_until": day.isoformat() if day else ""} for day in until]
    return ValidationResult(is_met=is_met, failing_since=since, outcomes=[*outcomes, {}])


@pytest.mark.parametrize(
    ("latest", "since"),
    [
        (result(is_met=False, since=TODAY - DAY), TODAY - DAY),
        (result(is_met=False), TODAY),
        (result(is_met=True), None),
        (result(is_met=True, until=(TODAY, TODAY + DAY, None)), None),
        (result(is_met=True, until=(TODAY - DAY, TODAY)), TODAY),
        (result(is_met=True, until=(TODAY - 3 * DAY, TODAY - 9 * DAY, TODAY)), TODAY - 8 * DAY),
    ],
)
def test_a_rule_fails_since_the_check_or_the_day_after_its_first_waiver_that_ended(
    latest: ValidationResult, since: date | None
) -> None:
    assert rules.failing_since(latest, on=TODAY) == since


@pytest.mark.parametrize(
    ("days", "state"), [(0, PassportState.AMBER), (90, PassportState.AMBER), (91, PassportState.RED)]
)
def test_a_passport_is_amber_to_the_last_day_of_grace(days: int, state: PassportState) -> None:
    failing = result(is_met=False, since=TODAY - days * DAY)
    assert rules.passport_state(failing, grace_days=90, on=TODAY) == state
    assert rules.passport_state(result(is_met=True), grace_days=0, on=TODAY) == PassportState.GREEN
