"""The office's side: a submitted profile is published, accepted as a candidate, or goes back with the reason."""

from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import now, today
from modus.directory import notifications, queries, rules
from modus.directory.actions.profile.editing import locked, require_status
from modus.directory.actions.profile.listing import index_profile
from modus.directory.actions.profile.pictures import release_pictures
from modus.directory.actions.rule_set import check_profile
from modus.directory.models import FieldNote, Person, Profile, ProfileStatus, profile_type

WAITING = frozenset({ProfileStatus.SUBMITTED})
PUBLISHED_FROM = frozenset({ProfileStatus.SUBMITTED, ProfileStatus.CANDIDATE})
YOUNG_YEARS = 3


@action
def publish_profile(profile: Profile, *, by: Person, version: int | None = None) -> Profile:
    """Release what was submitted; from a candidate, what was accepted.

    Raises: NotAllowed, also on one's own profile; RuleBroken naming the rules that are not met.
    """
    current = _decidable(profile, PUBLISHED_FROM, by=by, version=version)
    copy = "values" if current.status == ProfileStatus.SUBMITTED else "published"
    missing = [o.title for o in queries.outcomes_of(current, on=today(), copy=copy) if not o.is_met]
    if missing:
        raise RuleBroken(_("These rules are neither met nor waived: %(rules)s") % {"rules": "; ".join(missing)})
    before, current.published = current.published, dict(getattr(current, copy))
    # A source confirms the value that it was named for, not the one that took its place.
    current.sources = {
        name: source for name, source in current.sources.items() if before.get(name) == current.published.get(name)
    }
    current.is_listed = True
    current.is_from_public_sources = False
    current.confirmed_on = today()
    _decide(current, ProfileStatus.PUBLISHED, by=by)
    release_pictures(current)
    check_profile(current, on=today(), by=by)
    return current


@action
def accept_as_candidate(profile: Profile, *, by: Person, version: int | None = None) -> Profile:
    """Accept a young cluster that does not meet all rules yet: the network sees it, the public does not.

    Raises: NotAllowed, also on one's own profile; RuleBroken when it meets all rules, is listed, or is no longer young.
    """
    current = _decidable(profile, WAITING, by=by, version=version)
    if current.is_listed:
        raise RuleBroken(_("This profile is listed. A candidate is one that is not listed yet."))
    if all(outcome.is_met for outcome in queries.outcomes_of(current, on=today())):
        raise RuleBroken(_("All rules are met: publish the profile."))
    is_young = (current.values.get("founded") or 0) >= today().year - YOUNG_YEARS
    if current.published and not is_young:
        raise RuleBroken(_("A candidate is young, or submits for the first time."))
    current.published = dict(current.values)
    current.confirmed_on = today()
    _decide(current, ProfileStatus.CANDIDATE, by=by)
    release_pictures(current)
    check_profile(current, on=today(), by=by)
    return current


@action
def ask_for_changes(
    profile: Profile, *, notes: dict[str, str], reason: str, by: Person, version: int | None = None
) -> Profile:
    """Send a profile back with notes at its fields; what was published before stays public.

    Raises: NotAllowed, also on one's own profile; RuleBroken when neither note nor reason says what to change.
    """
    current = _decidable(profile, WAITING, by=by, version=version)
    kind = profile_type(current.type)
    said = {name: text.strip() for name, text in notes.items() if text.strip()}
    for name in said:
        if name and kind.field(name) is None:
            raise RuleBroken(_("There is no such field."), field=name)
    if not said and not reason.strip():
        raise RuleBroken(_("Say what has to change, at a field or for the whole profile."), field="reason")
    FieldNote.objects.bulk_create(
        [FieldNote(profile=current, field=name, text=text, by=by) for name, text in said.items()]
    )
    _decide(current, ProfileStatus.CHANGES_ASKED, by=by, reason=reason, verb="changes-asked", notes=said)
    return current


@action
def refuse_profile(profile: Profile, *, reason: str, by: Person, version: int | None = None) -> Profile:
    """Do not publish what was submitted; it goes back with the reason.

    Raises: NotAllowed, also on one's own profile; RuleBroken without a reason.
    """
    current = _decidable(profile, WAITING, by=by, version=version)
    if not reason.strip():
        raise RuleBroken(_("Say why, so that they can change it."), field="reason")
    _decide(current, ProfileStatus.CHANGES_ASKED, by=by, reason=reason, verb="refused")
    return current


def _decidable(profile: Profile, allowed: frozenset[ProfileStatus], *, by: Person, version: int | None) -> Profile:
    current = locked(profile)
    if not rules.can_decide_on_profile(queries.rights_of(by, on=today()), current.network, current, by=by):
        raise NotAllowed
    require_status(current, allowed)
    if version is not None and current.version != version:
        raise Conflict(_("The profile changed while you were looking at it. Look at it again before you decide."))
    return current


def _decide(
    profile: Profile,
    status: ProfileStatus,
    *,
    by: Person,
    reason: str = "",
    verb: str = "",
    notes: dict[str, str] | None = None,
) -> None:
    before, profile.status = profile.status, status
    profile.decided_at, profile.decided_by, profile.reason = now(), by, reason.strip()[:1000]
    profile.version += 1
    if profile.is_listed or status == ProfileStatus.CANDIDATE:
        index_profile(profile)
    profile.save()
    changes = {"status": [before, status], "reason": [None, profile.reason]}
    decision = verb or str(status)
    journal.record(f"directory.profile.{decision}", profile, by=by, scope=profile.network, changes=changes)
    notifications.tell_profile_decided(profile, decision=decision, notes=notes or {}, by=by)
