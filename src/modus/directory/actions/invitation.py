"""People are invited to a role; whoever reads the mailbox accepts, once, and in the name of who invited her."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.algorithms.addresses import canonical_address
from modus.core import journal, users
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.scope import ScopedQuerySet
from modus.core.time import now, today
from modus.directory import notifications, queries
from modus.directory.actions.account import make_account
from modus.directory.actions.person import _post, _require_role_fits, give_position
from modus.directory.models import Cluster, Invitation, Organisation, Person, Position

LIFE = timedelta(days=14)


@action
def invite_person(cluster: Cluster, *, organisation: Organisation, role: str, email: str, by: Person) -> Invitation:
    """Invite whoever reads a mailbox to a role at the cluster or at a member; an expired invitation makes room.

    Raises: NotAllowed; RuleBroken when the role does not fit there or an invitation is open already.
    """
    post = _post(by, organisation, role, on=today())
    is_of_cluster = organisation.pk == cluster.organisation_id or cluster.pk in post.clusters
    if not post.can_appoint or not is_of_cluster:
        raise NotAllowed
    _require_role_fits(post)
    address, at = canonical_address(email), now()
    same = {"email": address, "organisation": organisation, "role": role}
    expired = Invitation.objects.within(accepted_at__isnull=True, revoked_at__isnull=True, ends_at__lte=at, **same)
    expired.update(revoked_at=at)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                cluster=cluster, invited_by=by, made_at=at, sent_at=at, ends_at=at + LIFE, **same
            )
    except IntegrityError as error:
        raise RuleBroken(_("This address is invited already."), field="addresses") from error
    notifications.tell_invited(invitation)
    journal.record("directory.invitation.sent", invitation, by=by, scope=cluster, changes={"role": [None, role]})
    return invitation


@action
def resend_invitation(invitation: Invitation, *, by: Person) -> Invitation:
    """Send an invitation again; it then lasts another fortnight, also when it had expired.

    Raises: NotAllowed; RuleBroken when it was accepted or revoked.
    """
    _require_inviter(invitation, by)
    at = now()
    if not _still_open(invitation).update(sent_at=at, ends_at=at + LIFE):
        raise RuleBroken(_("This invitation was accepted or revoked."))
    invitation.refresh_from_db()
    notifications.tell_invited(invitation)
    journal.record("directory.invitation.resent", invitation, by=by, scope=invitation.cluster)
    return invitation


@action
def revoke_invitation(invitation: Invitation, *, by: Person) -> Invitation:
    """Call an invitation back: its links lead nowhere from now on.

    Raises: NotAllowed; RuleBroken when it was accepted or revoked.
    """
    _require_inviter(invitation, by)
    if not _still_open(invitation).update(revoked_at=now()):
        raise RuleBroken(_("This invitation was accepted or revoked."))
    invitation.refresh_from_db()
    journal.record("directory.invitation.revoked", invitation, by=by, scope=invitation.cluster)
    return invitation


@action
def mark_invitation_opened(invitation: Invitation, *, by: Person) -> Invitation:
    """Note that somebody has looked at an invitation.

    Raises: NotAllowed for everybody but the clock.
    """
    if not by.is_clock:
        raise NotAllowed
    Invitation.objects.within(pk=invitation.pk, opened_at__isnull=True).update(opened_at=now())
    journal.record("directory.invitation.opened", invitation, by=by, scope=invitation.cluster)
    return invitation


@action
def mail_invitation_again(invitation: Invitation, *, by: Person) -> Invitation:
    """Send the same mail once more, because whoever has the link asks for it; it lasts no longer.

    Raises: NotAllowed for everybody but the clock.
    """
    if not by.is_clock:
        raise NotAllowed
    notifications.tell_invited(invitation)
    journal.record("directory.invitation.mailed-again", invitation, by=by, scope=invitation.cluster)
    return invitation


@action
def accept_invitation(invitation: Invitation, *, by: Person) -> Invitation:
    """Accept an invitation with the account of its address; role and place are those of the database.

    Raises: NotAllowed for every other account; RuleBroken when it can no longer be accepted.
    """
    if by.user is None or by.user.email != invitation.email or not users.has_confirmed(by.user):
        raise NotAllowed
    if not _still_open(invitation).filter(ends_at__gt=now()).update(accepted_at=now(), accepted_by=by):
        raise RuleBroken(_("This invitation can no longer be accepted."))
    _give(invitation, to=by)
    journal.record("directory.invitation.accepted", invitation, by=by, scope=invitation.cluster)
    return invitation


@action
def accept_invitation_anew(invitation: Invitation, *, password: str, names: dict[str, str], by: Person) -> Person:
    """Make the account of who came by the mail of an invitation, and accept it; all or nothing.

    Raises: NotAllowed for everybody but the clock; RuleBroken when the address has an account or it is too late.
    """
    person = make_account(invitation.email, password=password, names=names, by=by)
    accept_invitation(invitation, by=person)
    return person


def _give(invitation: Invitation, *, to: Person) -> None:
    """The position, by who invited: if she may not appoint any more, nobody is appointed."""
    place, role = invitation.organisation, invitation.role
    if Position.objects.within(person=to, organisation=place, role=role, ends_on__isnull=True).exists():
        return
    by, within = invitation.invited_by, invitation.cluster
    try:
        give_position(to, organisation=place, role=role, starts_on=today(), within=within, by=by)
    except NotAllowed as error:
        raise RuleBroken(_("Who invited you may not give this role any more. Ask for a new invitation.")) from error


def _still_open(invitation: Invitation) -> ScopedQuerySet[Invitation]:
    return Invitation.objects.within(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)


def _require_inviter(invitation: Invitation, by: Person) -> None:
    post = _post(by, invitation.organisation, invitation.role, on=today())
    rights = queries.rights_of(by, on=today())
    is_of_team = any(row.is_team and row.cluster.pk == invitation.cluster_id for row in rights.standings)
    if not post.can_appoint or not (is_of_team or rights.is_clock):
        raise NotAllowed
