"""Rule sets as data, waivers, signed checks and passports with days of grace (A2, A3, X7, Z12)."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.time import today
from modus.directory import actions, queries, rules
from modus.directory.models import Cluster, Membership, Person, Profile, RuleSet, ValidationResult, Waiver
from tests.factories import directory as make

DAY = timedelta(days=1)
VALUES = {
    "name": "Optics Cluster",
    "country": "CZ",
    "fte": 1.5,
    "website_english": "https://optics.example/en",
    "public_link": "Region of Olomouc",
}
PROOF = {"programme": "Regional programme", "evidence": "https://region.example/list"}


@pytest.fixture
def clock(db: None) -> Person:
    return queries.clock()


@pytest.fixture
def profile(cluster: Cluster) -> Profile:
    """A listed profile of a cluster with 15 committed members of two types."""
    members(cluster, 14, kind="small")
    members(cluster, 1, kind="university")
    return make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        status="published",
        is_listed=True,
        values=VALUES,
        published=VALUES,
    )


def members(cluster: Cluster, number: int, kind: str, **terms: Any) -> list[Membership]:
    terms = {"pays_fee": True, **terms}
    return [
        make.MembershipFactory(cluster=cluster, organisation=make.OrganisationFactory(kind=kind), **terms)
        for _ in range(number)
    ]


def leave(cluster: Cluster, left_on: date) -> Membership:
    """One small member leaves; its last day is `left_on`."""
    member = Membership.objects.within(cluster=cluster, organisation__kind="small", left_on=None).first()
    member.left_on = left_on
    member.save()
    return member


def eccp() -> RuleSet:
    return RuleSet.objects.get(code="eccp", version=1)


def state_on(profile: Profile, on: date) -> str:
    return queries.passports_of(profile, on=on)[0].state.value


@pytest.mark.row("A2")
def test_two_rule_sets_are_shipped_with_their_thresholds(db: None) -> None:
    shipped = {
        s.code: [(r.code, r.measure, rules.plain(r.threshold), r.is_waivable) for r in s.rules.all()]
        for s in RuleSet.objects.all()
    }
    assert shipped == {
        "eccp": [
            ("staff", "staff", "0.5", True),
            ("english-website", "filled", "1", False),
            ("committed-members", "committed-members", "15", True),
            ("member-types", "member-types", "2", True),
            ("public-side", "filled", "1", True),
        ],
        "baden-wuerttemberg": [
            ("contact", "filled", "2", False),
            ("technology-field", "filled", "1", False),
            ("activities", "activities", "3", False),
            ("services", "filled", "1", False),
            ("committed-members", "committed-members", "12", False),
            ("company-share", "company-share", "50", False),
        ],
    }


@pytest.mark.row("A2")
@pytest.mark.parametrize(
    ("nuts", "codes"),
    [
        ("CZ071", ["eccp"]),
        ("", ["eccp"]),
        ("DE1", ["eccp", "baden-wuerttemberg"]),
        ("DE111", ["eccp", "baden-wuerttemberg"]),
        ("DE212", ["eccp"]),
    ],
)
def test_the_general_rules_and_those_of_the_region_apply(cluster: Cluster, nuts: str, codes: list[str]) -> None:
    profile = make.ProfileFactory(organisation=cluster.organisation, values={"nuts": nuts})
    lights = queries.lights_of(profile, on=today())
    assert sorted(light.rule_set.code for light in lights) == sorted(codes)
    assert {light.rule_set.code for light in queries.gating(lights)} == {"eccp"}


@pytest.mark.row("A2")
def test_members_are_counted_from_the_member_list_and_the_evidence_says_so(profile: Profile, cluster: Cluster) -> None:
    members(cluster, 3, kind="chamber", pays_fee=False)
    members(cluster, 2, kind="ngo", left_on=date(2026, 11, 22))
    found = {o.code: o for o in queries.outcomes_of(profile, on=date(2026, 11, 23))}
    assert (found["committed-members"].state, found["committed-members"].value) == ("pass", "15")
    assert found["committed-members"].evidence == "15 committed members in the member list on 23 Nov 2026"
    assert found["member-types"].evidence == "companies, education in the member list on 23 Nov 2026"
    assert found["staff"].evidence == "1.5, stated in the profile"


@pytest.mark.row("A2")
def test_members_are_taken_as_stated_while_there_is_no_member_list(other_cluster: Cluster) -> None:
    values = {**VALUES, "members": 20, "smes": 18, "public_bodies": 2}
    profile = make.ProfileFactory(organisation=other_cluster.organisation, values=values)
    found = {o.code: (o.state, o.evidence) for o in queries.outcomes_of(profile, on=today())}
    assert found["committed-members"] == ("pass", "20 members, stated in the profile")
    assert found["member-types"] == ("pass", "companies, public bodies, stated in the profile")


@pytest.mark.row("A2")
def test_a_list_whose_members_have_all_left_counts_as_none_not_as_stated(profile: Profile, cluster: Cluster) -> None:
    Membership.objects.within(cluster=cluster).update(left_on=today() - DAY)
    found = {o.code: o for o in queries.outcomes_of(profile, on=today())}
    assert found["committed-members"].value == "0"


@pytest.mark.row("A2")
@pytest.mark.parametrize(("companies", "others", "state"), [(6, 6, "pass"), (6, 7, "fail"), (12, 0, "pass")])
def test_the_share_of_companies_is_taken_of_all_members(
    other_cluster: Cluster, companies: int, others: int, state: str
) -> None:
    members(other_cluster, companies, kind="large")
    members(other_cluster, others, kind="university")
    profile = make.ProfileFactory(organisation=other_cluster.organisation, values={"nuts": "DE111"})
    lights = {light.rule_set.code: light for light in queries.lights_of(profile, on=today())}
    found = {o.code: o.state for o in lights["baden-wuerttemberg"].outcomes}
    assert (found["company-share"], found["committed-members"]) == (state, "pass")


@pytest.mark.row("A2")
@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [("fte", 0.49, "staff"), ("website_english", None, "english-website"), ("public_link", None, "public-side")],
)
def test_each_rule_fails_by_itself_just_under_its_threshold(
    profile: Profile, field: str, value: Any, rule: str
) -> None:
    assert all(o.is_met for o in queries.outcomes_of(profile, on=today()))
    profile.values = {**VALUES, field: value}
    assert [o.code for o in queries.outcomes_of(profile, on=today()) if not o.is_met] == [rule]


@pytest.mark.row("A2")
def test_lights_of_many_profiles_take_a_fixed_number_of_queries(
    profile: Profile, other_cluster: Cluster, django_assert_num_queries: Any
) -> None:
    other = make.ProfileFactory(organisation=other_cluster.organisation, network=profile.network, values=VALUES)
    for profiles in ([profile], [profile, other]):
        with django_assert_num_queries(4):
            queries.lights_of_many(profiles, on=today(), copy="values")


@pytest.mark.row("X7")
def test_a_check_is_stored_when_the_outcome_changes_and_only_then(
    profile: Profile, cluster: Cluster, clock: Person
) -> None:
    assert len(actions.check_profile(profile, on=today(), by=clock)) == 1
    assert actions.check_profile(profile, on=today() + DAY, by=clock) == []
    leave(cluster, today())
    assert actions.check_cluster(cluster, on=today(), by=clock) == []
    stored = actions.check_cluster(cluster, on=today() + DAY, by=clock)
    assert [(r.is_met, r.failing_since, r.order) for r in stored] == [(False, today() + DAY, 2)]
    assert actions.check_cluster(cluster, on=today() + 40 * DAY, by=clock) == []


@pytest.mark.row("X7", "Z12")
def test_a_cluster_that_falls_to_14_members_turns_amber_with_days_of_grace_then_red(
    profile: Profile, cluster: Cluster, clock: Person
) -> None:
    actions.check_profile(profile, on=today(), by=clock)
    assert state_on(profile, today()) == "green"
    leave(cluster, today())
    first = today() + DAY
    actions.check_all_profiles(on=first, by=clock)
    passport = queries.passports_of(profile, on=first)[0]
    assert (passport.state, passport.failing_since, passport.grace_ends_on) == ("amber", first, first + 90 * DAY)
    states = [state_on(profile, first + days * DAY) for days in (0, 90, 91)]
    assert states == ["amber", "amber", "red"]


@pytest.mark.row("X7", "Z12")
def test_the_days_of_grace_go_on_while_one_failure_follows_another(
    profile: Profile, cluster: Cluster, clock: Person
) -> None:
    actions.check_profile(profile, on=today(), by=clock)
    leave(cluster, today())
    first = today() + DAY
    actions.check_profile(profile, on=first, by=clock)
    profile.published = {**VALUES, "fte": 0.1}
    profile.save()
    later = actions.check_profile(profile, on=first + 30 * DAY, by=clock)
    assert [result.failing_since for result in later] == [first]
    members(cluster, 1, kind="small")
    profile.published = VALUES
    profile.save()
    assert [r.is_met for r in actions.check_profile(profile, on=first + 40 * DAY, by=clock)] == [True]
    assert state_on(profile, first + 200 * DAY) == "green"


@pytest.mark.row("X7", "Z12")
def test_a_passport_turns_amber_the_day_after_a_waiver_ends_even_before_the_clock_has_looked(
    profile: Profile, office: Person, clock: Person
) -> None:
    profile.published = {**VALUES, "fte": 0.1}
    profile.save()
    until = today() + 10 * DAY
    actions.grant_waiver(profile, rule=eccp().rules.get(code="staff"), valid_until=until, by=office, **PROOF)
    ends = until + DAY
    states = {days: state_on(profile, ends + days * DAY) for days in (-1, 0, 90, 91)}
    assert states == {-1: "green", 0: "amber", 90: "amber", 91: "red"}
    late = actions.check_profile(profile, on=ends + 5 * DAY, by=clock)
    assert [(result.is_met, result.failing_since) for result in late] == [(False, ends)]
    assert {days: state_on(profile, ends + days * DAY) for days in (5, 90, 91)} == {5: "amber", 90: "amber", 91: "red"}


@pytest.mark.row("A3", "X7")
def test_a_withdrawn_waiver_ends_at_once(profile: Profile, office: Person) -> None:
    profile.published = {**VALUES, "fte": 0.1}
    profile.save()
    rule = eccp().rules.get(code="staff")
    waiver = actions.grant_waiver(profile, rule=rule, valid_until=today() + 99 * DAY, by=office, **PROOF)
    assert (state_on(profile, today()), len(queries.waivers_in_force(profile, on=today()))) == ("green", 1)
    actions.withdraw_waiver(waiver, by=office)
    assert (state_on(profile, today()), queries.waivers_in_force(profile, on=today())) == ("amber", [])
    with pytest.raises(RuleBroken, match="withdrawn already"):
        actions.withdraw_waiver(waiver, by=office)


@pytest.mark.row("A3")
def test_a_waiver_stands_in_for_its_rule_until_its_last_day_and_names_the_programme(
    profile: Profile, office: Person
) -> None:
    profile.values = profile.published = {**VALUES, "fte": 0.1}
    profile.save()
    until = today() + 10 * DAY
    actions.grant_waiver(profile, rule=eccp().rules.get(code="staff"), valid_until=until, by=office, **PROOF)
    seen = {}
    for day in (until, until + DAY):
        light = next(o for o in queries.outcomes_of(profile, on=day) if o.code == "staff")
        seen[day] = (light.state, light.waiver, light.waiver_evidence, light.waived_until)
    assert seen == {
        until: ("waived", "Regional programme", "https://region.example/list", until.isoformat()),
        until + DAY: ("fail", "", "", ""),
    }


@pytest.mark.row("A3")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"rule": "english-website"}, "rule"),
        ({"programme": " "}, "programme"),
        ({"evidence": ""}, "evidence"),
        ({"evidence": "javascript:alert(1)"}, "evidence"),
        ({"valid_until": today() - DAY}, "valid_until"),
    ],
)
def test_a_waiver_without_programme_evidence_or_end_is_refused(
    profile: Profile, office: Person, changed: dict[str, Any], field: str
) -> None:
    asked = {"rule": "staff", **PROOF, "valid_until": today(), **changed}
    asked["rule"] = eccp().rules.get(code=asked["rule"])
    with pytest.raises(RuleBroken) as refusal:
        actions.grant_waiver(profile, by=office, **asked)
    assert refusal.value.field == field
    assert not Waiver.objects.within(profile=profile).exists()


@pytest.mark.row("A3")
@pytest.mark.attack("A-10")
def test_only_the_office_grants_and_withdraws_waivers(
    profile: Profile, manager: Person, office: Person, other_cluster: Cluster
) -> None:
    rule = eccp().rules.get(code="staff")
    waiver = actions.grant_waiver(profile, rule=rule, valid_until=today(), by=office, **PROOF)
    foreign_office = make.office_of(make.NetworkFactory())
    for person in (manager, make.manager_of(other_cluster), foreign_office):
        with pytest.raises(NotAllowed):
            actions.grant_waiver(profile, rule=rule, valid_until=today(), by=person, **PROOF)
        with pytest.raises(NotAllowed):
            actions.withdraw_waiver(waiver, by=person)


@pytest.mark.row("X7")
@pytest.mark.parametrize(("field", "value"), [("is_met", False), ("checked_on", date(2030, 1, 1)), ("outcomes", [])])
def test_a_passport_whose_facts_were_changed_is_not_genuine(
    profile: Profile, clock: Person, field: str, value: Any
) -> None:
    result = actions.check_profile(profile, on=today(), by=clock)[0]
    assert queries.passport_of_token(result.token, on=today()).is_genuine
    ValidationResult.objects.within(pk=result.pk).update(**{field: value})
    assert not queries.passport_of_token(result.token, on=today()).is_genuine


@pytest.mark.row("A10", "X7")
@pytest.mark.attack("A-93")
def test_a_passport_does_not_quote_a_field_that_the_reader_may_not_see(profile: Profile, clock: Person) -> None:
    actions.check_profile(profile, on=today(), by=clock)
    evidence = {
        circle: {
            o.code: (o.value, o.evidence) for o in queries.passports_of(profile, on=today(), circle=circle)[0].outcomes
        }
        for circle in ("public", "network")
    }
    assert evidence["public"]["staff"] == ("", "stated in a field that the cluster does not show")
    assert evidence["network"]["staff"] == ("1.5", "1.5, stated in the profile")
    assert evidence["public"]["public-side"] == ("1", "Link to the public side: Region of Olomouc")


@pytest.mark.row("A2")
def test_a_new_version_holds_from_its_day_and_old_results_keep_theirs(
    profile: Profile, office: Person, clock: Person
) -> None:
    before = actions.check_profile(profile, on=today(), by=clock)[0]
    begins = today() + 30 * DAY
    new = actions.adopt_rule_set_version(
        eccp(), thresholds={"committed-members": Decimal(20)}, in_force_from=begins, by=office
    )
    assert (new.version, new.rules.get(code="committed-members").threshold, new.rules.count()) == (2, Decimal(20), 5)
    in_force = {day: queries.rule_sets_in_force(on=day).get(code="eccp").version for day in (begins - DAY, begins)}
    assert in_force == {begins - DAY: 1, begins: 2}
    assert actions.check_profile(profile, on=begins - DAY, by=clock) == []
    after = actions.check_profile(profile, on=begins, by=clock)[0]
    assert (after.rule_set.version, after.is_met, after.order) == (2, False, 2)
    before.refresh_from_db()
    assert (before.rule_set.version, before.is_met) == (1, True)


@pytest.mark.row("A2")
@pytest.mark.attack("A-10", "A-16")
def test_only_an_office_adopts_a_version_and_only_upon_the_newest(
    profile: Profile, manager: Person, office: Person
) -> None:
    asked = {"thresholds": {"staff": Decimal(1)}, "in_force_from": today() + DAY}
    first = eccp()
    with pytest.raises(NotAllowed):
        actions.adopt_rule_set_version(first, by=manager, **asked)
    actions.adopt_rule_set_version(first, by=office, **asked)
    with pytest.raises(RuleBroken, match="There is a newer version"):
        actions.adopt_rule_set_version(first, by=office, **asked)
    with pytest.raises(RuleBroken):
        actions.adopt_rule_set_version(
            RuleSet.objects.get(code="eccp", version=2), thresholds={}, in_force_from=today(), by=office
        )


@pytest.mark.row("A2")
def test_a_dry_run_says_who_would_fail_and_changes_nothing(
    profile: Profile, other_cluster: Cluster, django_assert_num_queries: Any
) -> None:
    members(other_cluster, 25, kind="small")
    members(other_cluster, 1, kind="agency")
    make.ProfileFactory(
        organisation=other_cluster.organisation, status="published", is_listed=True, values=VALUES, published=VALUES
    )
    rule_set = eccp()
    with django_assert_num_queries(4):
        tried = queries.dry_run(rule_set, thresholds={"committed-members": Decimal(20)}, on=today())
    assert (tried.listed, tried.failing_now, tried.newly_failing, tried.newly_passing) == (2, 0, (profile,), ())
    assert not ValidationResult.objects.within(profile=profile).exists()


days = st.integers(min_value=-400, max_value=400)
RANK = {"green": 0, "amber": 1, "red": 2}
START = date(2026, 1, 1)


@pytest.mark.row("X7")
@given(
    is_met=st.booleans(),
    since=days,
    waivers=st.lists(days, max_size=4),
    grace=st.integers(min_value=0, max_value=365),
    first=days,
    later=st.integers(min_value=0, max_value=400),
)
def test_a_passport_only_ever_gets_redder_while_nothing_is_checked_anew(
    is_met: bool, since: int, waivers: list[int], grace: int, first: int, later: int
) -> None:
    result = SimpleNamespace(
        is_met=is_met,
        failing_since=None if is_met else START + since * DAY,
        outcomes=[{"waived_until": (START + end * DAY).isoformat()} for end in waivers] + [{"waived_until": ""}],
    )
    on = START + first * DAY
    states = [
        RANK[rules.passport_state(result, grace_days=grace, on=on + days * DAY).value] for days in (0, later, later + 1)
    ]
    assert states == sorted(states)
    if not is_met:
        assert min(states) >= RANK["amber"]
    if is_met and not waivers:
        assert states == [0, 0, 0]


@pytest.mark.row("A2")
def test_the_shipped_rule_sets_can_be_taken_back_and_shipped_again_but_not_while_a_check_needs_them(
    profile: Profile, clock: Person
) -> None:
    migration = import_module("modus.directory.migrations.0003_shipped_rule_sets")
    actions.check_profile(profile, on=today(), by=clock)
    migration.take_back(apps, None)
    assert list(RuleSet.objects.values_list("code", flat=True)) == ["eccp"]
    for _ in range(2):
        migration.ship(apps, None)
        counts = {rule_set.code: rule_set.rules.count() for rule_set in RuleSet.objects.all()}
        assert counts == {"eccp": 5, "baden-wuerttemberg": 6}
