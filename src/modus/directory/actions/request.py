"""People ask to speak for an organisation; those who may decide approve or refuse."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.algorithms.text import domain_of
from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import now, today
from modus.directory import notifications, queries, rules
from modus.directory.models import (
    Cluster,
    JoinRequest,
    Organisation,
    Person,
    Position,
    RequestKind,
    RequestStatus,
    Role,
)


@action
def ask_for_organisation(organisation: Organisation, *, message: str, by: Person) -> JoinRequest:
    """Ask for a position: a claim when nobody speaks for the organisation, else a request to join.

    Raises: NotAllowed for an organisation that the person cannot see; RuleBroken when she is there or has asked.
    """
    rights = queries.rights_of(by, on=today())
    if queries.organisation_to_ask_for(organisation.pk, rights=rights, on=today()) is None:
        raise NotAllowed
    if organisation.pk in rights.works_at:
        raise RuleBroken(_("You have a position at this organisation already."))
    is_orphan = not queries.somebody_speaks_for(organisation, on=today())
    address = by.user.email if by.user else ""
    try:
        with transaction.atomic():
            request = JoinRequest.objects.create(
                person=by,
                organisation=organisation,
                kind=RequestKind.CLAIM if is_orphan else RequestKind.JOIN,
                message=message.strip()[:1000],
                has_matching_domain=bool(organisation.domain) and _matches(domain_of(address), organisation.domain),
            )
    except IntegrityError as error:
        raise RuleBroken(_("You have asked already; the request waits for a decision.")) from error
    journal.record("directory.request.made", request, by=by, changes={"kind": [None, request.kind]})
    notifications.tell_request_made(request, by=by)
    return request


@action
def approve_request(request: JoinRequest, *, by: Person, role: str = "") -> JoinRequest:
    """Approve a request: the person gets the position from today on.

    Raises: NotAllowed, also on one's own request; RuleBroken when it was decided or the role does not fit.
    """
    current = _pending(request, by=by)
    cluster = _cluster_of(current.organisation)
    offered = [value for value, _label in queries.offered_roles(current)]
    role = role or offered[0]
    if role not in offered:
        raise RuleBroken(_("Choose from the list."), field="role")
    _give(current, role, by=by)
    _decide(current, RequestStatus.APPROVED, by=by, reason="", scope=cluster, role=role)
    notifications.tell_request_decided(current, role=role, by=by)
    return current


@action
def refuse_request(request: JoinRequest, *, reason: str, by: Person) -> JoinRequest:
    """Refuse a request and say why.

    Raises: NotAllowed, also on one's own request; RuleBroken when it was decided or no reason is given.
    """
    current = _pending(request, by=by)
    if not reason.strip():
        raise RuleBroken(_("Say why; the person reads it."), field="reason")
    _decide(current, RequestStatus.REFUSED, by=by, reason=reason, scope=_cluster_of(current.organisation))
    notifications.tell_request_decided(current, by=by)
    return current


@action
def withdraw_request(request: JoinRequest, *, by: Person) -> JoinRequest:
    """Take back what one has asked for.

    Raises: NotAllowed for everybody else; RuleBroken when it was decided.
    """
    current = _locked(request)
    if current.person_id != by.pk:
        raise NotAllowed
    _require_pending(current)
    _decide(current, RequestStatus.WITHDRAWN, by=by, reason="", scope=None)
    return current


def _locked(request: JoinRequest) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("organisation", "person__user")
    return rows.within(pk=request.pk).get()


def _pending(request: JoinRequest, *, by: Person) -> JoinRequest:
    """The request, locked, if this person may decide on it and it still waits."""
    current = _locked(request)
    if current.person_id == by.pk or not _may_decide(current, by):
        raise NotAllowed
    _require_pending(current)
    return current


def _may_decide(request: JoinRequest, by: Person) -> bool:
    """Who runs a cluster is decided by its managers, when they are joined, and by the office of its network."""
    rights = queries.rights_of(by, on=today())
    organisation, is_claim = request.organisation, request.kind == RequestKind.CLAIM
    cluster = _cluster_of(organisation)
    if cluster is not None:
        is_office = rules.can_run_network(rights, cluster.network)
        return is_office or (not is_claim and rules.can_manage_cluster(rights, cluster))
    return rules.can_decide_on_request(
        rights,
        organisation,
        clusters=queries.deciding_clusters(organisation, on=today()),
        networks=queries.deciding_networks(organisation),
        is_claim=is_claim,
    )


def _require_pending(request: JoinRequest) -> None:
    if request.status != RequestStatus.PENDING:
        raise RuleBroken(_("This request was decided already: %(status)s.") % {"status": request.get_status_display()})


def _give(request: JoinRequest, role: str, *, by: Person) -> None:
    reach = rules.reach_of_appointment(
        queries.rights_of(by, on=today()),
        request.organisation,
        clusters=queries.clusters_with_member(request.organisation, on=today()),
        within=None,
    )
    try:
        with transaction.atomic():
            Position.objects.create(
                person=request.person,
                organisation=request.organisation,
                role=role,
                starts_on=today(),
                granted_in_id=None if role in {Role.MANAGER, Role.STAFF} else reach,
            )
    except IntegrityError as error:
        raise RuleBroken(_("This person holds this role already."), field="role") from error


def _decide(
    request: JoinRequest, status: str, *, by: Person, reason: str, scope: Cluster | None, role: str = ""
) -> None:
    request.status, request.reason = status, reason.strip()[:1000]
    request.decided_at, request.decided_by = now(), by
    request.save(update_fields=["status", "reason", "decided_at", "decided_by"])
    changes = {"status": [RequestStatus.PENDING, status], "person": request.person.name, "role": [None, role or None]}
    journal.record(f"directory.request.{status}", request, by=by, scope=scope, changes=changes)


def _cluster_of(organisation: Organisation) -> Cluster | None:
    rows = Cluster.objects.within(organisation=organisation)
    return rows.select_related("network", "organisation").first()


def _matches(domain: str, own: str) -> bool:
    return domain == own or domain.endswith(f".{own}")
