"""What a network's office reads and decides: profiles, waivers, clusters, requests and rule sets."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from modus.api import fields
from modus.api.audience import Audience, Call
from modus.api.directory.profiles import Light, Note, ProfileLine, lights_of, profile_line
from modus.api.directory.requests import Request, request_page
from modus.api.operations import operation
from modus.api.paging import Page, PageAsked, page_of
from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.queries.network import cluster_page
from modus.directory.queries.paging import Stretch, slice_of

router = Router(exclude_unset=True)
NETWORK = "/networks/{slug:network}"
PROFILES = f"{NETWORK}/profiles"
PROFILE = f"{PROFILES}/{{uuid:profile}}"
STATUSES = ("submitted", "changes-asked", "candidate", "published", "withdrawn")
FieldName = Annotated[str, Field(max_length=40)]
Threshold = Annotated[Decimal, Field(ge=0, le=Decimal("99999.99"), max_digits=7, decimal_places=2)]


class ProfilesAsked(PageAsked):
    """The filter of the queue."""

    status: Annotated[str, fields.OneOf(STATUSES)] | None = None


class Waiver(Schema):
    """A programme's recognition that stands in for a rule until a day."""

    id: UUID
    rule_set: str
    rule: str
    programme: str
    evidence: str
    granted_on: fields.Day
    valid_until: fields.Day


class Review(ProfileLine):
    """A profile as the office reviews it: what the network may see of the working copy and of the public copy."""

    values: dict[str, Any]
    published: dict[str, Any]
    notes: list[Note]
    lights: list[Light]
    waivers: list[Waiver]


class ReviewDecision(fields.Body):
    """Publish, accept as a candidate, ask for changes with notes by field, or refuse with the reason."""

    decision: Annotated[str, fields.OneOf(("publish", "candidate", "changes", "refuse"))]
    version: fields.Version
    reason: fields.LongText = ""
    notes: Annotated[dict[FieldName, fields.LongText], Field(max_length=100)] = {}


class NewWaiver(fields.Body):
    """Which rule of which set, which programme, what proves it, until when."""

    rule_set: Annotated[str, Field(max_length=40)]
    rule: Annotated[str, Field(max_length=40)]
    programme: fields.Name
    evidence: Annotated[fields.Link, Field(min_length=1)]
    valid_until: fields.Day


class ClustersAsked(PageAsked):
    """All clusters, or those without a manager."""

    manager: Annotated[str, fields.OneOf(("none",))] | None = None


class ClusterLine(Schema):
    """A cluster as its office sees it; how many members it has, as far as it shares that."""

    id: UUID
    slug: str
    name: str
    has_manager: bool
    members: int | None
    profile: UUID | None
    status: str | None


class Manager(fields.Body):
    """Whoever signs in with this address."""

    given_name: fields.PersonName
    family_name: fields.PersonName
    email: Annotated[fields.Mail, Field(min_length=3)]


class NewCluster(fields.Body):
    """A cluster with the organisation that runs it and its first manager."""

    name: fields.Name
    country: Annotated[fields.Country, Field(min_length=2)]
    website: fields.Link = ""
    slug: fields.Slug
    time_zone: fields.Zone
    manager: Manager


class ManagerFrom(fields.Body):
    """Who manages a cluster, and from when."""

    manager: Manager
    starts_on: fields.Day


class Founded(Schema):
    """A cluster of the network."""

    id: UUID
    slug: str
    name: str
    time_zone: str


class Rule(Schema):
    """One criterion."""

    code: str
    title: str
    measure: str
    threshold: str
    is_waivable: bool
    fields: list[str]


class RuleSet(Schema):
    """One version of an issuer's criteria."""

    code: str
    version: int
    name: str
    issuer: str
    source: str
    note: str
    profile_type: str
    nuts_prefix: str
    grace_days: int
    in_force_from: fields.Day
    in_force_until: fields.Day | None
    rules: list[Rule]


class NewVersion(fields.Body):
    """Other thresholds by the code of the rule, from a day on; `version` is the newest one that was read."""

    version: fields.Version
    thresholds: Annotated[dict[FieldName, Threshold], Field(max_length=100)] = {}
    grace_days: Annotated[int, Field(ge=0, le=730)] | None = None
    in_force_from: fields.Day


@operation(
    router, "GET", PROFILES, name="office-profiles", who=Audience.OFFICE, area="profiles", answer=Page[ProfileLine]
)
def review_list(request: Call, network: str, asked: Query[ProfilesAsked]) -> dict[str, Any]:
    """The profiles that were handed in to a network."""
    rows = queries.profiles_of_office(request.network)
    chosen = rows.filter(status=asked.status) if asked.status else rows
    part = slice_of(chosen, Stretch("sort_name", after=asked.after, size=asked.limit), anchors=rows)
    counts = queries.profile_counts(request.network)
    total = counts.get(asked.status, 0) if asked.status else sum(counts.values())
    items = [profile_line(row) for row in part.rows]
    return page_of(request, items, last=part.rows[-1].pk if items else None, has_next=part.has_next, total=total)


@operation(router, "GET", PROFILE, name="office-profile", who=Audience.OFFICE, area="profiles", answer=Review)
def review_detail(request: Call, network: str, profile: UUID) -> dict[str, Any]:
    """A profile as its office reviews it."""
    return _review(_profile(request, profile))


@operation(
    router,
    "POST",
    f"{PROFILE}/decide",
    name="office-profile-decide",
    who=Audience.OFFICE,
    area="profiles",
    answer=Review,
)
def review_decide(request: Call, network: str, profile: UUID, said: ReviewDecision) -> dict[str, Any]:
    """Publish a profile, accept it as a candidate, ask for changes, or refuse it."""
    found, by = _profile(request, profile), request.person
    if said.decision == "publish":
        return _review(actions.publish_profile(found, version=said.version, by=by))
    if said.decision == "candidate":
        return _review(actions.accept_as_candidate(found, version=said.version, by=by))
    if said.decision == "refuse":
        return _review(actions.refuse_profile(found, reason=said.reason, version=said.version, by=by))
    asked = actions.ask_for_changes(found, notes=said.notes, reason=said.reason, version=said.version, by=by)
    return _review(asked)


@operation(
    router, "POST", f"{PROFILE}/waivers", name="waivers", who=Audience.OFFICE, area="rules", answer=Waiver, status=201
)
def waiver_grant(request: Call, network: str, profile: UUID, said: NewWaiver) -> dict[str, Any]:
    """Let a programme's recognition stand in for a rule."""
    found = _profile(request, profile)
    wanted = (said.rule_set, said.rule)
    known = {(rule.rule_set.code, rule.code): rule for rule in queries.waivable_rules(found, on=today())}
    if wanted not in known:
        raise RuleBroken(_("Choose from the list."), field="rule")
    said_of_it = said.model_dump(include={"programme", "evidence", "valid_until"})
    return _waiver(actions.grant_waiver(found, rule=known[wanted], **said_of_it, by=request.person))


@operation(
    router,
    "POST",
    f"{PROFILE}/waivers/{{uuid:waiver}}/withdraw",
    name="waiver-withdraw",
    who=Audience.OFFICE,
    area="rules",
    answer=Waiver,
)
def waiver_withdraw(request: Call, network: str, profile: UUID, waiver: UUID) -> dict[str, Any]:
    """Withdraw a waiver; the rule counts again from today."""
    found = _profile(request, profile)
    granted = next((one for one in queries.waivers_in_force(found, on=today()) if one.pk == waiver), None)
    if granted is None:
        raise Http404
    return _waiver(actions.withdraw_waiver(granted, by=request.person))


@operation(
    router,
    "GET",
    f"{NETWORK}/clusters",
    name="office-clusters",
    who=Audience.OFFICE,
    area="clusters",
    answer=Page[ClusterLine],
)
def office_cluster_list(request: Call, network: str, asked: Query[ClustersAsked]) -> dict[str, Any]:
    """The clusters of a network, as far as its office sees them."""
    only = asked.manager == "none"
    page = cluster_page(request.network, on=today(), only_without=only, after=asked.after, size=asked.limit)
    items = [_seen(seen) for seen in page.clusters]
    last = page.clusters[-1].cluster.pk if items else None
    return page_of(request, items, last=last, has_next=page.has_next, total=page.total)


@operation(
    router,
    "POST",
    f"{NETWORK}/clusters",
    name="office-clusters",
    who=Audience.OFFICE,
    area="clusters",
    answer=Founded,
    status=201,
)
def office_cluster_found(request: Call, network: str, said: NewCluster) -> dict[str, Any]:
    """Found a cluster with its first manager."""
    facts = {"kind": "other", **said.model_dump(include={"name", "country", "website"})}
    cluster = actions.found_cluster_with_manager(
        request.network,
        organisation=facts,
        slug=said.slug,
        time_zone=said.time_zone,
        manager=said.manager.model_dump(),
        by=request.person,
    )
    return {name: getattr(cluster, name) for name in Founded.model_fields}


@operation(
    router,
    "POST",
    f"{NETWORK}/clusters/{{slug:cluster}}/hand-over",
    name="office-hand-over",
    who=Audience.OFFICE,
    area="clusters",
    answer=Founded,
)
def office_cluster_hand_over(request: Call, network: str, cluster: str, said: ManagerFrom) -> dict[str, Any]:
    """Give a cluster of the network a manager."""
    found = queries.cluster_of_office(cluster, network=request.network)
    if found is None:
        raise Http404
    actions.hand_over_to(found, manager=said.manager.model_dump(), starts_on=said.starts_on, by=request.person)
    return {name: getattr(found, name) for name in Founded.model_fields}


@operation(
    router,
    "GET",
    f"{NETWORK}/requests",
    name="office-requests",
    who=Audience.OFFICE,
    area="requests",
    answer=Page[Request],
)
def office_request_list(request: Call, network: str, asked: Query[PageAsked]) -> dict[str, Any]:
    """The requests on which a network's office decides, or has decided, the oldest first."""
    rows = queries.requests_of_office(request.network.pk)
    return request_page(request, rows, Stretch("asked_at", after=asked.after, size=asked.limit), with_roles=True)


@operation(
    router, "GET", f"{NETWORK}/rule-sets", name="rule-sets", who=Audience.OFFICE, area="rules", answer=list[RuleSet]
)
def rule_set_list(request: Call, network: str) -> list[dict[str, Any]]:
    """The rule sets that are in force."""
    return [_rule_set(one) for one in queries.rule_sets_in_force(on=today())]


@operation(
    router,
    "GET",
    f"{NETWORK}/rule-sets/{{slug:rule_set}}",
    name="rule-set",
    who=Audience.OFFICE,
    area="rules",
    answer=list[RuleSet],
)
def rule_set_detail(request: Call, network: str, rule_set: str) -> list[dict[str, Any]]:
    """Every version of a rule set, the newest first."""
    return [_rule_set(one) for one in _versions(rule_set)]


@operation(
    router,
    "POST",
    f"{NETWORK}/rule-sets/{{slug:rule_set}}",
    name="rule-set",
    who=Audience.OFFICE,
    area="rules",
    answer=RuleSet,
    status=201,
)
def rule_set_adopt(request: Call, network: str, rule_set: str, said: NewVersion) -> dict[str, Any]:
    """Adopt a new version with other thresholds from a day on."""
    newest = _versions(rule_set)[0]
    if newest.version != said.version:
        raise RuleBroken(_("There is a newer version. Look at it first."), field="version")
    facts = {} if said.grace_days is None else {"grace_days": said.grace_days}
    adopted = actions.adopt_rule_set_version(
        newest, thresholds=said.thresholds, in_force_from=said.in_force_from, facts=facts, by=request.person
    )
    return _rule_set(adopted)


def _profile(request: Call, key: UUID) -> Any:
    found = queries.profiles_of_office(request.network).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _review(profile: Any) -> dict[str, Any]:
    return {
        **profile_line(profile),
        "values": queries.seen_values(profile, "network", copy="values"),
        "published": queries.seen_values(profile, "network"),
        "notes": [{"field": note.field, "text": note.text} for note in queries.open_notes(profile)],
        "lights": lights_of(profile, circle="network"),
        "waivers": [_waiver(one) for one in queries.waivers_in_force(profile, on=today())],
    }


def _waiver(row: Any) -> dict[str, Any]:
    names = ("id", "programme", "evidence", "granted_on", "valid_until")
    return {
        **{name: getattr(row, name) for name in names},
        "rule_set": row.rule.rule_set.code,
        "rule": row.rule.code,
    }


def _seen(seen: Any) -> dict[str, Any]:
    return {
        "id": seen.cluster.pk,
        "slug": seen.cluster.slug,
        "name": seen.cluster.name,
        "has_manager": seen.has_manager,
        "members": seen.members,
        "profile": seen.profile.pk if seen.profile else None,
        "status": seen.profile.status if seen.profile else None,
    }


def _versions(code: str) -> list[Any]:
    found = queries.rule_set_history(code)
    if not found:
        raise Http404
    return found


def _rule_set(rule_set: Any) -> dict[str, Any]:
    facts = {name: getattr(rule_set, name) for name in RuleSet.model_fields if name != "rules"}
    return {**facts, "rules": [_rule(one) for one in rule_set.rules.all()]}


def _rule(rule: Any) -> dict[str, Any]:
    facts = {name: getattr(rule, name) for name in ("code", "title", "measure", "is_waivable", "fields")}
    return {**facts, "threshold": str(rule.threshold)}
