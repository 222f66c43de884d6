"""The office's decisions at their edges: from which state, for whom still young, and what becomes of the copies."""

from datetime import timedelta
from typing import Any

import pytest

from modus.core import files
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.time import now, today
from modus.directory import actions
from modus.directory.models import LOGO, Cluster, FieldNote, Person, Profile, ProfileStatus, RuleSet
from tests.factories import directory as make
from tests.factories import uploads

pytestmark = [pytest.mark.django_db, pytest.mark.row("A5"), pytest.mark.attack("A-16")]
NEW = {"name": "New", "country": "CZ", "topic": "light"}
OLD = {"name": "Old", "country": "CZ", "topic": "glass"}
YEAR = today().year


def handed_in(cluster: Cluster, **facts: Any) -> Profile:
    said = {"status": "submitted", "values": NEW, "organisation": cluster.organisation, "network": cluster.network}
    return make.ProfileFactory(**{**said, **facts})


def without_rules() -> None:
    RuleSet.objects.all().update(in_force_until=today() - timedelta(days=1))


def again(profile: Profile) -> Profile:
    return Profile.objects.within(pk=profile.pk).get()


@pytest.mark.parametrize("status", list(ProfileStatus))
def test_each_decision_follows_upon_its_states_alone(cluster: Cluster, office: Person, status: ProfileStatus) -> None:
    without_rules()
    acts = {
        "publish": lambda own: actions.publish_profile(own, by=office),
        "ask": lambda own: actions.ask_for_changes(own, notes={}, reason="Say more.", by=office),
        "refuse": lambda own: actions.refuse_profile(own, reason="No.", by=office),
    }
    found = set()
    own = handed_in(cluster, status=status)
    for name, act in acts.items():
        Profile.objects.within(pk=own.pk).update(status=status)
        try:
            act(own)
        except RuleBroken:
            continue
        found.add(name)
    from_candidate = {"publish"} if status == ProfileStatus.CANDIDATE else set()
    assert found == (set(acts) if status == ProfileStatus.SUBMITTED else from_candidate)


def test_what_was_handed_in_is_published_and_from_a_candidate_what_was_accepted(
    cluster: Cluster, office: Person
) -> None:
    without_rules()
    sources = {"topic": "https://a.example/", "name": "https://b.example/"}
    own = handed_in(cluster, published={**OLD, "name": "New"}, sources=sources, is_from_public_sources=True)
    actions.publish_profile(own, by=office, version=own.version)
    done = again(own)
    assert (done.status, done.published, done.is_listed, done.is_from_public_sources) == ("published", NEW, True, False)
    assert (done.confirmed_on, done.decided_by, done.version) == (today(), office, own.version + 1)
    assert abs(done.decided_at - now()) < timedelta(minutes=1)
    assert done.sources == {"name": "https://b.example/"}
    assert JournalLine.objects.get(event="directory.profile.published").changes["status"] == ["submitted", "published"]
    accepted = handed_in(make.ClusterFactory(network=cluster.network), status="candidate", published=OLD)
    actions.publish_profile(accepted, by=office)
    assert (again(accepted).published, again(accepted).values) == (OLD, NEW)


def test_a_rule_that_is_not_met_keeps_a_profile_back(cluster: Cluster, office: Person) -> None:
    with pytest.raises(RuleBroken, match=r"These rules are neither met nor waived: \w"):
        actions.publish_profile(handed_in(cluster), by=office)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"values": {**NEW, "founded": YEAR - 50}}, ""),
        ({"published": OLD, "values": {**NEW, "founded": YEAR - 3}}, ""),
        ({"published": OLD, "values": {**NEW, "founded": YEAR}}, ""),
        ({"published": OLD, "values": {**NEW, "founded": YEAR - 4}}, "A candidate is young"),
        ({"published": OLD}, "A candidate is young"),
        ({"is_listed": True}, "This profile is listed"),
        ({"status": "candidate"}, "This cannot follow"),
    ],
)
def test_a_candidate_is_young_or_comes_for_the_first_time(
    cluster: Cluster, office: Person, facts: dict[str, Any], words: str
) -> None:
    own = handed_in(cluster, **facts)
    if words:
        with pytest.raises(RuleBroken, match=words):
            actions.accept_as_candidate(own, by=office)
        return
    actions.accept_as_candidate(own, by=office, version=own.version)
    done = again(own)
    assert (done.status, done.published, done.is_listed, done.confirmed_on) == (
        "candidate",
        done.values,
        False,
        today(),
    )


def test_who_meets_all_rules_is_no_candidate(cluster: Cluster, office: Person) -> None:
    without_rules()
    with pytest.raises(RuleBroken, match="All rules are met: publish the profile"):
        actions.accept_as_candidate(handed_in(cluster), by=office)


def test_notes_stand_at_their_fields_and_blank_ones_are_none(cluster: Cluster, office: Person) -> None:
    own = handed_in(cluster)
    with pytest.raises(RuleBroken, match="There is no such field") as refused:
        actions.ask_for_changes(own, notes={"no_such": "x"}, reason="", by=office)
    assert refused.value.field == "no_such"
    with pytest.raises(RuleBroken, match="Say what has to change") as refused:
        actions.ask_for_changes(own, notes={"name": "  "}, reason=" ", by=office)
    assert refused.value.field == "reason"
    actions.ask_for_changes(own, notes={"name": " Longer. ", "topic": " ", "": "All."}, reason="", by=office)
    notes = set(FieldNote.objects.within(profile=own).values_list("field", "text", "by"))
    assert notes == {("name", "Longer.", office.pk), ("", "All.", office.pk)}
    assert (again(own).status, again(own).reason) == ("changes-asked", "")
    assert JournalLine.objects.filter(event="directory.profile.changes-asked", scope_id=cluster.network_id).exists()


def test_a_refusal_has_its_reason_cut_to_measure(cluster: Cluster, office: Person) -> None:
    own = handed_in(cluster)
    with pytest.raises(RuleBroken, match="Say why") as refused:
        actions.refuse_profile(own, reason="  ", by=office)
    assert refused.value.field == "reason"
    actions.refuse_profile(own, reason=f" {'x' * 1001} ", by=office)
    assert (again(own).status, again(own).reason) == ("changes-asked", "x" * 1000)
    changes = JournalLine.objects.get(event="directory.profile.refused").changes
    assert (changes["status"], changes["reason"]) == (["submitted", "changes-asked"], [None, "x" * 1000])


def test_a_decision_is_the_offices_on_the_state_that_it_saw(cluster: Cluster, office: Person, manager: Person) -> None:
    own = handed_in(cluster, submitted_by=manager)
    for by in (manager, make.staff_of(cluster), make.office_of(make.NetworkFactory())):
        with pytest.raises(NotAllowed):
            actions.refuse_profile(own, reason="No.", by=by)
    for wrong in (own.version - 1, own.version + 1):
        with pytest.raises(Conflict):
            actions.refuse_profile(own, reason="No.", version=wrong, by=office)
    Profile.objects.within(pk=own.pk).update(submitted_by=office)
    with pytest.raises(NotAllowed):
        actions.refuse_profile(own, reason="No.", by=office)


@pytest.mark.parametrize("act", [actions.publish_profile, actions.accept_as_candidate])
def test_a_picture_that_no_copy_shows_goes_with_the_decision(
    cluster: Cluster, office: Person, manager: Person, tmp_path: Any, settings: Any, act: Any
) -> None:
    options = {"location": tmp_path / "files", "base_url": None}
    own_folder = {"BACKEND": "modus.core.files.storage.FolderStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": own_folder}
    if act is actions.publish_profile:
        without_rules()
    own, picture = handed_in(cluster), files.check(uploads.upload(uploads.picture()), kind=LOGO)
    kept, _gone = (files.store(picture, kind=LOGO, by=manager, scope_id=None, subject_id=own.pk) for _n in range(2))
    Profile.objects.within(pk=own.pk).update(values={**NEW, "logo": str(kept.pk)})
    act(own, by=office)
    assert [file.pk for file in files.files_of_subject(own.pk, kind=LOGO)] == [kept.pk]
