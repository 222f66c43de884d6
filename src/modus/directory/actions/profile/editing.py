"""The organisation's side: a profile is started, saved, submitted, confirmed and withdrawn."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import now, today
from modus.directory import notifications, queries, rules
from modus.directory.actions.profile.listing import index_profile, new_profile
from modus.directory.actions.profile.pictures import Uploads, release_pictures, store_pictures
from modus.directory.actions.profile.values import cleaned_values, cleaned_visibility
from modus.directory.actions.rule_set import check_profile
from modus.directory.models import (
    PROFILE_TYPES,
    Network,
    Organisation,
    Person,
    Profile,
    ProfileStatus,
    ProfileType,
    Visibility,
    profile_type,
)

NARROW = frozenset({Visibility.CLUSTER, Visibility.STAFF})
SUBMITTED_FROM = frozenset(set(ProfileStatus) - {ProfileStatus.SUBMITTED})
WITHDRAWN_FROM = frozenset(set(ProfileStatus) - {ProfileStatus.DRAFT, ProfileStatus.WITHDRAWN})
KNOWN_OF_ORGANISATION = {
    "name": "name",
    "name_english": "name_english",
    "short_name": "short_name",
    "legal_form": "legal_form",
    "country": "country",
    "city": "city",
    "nuts": "nuts",
    "website": "website",
    "founded": "founded_year",
    "keywords": "keywords",
    "nace": "activities",
}


def locked(profile: Profile) -> Profile:
    """The profile as it stands, locked for the rest of the act."""
    rows = Profile.objects.select_for_update(of=("self",)).select_related("organisation", "network")
    return rows.within(pk=profile.pk).get()


def require_status(profile: Profile, allowed: frozenset[ProfileStatus]) -> None:
    """Raises: RuleBroken when the act does not follow upon the status."""
    if profile.status not in allowed:
        raise RuleBroken(
            _("This cannot follow upon the status “%(status)s”.") % {"status": profile.get_status_display()}
        )


@action
def start_profile(organisation: Organisation, *, network: Network, type: str, by: Person) -> Profile:
    """Start a profile as a draft, filled with what is known of the organisation.

    Raises: NotAllowed; RuleBroken when there is one of this type, or the type is unknown.
    """
    _require_spokesperson(organisation, by)
    if type not in PROFILE_TYPES:
        raise RuleBroken(_("Choose from the list."), field="type")
    if not by.is_clock and network.pk not in queries.networks_of(organisation, on=today()):
        raise NotAllowed
    profile = new_profile(organisation, network=network, type=type, values=_known(organisation, PROFILE_TYPES[type]))
    journal.record("directory.profile.started", profile, by=by, scope=network, changes={"type": [None, type]})
    return profile


@action
def save_profile(
    profile: Profile,
    *,
    values: dict[str, Any],
    visibility: dict[str, str],
    version: int,
    by: Person,
    uploads: Uploads | None = None,
) -> Profile:
    """Lay values and choices of visibility over the working copy; the public copy stays until it is published again.

    Narrowing a field's circle acts at once, on search and counts too. Widening one that the network could not see takes
    the field out of the public copy until the office has seen it. Pictures come as `uploads`; nothing in the place of
    one takes the picture out.
    Raises: NotAllowed; Conflict when somebody saved since (`version`); RuleBroken naming the field.
    """
    current = locked(profile)
    _require_spokesperson(current.organisation, by)
    if current.version != version:
        raise Conflict(_("Somebody else saved this profile while you were editing. Look at it again."))
    kind = profile_type(current.type)
    before = {"values": current.values, "visibility": current.visibility}
    current.values = cleaned_values(kind, values, known=current.values, on=today())
    store_pictures(current, uploads or {}, by=by)
    current.visibility = cleaned_visibility(kind, visibility, known=current.visibility)
    _withhold_widened(current, kind, before["visibility"])
    current.version += 1
    if current.visibility != before["visibility"]:
        index_profile(current)
    current.save()
    release_pictures(current)
    changed = journal.changes_between(before["values"], current.values)
    # The journal names the fields, not what they say: it is read in wider circles than some of them.
    journal.record(
        "directory.profile.saved", current, by=by, scope=current.network, changes={"fields": sorted(changed)}
    )
    if current.published:
        check_profile(current, on=today(), by=by)
    return current


@action
def submit_profile(profile: Profile, *, by: Person) -> Profile:
    """Hand the working copy to the network office.

    Raises: NotAllowed; RuleBroken naming the first required field that is empty, or when it waits already.
    """
    current = locked(profile)
    _require_spokesperson(current.organisation, by)
    require_status(current, SUBMITTED_FROM)
    if current.status == ProfileStatus.PUBLISHED and not current.has_unpublished_changes:
        raise RuleBroken(_("Nothing has changed since the profile was published."))
    _require_filled(current)
    before, current.status = current.status, ProfileStatus.SUBMITTED
    current.submitted_at, current.submitted_by = now(), by
    current.reason = ""
    current.version += 1
    current.save()
    current.notes.filter(resolved_at__isnull=True).update(resolved_at=now())
    _record("submitted", current, by=by, before=before)
    notifications.tell_profile_submitted(current, by=by)
    return current


@action
def confirm_profile(profile: Profile, *, by: Person, on: date | None = None) -> Profile:
    """Confirm that what the profile says still holds; only the clock may name another day than today.

    Raises: NotAllowed; RuleBroken when there is nothing to confirm.
    """
    current = locked(profile)
    _require_spokesperson(current.organisation, by)
    if not current.published or current.status == ProfileStatus.WITHDRAWN:
        raise RuleBroken(_("There is nothing published that could be confirmed."))
    before = current.confirmed_on
    current.confirmed_on = on if on and by.is_clock else today()
    current.save(update_fields=["confirmed_on", "changed_at"])
    changes = {"confirmed_on": [before, current.confirmed_on]}
    journal.record("directory.profile.confirmed", current, by=by, scope=current.network, changes=changes)
    return current


@action
def withdraw_profile(profile: Profile, *, by: Person) -> Profile:
    """Take a profile out of the directory; what it says is kept and it may be submitted again.

    Raises: NotAllowed; RuleBroken when it was never submitted or is withdrawn.
    """
    current = locked(profile)
    _require_spokesperson(current.organisation, by)
    require_status(current, WITHDRAWN_FROM)
    before, current.status = current.status, ProfileStatus.WITHDRAWN
    current.is_listed = False
    current.version += 1
    index_profile(current)
    _record("withdrawn", current, by=by, before=before)
    return current


def _record(verb: str, profile: Profile, *, by: Person, before: str) -> None:
    changes = {"status": [before, profile.status]}
    journal.record(f"directory.profile.{verb}", profile, by=by, scope=profile.network, changes=changes)


def _require_spokesperson(organisation: Organisation, by: Person) -> None:
    if not rules.can_edit_profile(queries.rights_of(by, on=today()), organisation):
        raise NotAllowed


def _require_filled(profile: Profile) -> None:
    country = profile.values.get("country", "")
    required = [f for f in profile_type(profile.type).fields if f.is_required and rules.is_asked(f, country=country)]
    empty = [field for field in required if profile.values.get(field.name) in (None, "", [])]
    if empty:
        labels = ", ".join(str(field.label) for field in empty)
        raise RuleBroken(_("Fill in first: %(labels)s.") % {"labels": labels}, field=empty[0].name)


def _withhold_widened(profile: Profile, kind: ProfileType, before: dict[str, str]) -> None:
    own = {field.name: field.visibility for field in kind.fields}
    widened = [
        name
        for name in profile.published
        if before.get(name, own.get(name)) in NARROW and profile.visibility.get(name, own.get(name)) not in NARROW
    ]
    if widened:
        profile.published = {name: value for name, value in profile.published.items() if name not in widened}


def _known(organisation: Organisation, kind: ProfileType) -> dict[str, Any]:
    """What is known of the organisation, as far as it passes the checks of a profile."""
    found: dict[str, Any] = {}
    for name, attribute in KNOWN_OF_ORGANISATION.items():
        value = getattr(organisation, attribute)
        if not value or kind.field(name) is None:
            continue
        try:
            found = cleaned_values(kind, {name: value}, known=found, on=today())
        except RuleBroken:
            continue
    return found
