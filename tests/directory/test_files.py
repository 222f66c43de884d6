"""Logos and evidence: moderated with the profile, shown to its circles, and gone when nothing shows them (A3, A5)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from modus.core import files
from modus.core.errors import RuleBroken
from modus.core.files import Checked, StoredFile
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.models import EVIDENCE, LOGO, Cluster, Network, Person, Profile, Rule, RuleSet, Waiver
from tests.factories import directory as make
from tests.factories import uploads


@pytest.fixture(autouse=True)
def folder(tmp_path: Any, settings: Any) -> Any:
    """The folder of the files, empty."""
    options = {"location": tmp_path / "files", "base_url": None}
    own = {"BACKEND": "modus.core.files.storage.FolderStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    return tmp_path / "files"


@pytest.fixture
def profile(cluster: Cluster) -> Profile:
    return make.ProfileFactory(organisation=cluster.organisation, network=cluster.network)


def logo(colour: str = "PNG") -> Checked:
    return files.check(uploads.upload(uploads.picture(colour), "Our logo.png"), kind=LOGO)


def with_logo(profile: Profile, by: Person, upload: Checked | None = None, **visibility: str) -> Profile:
    profile.refresh_from_db()
    return actions.save_profile(
        profile,
        values={},
        visibility=visibility,
        uploads={"logo": upload or logo()},
        version=profile.version,
        by=by,
    )


def released(profile: Profile, office: Person, manager: Person) -> Profile:
    profile.refresh_from_db()
    RuleSet.objects.all().update(in_force_until=today() - timedelta(days=1))
    actions.submit_profile(profile, by=manager)
    return actions.publish_profile(profile, by=office)


def file_of(key: str) -> StoredFile:
    found = files.file_at(uuid.UUID(key))
    assert found is not None
    return found


def stored() -> set[str]:
    return {str(pk) for pk in StoredFile.objects.across("a test counts them").values_list("pk", flat=True)}


def is_public(key: str) -> bool:
    return queries.logo_is_public(file_of(key), on=today())


def is_seen_by(key: str, person: Person) -> bool:
    return queries.logo_is_seen_by(file_of(key), queries.rights_of(person, on=today()))


@pytest.mark.row("A5")
def test_a_logo_is_public_once_the_office_has_published_it(profile: Profile, manager: Person, office: Person) -> None:
    key = with_logo(profile, manager).values["logo"]
    member = make.member_of(Cluster.objects.within(organisation=profile.organisation_id).get())
    assert is_seen_by(key, manager)
    assert not is_public(key)
    assert not is_seen_by(key, office), "a draft is not handed in"
    assert not is_seen_by(key, member)
    profile.refresh_from_db()
    actions.submit_profile(profile, by=manager)
    assert is_seen_by(key, office)
    assert not is_public(key)
    RuleSet.objects.all().update(in_force_until=today() - timedelta(days=1))
    actions.publish_profile(profile, by=office)
    assert is_public(key)
    assert is_seen_by(key, member)


def test_a_new_logo_does_not_show_before_it_is_published(
    profile: Profile, manager: Person, office: Person, django_capture_on_commit_callbacks: Any
) -> None:
    old = released(with_logo(profile, manager), office, manager).published["logo"]
    changed = with_logo(profile, manager, logo("JPEG"))
    new = changed.values["logo"]
    assert changed.published["logo"] == old != new
    assert (is_public(old), is_public(new)) == (True, False)
    assert profile.organisation.cluster.logo_id == uuid.UUID(old)
    before = file_of(old)
    with django_capture_on_commit_callbacks(execute=True):
        released(changed, office, manager)
    assert is_public(new)
    assert stored() == {new}, "the one that nothing shows any more is gone"
    assert not any(default_storage.exists(key) for key in before.keys)


@pytest.mark.row("A5")
@pytest.mark.parametrize(
    ("circle", "seen_by"),
    [
        ("public", {"everybody", "network", "member", "manager"}),
        ("network", {"network", "member", "manager"}),
        ("cluster", {"member", "manager"}),
        ("staff", {"manager"}),
    ],
)
def test_a_logo_is_seen_by_the_circle_of_its_field(
    circle: str, seen_by: set[str], profile: Profile, manager: Person, office: Person, other_cluster: Cluster
) -> None:
    key = released(with_logo(profile, manager, logo=circle), office, manager).published["logo"]
    cluster = Cluster.objects.within(organisation=profile.organisation_id).get()
    people = {"network": make.manager_of(other_cluster), "member": make.member_of(cluster), "manager": manager}
    seen = {name for name, person in people.items() if is_seen_by(key, person)}
    assert seen | ({"everybody"} if is_public(key) else set()) == seen_by
    stranger = make.manager_of(make.ClusterFactory())
    assert not is_seen_by(key, stranger)
    assert (cluster.logo_id is not None) is ("member" in seen_by), "above the space stands what all in it may see"


@pytest.mark.attack("A-17", "A-18")
def test_a_withdrawn_profile_takes_its_logo_out_of_the_public(
    profile: Profile, manager: Person, office: Person, other_cluster: Cluster
) -> None:
    published = released(with_logo(profile, manager), office, manager)
    key = published.published["logo"]
    actions.withdraw_profile(published, by=manager)
    assert not is_public(key)
    assert not is_seen_by(key, make.manager_of(other_cluster))
    assert is_seen_by(key, manager)
    assert Cluster.objects.within(organisation=profile.organisation_id).get().logo_id is None


def test_a_logo_narrowed_is_out_of_the_public_at_once(profile: Profile, manager: Person, office: Person) -> None:
    published = released(with_logo(profile, manager), office, manager)
    key = published.published["logo"]
    published.refresh_from_db()
    actions.save_profile(published, values={}, visibility={"logo": "staff"}, version=published.version, by=manager)
    assert not is_public(key)


def test_a_logo_is_taken_out(
    profile: Profile, manager: Person, django_capture_on_commit_callbacks: Any, folder: Any
) -> None:
    changed = with_logo(profile, manager)
    with django_capture_on_commit_callbacks(execute=True):
        gone = actions.save_profile(
            changed, values={}, visibility={}, uploads={"logo": None}, version=changed.version, by=manager
        )
    assert "logo" not in gone.values
    assert not stored()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_saving_other_fields_keeps_the_logo(profile: Profile, manager: Person) -> None:
    changed = with_logo(profile, manager)
    key = changed.values["logo"]
    kept = actions.save_profile(changed, values={"city": "Brno"}, visibility={}, version=changed.version, by=manager)
    assert kept.values["logo"] == key
    assert stored() == {key}


@pytest.mark.attack("A-06", "A-07")
def test_the_key_of_a_file_cannot_be_written(
    profile: Profile, manager: Person, other_cluster: Cluster, office: Person
) -> None:
    """A key that somebody writes, be it of another's file, is refused as any other text is."""
    theirs = make.ProfileFactory(organisation=other_cluster.organisation, network=other_cluster.network)
    key = with_logo(theirs, make.manager_of(other_cluster)).values["logo"]
    said = set()
    for written in (key, str(uuid.uuid4()), "x"):
        with pytest.raises(RuleBroken) as refused:
            actions.save_profile(profile, values={"logo": written}, visibility={}, version=profile.version, by=manager)
        said.add((refused.value.field, refused.value.message))
    assert said == {("logo", "A picture is uploaded, not written.")}


def test_a_picture_goes_into_a_field_for_pictures_only(profile: Profile, manager: Person) -> None:
    with pytest.raises(RuleBroken):
        actions.save_profile(
            profile, values={}, visibility={}, uploads={"city": logo()}, version=profile.version, by=manager
        )
    assert not stored()


@pytest.fixture
def rule(db: None) -> Rule:
    return RuleSet.objects.filter(code="eccp").get().rules.filter(is_waivable=True)[0]


def waived(profile: Profile, rule: Rule, office: Person, **said: Any) -> Waiver:
    evidence = files.check(uploads.upload(uploads.PDF, "Letter.pdf"), kind=EVIDENCE)
    words = {"programme": "Programme", "evidence": "", "evidence_file": evidence} | said
    return actions.grant_waiver(profile, rule=rule, valid_until=today(), by=office, **words)


@pytest.mark.row("A3")
def test_a_file_may_stand_in_the_place_of_the_address(profile: Profile, rule: Rule, office: Person) -> None:
    waiver = waived(profile, rule, office)
    assert waiver.evidence == ""
    assert waiver.evidence_file is not None
    assert (waiver.evidence_file.name, waiver.evidence_file.subject_id) == ("Letter.pdf", waiver.pk)
    with pytest.raises(RuleBroken) as refused:
        waived(profile, rule, office, evidence_file=None)
    assert refused.value.field == "evidence"


@pytest.mark.row("A3")
@pytest.mark.attack("A-13")
def test_evidence_is_read_by_the_office_and_the_managers_alone(
    profile: Profile, rule: Rule, office: Person, manager: Person, cluster: Cluster, other_cluster: Cluster
) -> None:
    waiver = waived(profile, rule, office)
    file = waiver.evidence_file
    assert file is not None

    def reads(person: Person) -> bool:
        return queries.evidence_is_seen_by(file, queries.rights_of(person, on=today()))

    elsewhere: Network = make.NetworkFactory()
    others = [
        make.staff_of(cluster),
        make.member_of(cluster),
        make.manager_of(other_cluster),
        make.office_of(elsewhere),
    ]
    assert [reads(person) for person in (office, manager)] == [True, True]
    assert [reads(person) for person in others] == [False] * len(others)
    rights = [queries.rights_of(person, on=today()) for person in (office, manager, *others)]
    shown = [queries.waivers_with_evidence(profile, own, on=today())[0][1] for own in rights]
    assert shown == [file.pk, file.pk, None, None, None, None]
    manager.positions.update(ends_on=today() - timedelta(days=1))
    assert not reads(manager), "a role that ended"


def test_a_refused_waiver_leaves_no_file(profile: Profile, rule: Rule, office: Person) -> None:
    with pytest.raises(RuleBroken):
        waived(profile, rule, office, programme=" ")
    assert not stored()
