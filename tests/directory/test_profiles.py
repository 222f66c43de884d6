"""Profiles: each value by its kind, the order of moderation, and what each circle may see (A1, A4, A5, A7, A10)."""

from datetime import date, timedelta
from typing import Any

import pytest

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.time import today
from modus.directory import actions, queries, rules
from modus.directory.models import (
    PROFILE_TYPES,
    Cluster,
    Network,
    Person,
    Profile,
    ProfileStatus,
    Taxonomy,
    Term,
    TermChange,
    Visibility,
)
from tests.factories import directory as make

pytestmark = pytest.mark.django_db

COMPLETE = {**make.ENOUGH, "name": "Optics Cluster", "country": "CZ", "fte": "1.5"}


@pytest.fixture(autouse=True)
def _lists() -> None:
    nuts = make_list("nuts", "2024", ["CZ07", "CZ071", "EL30", "PT1A", "PT1B"])
    TermChange.objects.create(taxonomy=nuts, old_code="PT17", name="Lisboa", change="Split")
    TermChange.objects.create(taxonomy=nuts, new_code="PT1A", name="Grande Lisboa", change="New region")
    TermChange.objects.create(taxonomy=nuts, new_code="PT1B", name="Península de Setúbal", change="New region")
    TermChange.objects.create(taxonomy=nuts, old_code="FI193", name="Keski-Suomi", change="Boundary shift")
    make_list("nace", "2", ["45.20"])
    make_list("nace", "2.1", ["C", "26", "26.7", "26.70"], parents={"26": "C"})
    make_list("ecosystem", "2021", ["electronics"])
    make_list("technology", "1", ["photonics"])


def make_list(code: str, version: str, codes: list[str], parents: dict[str, str] | None = None) -> Taxonomy:
    taxonomy = Taxonomy.objects.create(code=code, version=version, name=code)
    for term in codes:
        label = f"Label of {term}"
        Term.objects.create(taxonomy=taxonomy, code=term, label=label, parent=(parents or {}).get(term, ""))
    return taxonomy


@pytest.fixture
def profile(cluster: Cluster, manager: Person) -> Profile:
    return actions.start_profile(cluster.organisation, network=cluster.network, type="cluster", by=manager)


def save(profile: Profile, by: Person, visibility: dict[str, str] | None = None, **values: Any) -> Profile:
    profile.refresh_from_db()
    return actions.save_profile(profile, values=values, visibility=visibility or {}, version=profile.version, by=by)


def submitted(profile: Profile, manager: Person, **values: Any) -> Profile:
    return actions.submit_profile(save(profile, manager, **{**COMPLETE, **values}), by=manager)


def published(profile: Profile, manager: Person, office: Person, **values: Any) -> Profile:
    return actions.publish_profile(submitted(profile, manager, **values), by=office)


@pytest.mark.row("A1")
def test_every_type_of_profile_has_its_own_fields() -> None:
    fields = {code: tuple(field.name for field in kind.fields) for code, kind in PROFILE_TYPES.items()}
    assert len(fields) == len(set(fields.values())) == 8


@pytest.mark.row("A1")
def test_a_profile_begins_with_what_is_known_of_the_organisation(profile: Profile) -> None:
    assert profile.values == {"name": "Optics Cluster", "country": "CZ"}


@pytest.mark.row("A1")
@pytest.mark.parametrize(
    ("field", "raw", "stored"),
    [
        ("members", " 36 ", 36),
        ("fte", "0,5", 0.5),
        ("founded", "1800", 1800),
        ("website", "optics.example", "https://optics.example"),
        ("mailbox", "Office@Optics.Example", "office@optics.example"),
        ("country", "el", "GR"),
        ("target_countries", "EL; DE, DE", ["GR", "DE"]),
        ("nuts", "cz071", "CZ071"),
        ("nace", "2670, 26.7; C", [["2.1", "26.70"], ["2.1", "26.7"], ["2.1", "C"]]),
        ("ecosystems", ["electronics"], ["electronics"]),
        ("label_valid_until", "2027-04-30", "2027-04-30"),
    ],
)
def test_a_value_is_stored_in_the_form_of_its_kind(
    profile: Profile, manager: Person, field: str, raw: Any, stored: Any
) -> None:
    assert save(profile, manager, **{field: raw}).values[field] == stored


@pytest.mark.row("A1")
@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("members", "-1"),
        ("members", "many"),
        ("fte", "nan"),
        ("founded", "1799"),
        ("founded", str(today().year + 1)),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://optics.example"),
        ("mailbox", "office"),
        ("country", "XX"),
        ("nuts", "CZ999"),
        ("nace", "99.99"),
        ("nace", "Z"),
        ("ecosystems", ["no-such"]),
        ("label_valid_until", "2027-02-31"),
        ("description", "x" * 2001),
        ("no_such_field", "1"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(profile: Profile, manager: Person, field: str, raw: Any) -> None:
    with pytest.raises(RuleBroken) as refusal:
        save(profile, manager, **{field: raw})
    assert refusal.value.field == field
    profile.refresh_from_db()
    assert profile.values == {"name": "Optics Cluster", "country": "CZ"}


@pytest.mark.row("A1")
def test_a_code_that_ended_with_nace_rev_2_is_refused_with_the_reason(profile: Profile, manager: Person) -> None:
    with pytest.raises(RuleBroken, match=r"45\.20 is a code of NACE Rev\. 2 that ended there"):
        save(profile, manager, nace="45.20")


@pytest.mark.row("A1")
def test_a_region_that_ended_is_answered_with_what_became_of_it(profile: Profile, manager: Person) -> None:
    with pytest.raises(RuleBroken) as refusal:
        save(profile, manager, country="PT", nuts="PT17")
    assert refusal.value.message == "PT17 ended with NUTS 2024; now PT1A Grande Lisboa, PT1B Península de Setúbal."


@pytest.mark.row("A1")
def test_a_region_of_another_country_is_refused(profile: Profile, manager: Person) -> None:
    with pytest.raises(RuleBroken, match="The region CZ071 does not lie in the country that you chose"):
        save(profile, manager, country="GR", nuts="CZ071")


@pytest.mark.row("A1")
def test_a_greek_region_begins_with_el_while_the_country_is_gr(profile: Profile, manager: Person) -> None:
    saved = save(profile, manager, country="GR", nuts="EL30")
    assert (saved.values["country"], saved.values["nuts"]) == ("GR", "EL30")


@pytest.mark.row("A1")
def test_a_field_of_the_european_union_goes_when_the_country_leaves_it(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    organisation = person.positions.get().organisation
    profile = actions.start_profile(organisation, network=cluster.network, type="member", by=person)
    assert save(profile, person, sme_status="small").values["sme_status"] == "small"
    assert "sme_status" not in save(profile, person, country="TR").values
    assert "sme_status" not in save(profile, person, sme_status="small").values


@pytest.mark.attack("A-05", "A-07")
def test_a_foreign_choice_and_a_random_one_are_refused_in_the_same_words(profile: Profile, manager: Person) -> None:
    refusals = []
    for code in ("photonics", "c0ffee"):
        with pytest.raises(RuleBroken) as refusal:
            save(profile, manager, ecosystems=[code])
        refusals.append(refusal.value.message)
    assert refusals == ["Choose from the list."] * 2


@pytest.mark.row("A5")
def test_a_profile_saved_by_somebody_else_in_between_is_not_overwritten(profile: Profile, manager: Person) -> None:
    actions.save_profile(profile, values={"topic": "first"}, visibility={}, version=1, by=manager)
    with pytest.raises(RuleBroken, match="Somebody else saved this profile"):
        actions.save_profile(profile, values={"topic": "second"}, visibility={}, version=1, by=manager)
    profile.refresh_from_db()
    assert profile.values["topic"] == "first"


@pytest.mark.row("A5")
def test_a_profile_is_submitted_only_when_the_required_fields_are_filled(profile: Profile, manager: Person) -> None:
    save(profile, manager, name="")
    with pytest.raises(RuleBroken, match=r"Fill in first: Name\.") as refusal:
        actions.submit_profile(profile, by=manager)
    assert refusal.value.field == "name"


@pytest.mark.row("A5")
def test_a_profile_goes_through_moderation_to_the_directory(profile: Profile, manager: Person, office: Person) -> None:
    waiting = submitted(profile, manager)
    asked = actions.ask_for_changes(waiting, notes={"members": "Who is counted?"}, reason="One thing", by=office)
    assert (asked.status, asked.reason) == (ProfileStatus.CHANGES_ASKED, "One thing")
    assert [(note.field, note.text) for note in asked.notes.filter(resolved_at=None)] == [
        ("members", "Who is counted?")
    ]
    released = published(profile, manager, office, members=40)
    assert (released.status, released.is_listed, released.slug) == (ProfileStatus.PUBLISHED, True, "optics-cluster")
    assert released.published["members"] == 40
    assert not released.notes.filter(resolved_at=None).exists()
    assert queries.published_profile("optics-cluster") == released


@pytest.mark.row("A5")
def test_the_public_page_stays_as_it_was_until_changes_are_published(
    profile: Profile, manager: Person, office: Person
) -> None:
    published(profile, manager, office)
    changed = submitted(profile, manager, members=50)
    assert (changed.is_listed, changed.published["members"], changed.values["members"]) == (True, 36, 50)
    refused = actions.refuse_profile(changed, reason="Not counted well", by=office)
    assert (refused.is_listed, refused.published["members"], refused.status) == (True, 36, "changes-asked")


@pytest.mark.row("A5")
def test_nobody_decides_on_a_profile_that_she_submitted(profile: Profile, manager: Person, network: Network) -> None:
    make.PositionFactory(person=manager, organisation=network.operator, role="office")
    waiting = submitted(profile, manager)
    for decide in (actions.publish_profile, actions.accept_as_candidate):
        with pytest.raises(NotAllowed):
            decide(waiting, by=manager)
    with pytest.raises(NotAllowed):
        actions.refuse_profile(waiting, reason="no", by=manager)


@pytest.mark.row("A5")
def test_nobody_decides_on_a_profile_of_her_own_organisation(profile: Profile, manager: Person, office: Person) -> None:
    make.PositionFactory(person=office, organisation=profile.organisation, role="colleague")
    with pytest.raises(NotAllowed):
        actions.publish_profile(submitted(profile, manager), by=office)


@pytest.mark.row("A5")
@pytest.mark.attack("A-16")
def test_acts_out_of_order_are_refused(profile: Profile, manager: Person, office: Person) -> None:
    for act in (
        lambda: actions.publish_profile(profile, by=office),
        lambda: actions.accept_as_candidate(profile, by=office),
        lambda: actions.refuse_profile(profile, reason="no", by=office),
        lambda: actions.ask_for_changes(profile, notes={}, reason="no", by=office),
        lambda: actions.withdraw_profile(profile, by=manager),
        lambda: actions.confirm_profile(profile, by=manager),
    ):
        with pytest.raises(RuleBroken):
            act()
    waiting = submitted(profile, manager)
    with pytest.raises(RuleBroken, match="cannot follow upon the status"):
        actions.submit_profile(waiting, by=manager)
    actions.publish_profile(waiting, by=office)
    with pytest.raises(RuleBroken):
        actions.publish_profile(waiting, by=office)
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        actions.submit_profile(waiting, by=manager)


@pytest.mark.attack("A-10", "A-16")
def test_only_the_office_decides_and_only_spokespeople_edit(
    profile: Profile, manager: Person, office: Person, cluster: Cluster, other_cluster: Cluster
) -> None:
    waiting = submitted(profile, manager)
    for person in (manager, make.staff_of(cluster), make.member_of(cluster), make.manager_of(other_cluster)):
        with pytest.raises(NotAllowed):
            actions.publish_profile(waiting, by=person)
    for person in (office, make.staff_of(cluster), make.member_of(cluster), make.manager_of(other_cluster)):
        for act in (
            lambda by: actions.save_profile(waiting, values={}, visibility={}, version=waiting.version, by=by),
            lambda by: actions.submit_profile(waiting, by=by),
            lambda by: actions.confirm_profile(waiting, by=by),
            lambda by: actions.withdraw_profile(waiting, by=by),
        ):
            with pytest.raises(NotAllowed):
                act(person)
    other_office = make.office_of(make.NetworkFactory())
    with pytest.raises(NotAllowed):
        actions.publish_profile(waiting, by=other_office)


@pytest.mark.row("A5")
def test_a_decision_on_a_profile_that_changed_meanwhile_is_refused(
    profile: Profile, manager: Person, office: Person
) -> None:
    waiting = submitted(profile, manager)
    save(waiting, manager, topic="slipped in")
    with pytest.raises(RuleBroken, match="changed while you were looking"):
        actions.publish_profile(waiting, version=waiting.version, by=office)


@pytest.mark.row("A4")
def test_a_profile_that_fails_rules_is_not_published_and_the_rules_are_named(
    profile: Profile, manager: Person, office: Person
) -> None:
    waiting = submitted(profile, manager, fte="0.4", members=14)
    with pytest.raises(RuleBroken) as refusal:
        actions.publish_profile(waiting, by=office)
    assert refusal.value.message == (
        "These rules are neither met nor waived: "
        "Somebody manages the cluster for at least half of a full working time; At least 15 members are committed"
    )


@pytest.mark.row("A4")
def test_a_candidate_is_not_in_the_public_directory_and_has_no_passport(
    profile: Profile, manager: Person, office: Person
) -> None:
    candidate = actions.accept_as_candidate(submitted(profile, manager, founded=today().year, fte="0.4"), by=office)
    assert (candidate.status, candidate.is_listed) == (ProfileStatus.CANDIDATE, False)
    assert queries.published_profile(candidate.slug) is None
    assert not queries.listed_profiles(on=today()).exists()
    assert queries.passports_of(candidate, on=today()) == []
    token = candidate.validation_results.get().token
    assert queries.passport_of_token(token, on=today()) is None
    missing = [o.code for light in queries.lights_of(candidate, on=today()) for o in light.missing]
    assert missing == ["staff"]


@pytest.mark.row("A4")
def test_a_candidate_that_meets_the_rules_later_is_published(profile: Profile, manager: Person, office: Person) -> None:
    candidate = actions.accept_as_candidate(submitted(profile, manager, fte="0.4"), by=office)
    with pytest.raises(RuleBroken):
        actions.publish_profile(candidate, by=office)
    released = published(profile, manager, office, fte="0.5")
    assert (released.status, released.is_listed) == (ProfileStatus.PUBLISHED, True)


@pytest.mark.row("A4")
def test_a_profile_that_meets_all_rules_is_no_candidate(profile: Profile, manager: Person, office: Person) -> None:
    with pytest.raises(RuleBroken, match="All rules are met"):
        actions.accept_as_candidate(submitted(profile, manager), by=office)


@pytest.mark.row("A7")
def test_a_profile_is_stale_after_a_year_and_unlisted_after_a_year_and_a_half_but_never_deleted(
    profile: Profile, manager: Person, office: Person
) -> None:
    released = published(profile, manager, office)
    day = released.confirmed_on
    assert day == today()
    listed = {days: queries.listed_profiles(on=day + timedelta(days=days)).exists() for days in (0, 365, 366, 548, 549)}
    assert listed == {0: True, 365: True, 366: True, 548: True, 549: False}
    stale = [released.is_stale(day + timedelta(days=days)) for days in (365, 366)]
    assert stale == [False, True]
    Profile.objects.within(pk=released.pk).update(confirmed_on=day - timedelta(days=900))
    assert not queries.listed_profiles(on=today()).exists()
    assert actions.confirm_profile(released, by=manager).confirmed_on == today()
    assert queries.listed_profiles(on=today()).exists()


@pytest.mark.row("A7")
def test_only_the_clock_may_confirm_for_another_day(profile: Profile, manager: Person, office: Person) -> None:
    released = published(profile, manager, office)
    past = date(2025, 10, 5)
    assert actions.confirm_profile(released, on=past, by=manager).confirmed_on == today()
    assert actions.confirm_profile(released, on=past, by=queries.clock()).confirmed_on == past


@pytest.mark.row("A5")
def test_a_withdrawn_profile_leaves_directory_search_and_counts(
    profile: Profile, manager: Person, office: Person
) -> None:
    gone = actions.withdraw_profile(published(profile, manager, office), by=manager)
    assert (gone.status, gone.is_listed, gone.search_text, gone.terms.count()) == ("withdrawn", False, "", 0)
    assert gone.values["members"] == 36


@pytest.mark.row("A8")
def test_a_published_profile_is_found_by_its_facets(profile: Profile, manager: Person, office: Person) -> None:
    released = published(
        profile,
        manager,
        office,
        nuts="CZ071",
        ecosystems=["electronics"],
        technologies=["photonics"],
        label="Silver label",
    )
    assert sorted(released.terms.values_list("facet", "code")) == [
        ("country", "CZ"),
        ("ecosystem", "electronics"),
        ("label", "silver"),
        ("region", "CZ07"),
        ("size", "s-30"),
        ("technology", "photonics"),
        ("type", "cluster"),
    ]


@pytest.mark.row("A8")
@pytest.mark.parametrize(("members", "size"), [(29, "s-0"), (30, "s-30"), (99, "s-30"), (100, "s-100"), (250, "s-250")])
def test_the_size_class_follows_the_members(
    profile: Profile, manager: Person, office: Person, members: int, size: str
) -> None:
    released = published(profile, manager, office, members=members)
    assert released.terms.get(facet="size").code == size


@pytest.mark.row("A10")
@pytest.mark.attack("A-93")
def test_search_and_facets_know_only_what_the_public_sees(profile: Profile, manager: Person, office: Person) -> None:
    save(profile, manager, visibility={"description": "network", "label": "cluster", "members": "staff"})
    released = published(profile, manager, office, description="Zirconium lenses", label="Gold", topic="Glass")
    assert "glass" in released.search_text
    assert "zirconium" not in released.search_text
    assert sorted(released.terms.values_list("facet", flat=True)) == ["country", "type"]


@pytest.mark.row("A10")
@pytest.mark.attack("A-93")
def test_narrowing_a_field_takes_it_out_of_search_and_facets_at_once(
    profile: Profile, manager: Person, office: Person
) -> None:
    released = published(profile, manager, office, description="Zirconium lenses", label="Gold")
    assert "zirconium" in released.search_text
    narrowed = save(released, manager, visibility={"description": "staff", "label": "network"})
    assert "zirconium" not in narrowed.search_text
    assert not narrowed.terms.filter(facet="label").exists()


@pytest.mark.row("A10")
def test_a_widened_field_waits_for_the_office_before_the_public_sees_it(
    profile: Profile, manager: Person, office: Person
) -> None:
    save(profile, manager, visibility={"description": "staff"})
    released = published(profile, manager, office, description="Never moderated")
    widened = save(released, manager, visibility={"description": "public"})
    assert "description" not in queries.seen_values(widened, Visibility.PUBLIC)
    again = actions.publish_profile(actions.submit_profile(widened, by=manager), by=office)
    assert queries.seen_values(again, Visibility.PUBLIC)["description"] == "Never moderated"


@pytest.mark.row("A10")
def test_each_circle_sees_its_own_fields_and_those_of_wider_ones(
    profile: Profile, manager: Person, office: Person
) -> None:
    circles = {"topic": "public", "phone": "network", "keywords": "cluster", "legal_form": "staff"}
    save(profile, manager, visibility=circles)
    released = published(profile, manager, office, topic="light", phone="+420 1", keywords="lens", legal_form="z. s.")
    seen = {circle: set(circles) & set(queries.seen_values(released, circle)) for circle in Visibility.values}
    assert seen == {
        "public": {"topic"},
        "network": {"topic", "phone"},
        "cluster": {"topic", "phone", "keywords"},
        "staff": set(circles),
    }


@pytest.mark.row("A10")
def test_the_circle_of_a_reader_follows_from_her_positions(
    profile: Profile, manager: Person, office: Person, cluster: Cluster, other_cluster: Cluster
) -> None:
    readers = (manager, make.staff_of(cluster), make.member_of(cluster), office, make.manager_of(other_cluster))
    circles = [rules.circle_of(queries.rights_of(person, on=today()), profile) for person in readers]
    assert circles == ["staff", "staff", "cluster", "network", "network"]
    assert rules.circle_of(queries.rights_of(make.PersonFactory(), on=today()), profile) == "public"


@pytest.mark.row("A10")
def test_name_and_country_cannot_be_hidden(profile: Profile, manager: Person) -> None:
    with pytest.raises(RuleBroken) as refusal:
        save(profile, manager, visibility={"name": "staff"})
    assert refusal.value.field == "name"


@pytest.mark.row("A10")
def test_codes_are_shown_with_their_names_in_one_query(
    profile: Profile, manager: Person, office: Person, django_assert_num_queries: Any
) -> None:
    released = published(profile, manager, office, nuts="CZ071", nace="26.70, C", ecosystems=["electronics"])
    with django_assert_num_queries(1):
        groups = queries.visible_values(released, Visibility.PUBLIC)
    shown = {field.name: field.value for group in groups for field in group.fields}
    assert shown["country"] == "Czechia"
    assert shown["nuts"] == "Label of CZ071 (CZ071)"
    assert shown["nace"] == ("26.70 Label of 26.70 (NACE Rev. 2.1, section C); C Label of C (section of NACE Rev. 2.1)")
    assert shown["ecosystems"] == "Label of electronics"


@pytest.mark.row("A5")
def test_the_journal_names_the_fields_that_changed_but_not_what_they_say(profile: Profile, manager: Person) -> None:
    save(profile, manager, public_funding_share=73, phone="+420 585 000 000")
    line = JournalLine.objects.get(event="directory.profile.saved")
    assert line.changes == {"fields": ["phone", "public_funding_share"]}


@pytest.mark.row("A5", "A11")
def test_an_organisation_known_from_public_sources_shows_only_what_has_a_source(
    network: Network, office: Person, manager: Person
) -> None:
    organisation = make.OrganisationFactory(name="Known Cluster")
    source = "https://example.org/report"
    values = {"name": "Known Cluster", "country": "CZ", "members": 36, "topic": "not confirmed"}
    facts = {"network": network, "values": values, "sources": {"name": source, "members": source}}
    with pytest.raises(NotAllowed):
        actions.list_from_public_sources(organisation, **facts, by=manager)
    listed = actions.list_from_public_sources(organisation, **facts, by=office)
    assert listed.published == {"name": "Known Cluster", "country": "CZ", "members": 36}
    assert (listed.is_listed, listed.is_from_public_sources, listed.slug) == (True, True, "known-cluster")
    assert listed.sources == {"name": source, "members": source}


@pytest.mark.row("A11")
def test_short_names_are_unique_and_stay_when_the_name_changes(
    profile: Profile, manager: Person, office: Person, network: Network
) -> None:
    actions.list_from_public_sources(
        make.OrganisationFactory(), network=network, values={"name": "Optics  Cluster"}, sources={}, by=office
    )
    assert published(profile, manager, office).slug == "optics-cluster-2"
    assert published(profile, manager, office, name="Lens Cluster").slug == "optics-cluster-2"


@pytest.mark.row("A11")
def test_a_name_in_another_script_gets_its_short_name_from_the_english_one(
    profile: Profile, manager: Person, office: Person
) -> None:
    released = published(profile, manager, office, name="Клъстер Мобилност", name_english="Mobility Cluster")
    assert released.slug == "mobility-cluster"
