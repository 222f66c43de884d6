"""Invitations: those of a cluster, and the one that a link names."""

from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from modus.core.time import now, today
from modus.directory.models import Cluster, Invitation, InvitationState, Position, active_on

MOST_SHOWN = 200
# Whoever comes by the mail has read the mailbox; whoever comes by the link that a manager copied has not.
BY_MAIL = "mail"
BY_COPY = "copy"


def invitations_of(cluster: Cluster) -> list[Invitation]:
    """The invitations of a cluster, the newest first; those that were revoked are history; one query."""
    rows = Invitation.objects.within(cluster=cluster, revoked_at__isnull=True)
    return list(rows.select_related("organisation", "invited_by")[:MOST_SHOWN])


def invitation_of(cluster: Cluster, invitation_id: UUID) -> Invitation | None:
    """One invitation of a cluster; one query."""
    rows = Invitation.objects.within(cluster=cluster, pk=invitation_id)
    return rows.select_related("organisation", "invited_by").first()


def open_invitation(invitation_id: UUID) -> Invitation | None:
    """An invitation that can still be accepted, for whoever has its link; one query."""
    rows = Invitation.objects.within(pk=invitation_id)
    found = rows.select_related("organisation", "cluster__organisation", "cluster__network", "invited_by").first()
    return found if found and found.is_open(at=now()) else None


def token_of(invitation: Invitation, way: str) -> str:
    """What stands in the address of an invitation; it is made anew whenever it is needed and stored nowhere."""
    return f"{invitation.pk.hex}{_seal(invitation.pk, way)}"


def invitation_with_token(token: str) -> tuple[Invitation | None, bool]:
    """The open invitation that a link names, and whether the link came by its mail; one query."""
    try:
        key = UUID(token[:32])
    except ValueError:
        return None, False
    for way in (BY_MAIL, BY_COPY):
        if constant_time_compare(token[32:], _seal(key, way)):
            return open_invitation(key), way == BY_MAIL
    return None, False


def standing_of_address(cluster: Cluster, email: str, *, organisation_id: UUID, role: str) -> str:
    """Why an address needs no invitation: "held" or "invited"; empty when it does; two queries."""
    present = active_on(today(), starts="starts_on", ends="ends_on")
    same = {"organisation_id": organisation_id, "role": role, "person__email": email}
    if Position.objects.within(present, **same).exists():
        return "held"
    open_ones = Invitation.objects.within(
        cluster=cluster, organisation_id=organisation_id, role=role, email=email, accepted_at__isnull=True
    )
    states = [row.state(at=now()) for row in open_ones.filter(revoked_at__isnull=True)]
    return "invited" if {InvitationState.SENT, InvitationState.OPENED} & set(states) else ""


def _seal(key: UUID, way: str) -> str:
    return salted_hmac(f"modus.directory.invitation.{way}", key.hex, algorithm="sha256").hexdigest()[:43]
