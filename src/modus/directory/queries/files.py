"""Who may read the files of the directory: logos with their profile, evidence with its waiver."""

from datetime import date
from uuid import UUID

from modus.core.files import StoredFile
from modus.directory import rules
from modus.directory.models import Profile, ProfileStatus, Visibility, Waiver
from modus.directory.models.profile import listed_on
from modus.directory.queries.profiles import picture_values, profile_at


def logo_is_public(file: StoredFile, *, on: date) -> bool:
    """Whether everybody may see a picture: it stands in the public copy of a listed profile."""
    profile = Profile.objects.within(listed_on(on), pk=file.subject_id).first()
    return profile is not None and str(file.pk) in picture_values(profile, Visibility.PUBLIC)


def logo_is_seen_by(file: StoredFile, rights: rules.Rights) -> bool:
    """Whether a person may see a picture: where she sees the copy of the profile in which it stands."""
    profile = profile_at(file.subject_id) if file.subject_id else None
    if profile is None:
        return False
    circle = rules.circle_of(rights, profile)
    found = picture_values(profile, circle, copy="values") if _sees_working_copy(rights, profile, circle) else []
    if profile.status != ProfileStatus.WITHDRAWN or circle == Visibility.STAFF:
        found = found + picture_values(profile, circle)
    return circle != Visibility.PUBLIC and str(file.pk) in found


def _sees_working_copy(rights: rules.Rights, profile: Profile, circle: str) -> bool:
    """Those who write it, and the office once it was handed in."""
    is_handed_in = profile.status != ProfileStatus.DRAFT and rules.can_run_network(rights, profile.network)
    return circle == Visibility.STAFF or is_handed_in


def evidence_is_seen_by(file: StoredFile, rights: rules.Rights) -> bool:
    """Whether a person may read evidence: the network office and the managers of the cluster, nobody else."""
    rows = Waiver.objects.within(pk=file.subject_id, evidence_file=file.pk)
    waiver = rows.select_related("profile__network").first()
    return waiver is not None and rules.can_read_evidence(rights, waiver.profile)


def waivers_with_evidence(profile: Profile, rights: rules.Rights, *, on: date) -> list[tuple[Waiver, UUID | None]]:
    """The waivers that count on a day, each with the file that proves it if the person may read it."""
    # The public page reads with the record whether there are any; there seldom are.
    if not getattr(profile, "has_waivers", True):
        return []
    may_read = rules.can_read_evidence(rights, profile)
    rows = Waiver.objects.within(profile=profile).select_related("rule__rule_set")
    return [(waiver, waiver.evidence_file_id if may_read else None) for waiver in rows if rules.is_valid(waiver, on=on)]
