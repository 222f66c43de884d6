"""Members of a cluster: the list with the filters of the page, enrolling, changing, ending and taking an end back."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from modus.api import fields
from modus.api.audience import Audience, Call
from modus.api.directory.organisations import Facts, Organisation, facts_said, shown
from modus.api.operations import operation
from modus.api.paging import Asked, Page, PageAsked, page_of
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.time import today
from modus.directory import actions, rules
from modus.directory.queries import enrolment, members

router = Router(exclude_unset=True)
STATUSES = ("current", "coming", "former", "all")
Chosen = Annotated[list[UUID], Field(min_length=1, max_length=1000)]
AREA = "members"


class MembersAsked(PageAsked):
    """The filters of the page; who left and who is committed is the team's to ask."""

    q: fields.Words = ""
    type: fields.OrganisationKind | None = None
    kind: fields.MembershipKind | None = None
    status: Annotated[str, fields.OneOf(STATUSES)] = "current"
    commitment: Annotated[str, fields.OneOf(("yes", "no"))] | None = None
    sort: Annotated[str, fields.OneOf(("name", "-name", "joined", "-joined"))] = "name"


class MemberLine(Schema):
    """One line of the list; the last day and what makes it committed are shown to the team."""

    id: UUID
    name: str
    type: str
    city: str
    country: str
    kind: str
    joined_on: fields.Day
    left_on: fields.Day | None = None
    has_agreement: bool = False
    pays_fee: bool = False
    contributes: bool = False
    version: int = 0


class Member(Schema):
    """A membership with its organisation; all terms are shown to the team."""

    id: UUID
    organisation: Organisation
    kind: str
    joined_on: fields.Day
    left_on: fields.Day | None = None
    has_agreement: bool = False
    pays_fee: bool = False
    contributes: bool = False
    is_public: bool = False
    version: int = 0


class Terms(fields.Body):
    """What is agreed with a new member."""

    kind: fields.MembershipKind = "full"
    joined_on: fields.Day
    has_agreement: fields.Yes = False
    pays_fee: fields.Yes = False
    contributes: fields.Yes = False
    is_public: fields.Yes = False


class TermsChange(fields.Body):
    """Terms that change; what is not said stays."""

    kind: fields.MembershipKind | None = None
    joined_on: fields.Day | None = None
    has_agreement: fields.Yes | None = None
    pays_fee: fields.Yes | None = None
    contributes: fields.Yes | None = None
    is_public: fields.Yes | None = None


class NewFacts(fields.Body):
    """Who the new member is."""

    name: fields.Name
    country: Annotated[fields.Country, Field(min_length=2)]
    website: fields.Link = ""
    kind: fields.OrganisationKind
    city: fields.City = ""
    registration_number: fields.ShortText = ""


class Representative(fields.Body):
    """Who speaks for the new member."""

    given_name: fields.PersonName
    family_name: fields.FamilyName = ""
    email: Annotated[fields.Mail, Field(min_length=3)]


class Enrolment(fields.Body):
    """A new member: an organisation that is known (its id), or described; the latter is held against the known ones."""

    existing: UUID | None = None
    organisation: NewFacts | None = None
    is_another: fields.Yes = False
    terms: Terms
    representative: Representative | None = None


class MemberChange(fields.Body):
    """Facts and terms that change, with the version and the state that were read."""

    facts: Facts = Facts()
    terms: TermsChange = TermsChange()
    version: fields.Version
    state: Annotated[str, Field(max_length=40)] = ""


class End(fields.Body):
    """The last day."""

    left_on: fields.Day


class KindForMany(fields.Body):
    """One kind for many members; all or none."""

    members: Chosen
    kind: fields.MembershipKind


class Changed(Schema):
    """How many were changed."""

    changed: int


class DuplicatesAsked(Asked):
    """What somebody is about to record."""

    name: Annotated[str, Field(max_length=200)] = ""
    website: Annotated[str, Field(max_length=300)] = ""
    country: fields.Country = ""


class Likely(Schema):
    """An organisation that may be the one, and why."""

    id: UUID
    name: str
    kind: str
    city: str
    country: str
    has_same_domain: bool
    membership: UUID | None


PATH = "/clusters/{slug:cluster}/members"
ONE = f"{PATH}/{{uuid:membership}}"
OPEN_LINE = ("id", "name", "type", "city", "country", "kind", "joined_on")
OPEN_TERMS = ("id", "kind", "joined_on")
TEAM_TERMS = ("left_on", "has_agreement", "pays_fee", "contributes", "version")


@operation(router, "GET", PATH, name="members", who=Audience.MEMBER, area=AREA, answer=Page[MemberLine])
def member_list(request: Call, cluster: str, asked: Query[MembersAsked]) -> dict[str, Any]:
    """The members of a cluster, as the page lists them."""
    is_team = rules.can_manage_members(request.rights, request.cluster)
    if not is_team and (asked.status != "current" or asked.commitment):
        raise NotAllowed
    choice = members.MemberChoice(
        text=asked.q,
        type=asked.type or "",
        kind=asked.kind or "",
        status=asked.status,
        commitment=asked.commitment or "",
        sort=asked.sort,
        after=asked.after,
        size=asked.limit,
    )
    page = members.member_page(request.rights, request.cluster, choice, on=today())
    names = (*OPEN_LINE, *TEAM_TERMS) if is_team else OPEN_LINE
    items = [{name: getattr(row, name) for name in names} for row in page.rows]
    last = page.rows[-1].id if page.rows else None
    return page_of(request, items, last=last, has_next=page.has_next, total=page.total)


@operation(router, "POST", PATH, name="members", who=Audience.STAFF, area=AREA, answer=Member, status=201)
def member_enrol(request: Call, cluster: str, said: Enrolment) -> dict[str, Any]:
    """Enrol a member, after a look whether it is known already."""
    representative = said.representative.model_dump() if said.representative else None
    membership = actions.enrol_member(
        request.cluster,
        organisation=_organisation(request, said),
        terms=said.terms.model_dump(),
        representative=representative,
        by=request.person,
    )
    return _member(request, membership)


@operation(
    router, "GET", f"{PATH}/duplicates", name="member-duplicates", who=Audience.STAFF, area=AREA, answer=list[Likely]
)
def member_duplicates(request: Call, cluster: str, asked: Query[DuplicatesAsked]) -> list[dict[str, Any]]:
    """Organisations that may be the one that you are about to enrol."""
    return [
        {
            **{name: getattr(line.organisation, name) for name in ("id", "name", "kind", "city", "country")},
            "has_same_domain": line.has_same_domain,
            "membership": line.membership_id,
        }
        for line in enrolment.likely_duplicates(request.cluster, **asked.model_dump(), on=today())
    ]


@operation(router, "POST", f"{PATH}/kinds", name="member-kinds", who=Audience.STAFF, area=AREA, answer=Changed)
def member_change_kinds(request: Call, cluster: str, said: KindForMany) -> dict[str, Any]:
    """Give many members the same kind of membership; all or none."""
    found = members.memberships_named(request.rights, request.cluster, said.members, on=today())
    if found is None:
        raise Http404
    changed = actions.change_membership_kinds(request.cluster, memberships=found, kind=said.kind, by=request.person)
    return {"changed": len(changed)}


@operation(router, "GET", ONE, name="member", who=Audience.MEMBER, area=AREA, answer=Member)
def member_detail(request: Call, cluster: str, membership: UUID) -> dict[str, Any]:
    """One member."""
    return _member(request, _found(request, membership))


@operation(router, "PATCH", ONE, name="member", who=Audience.MEMBER, area=AREA, answer=Member)
def member_change(request: Call, cluster: str, membership: UUID, said: MemberChange) -> dict[str, Any]:
    """Change facts and terms of a member; terms are the team's to change."""
    row, facts = _found(request, membership), facts_said(said.facts)
    terms = {name: value for name, value in said.terms.model_dump(exclude_unset=True).items() if value is not None}
    if rules.can_manage_members(request.rights, request.cluster):
        by = request.person
        actions.revise_member(row, facts=facts, terms=terms, seen=said.state, version=said.version, by=by)
    elif terms:
        raise NotAllowed
    else:
        actions.correct_organisation(row.organisation, facts=facts, seen=said.state, by=request.person)
    return _member(request, _found(request, membership))


@operation(router, "POST", f"{ONE}/end", name="member-end", who=Audience.STAFF, area=AREA, answer=Member)
def member_end(request: Call, cluster: str, membership: UUID, said: End) -> dict[str, Any]:
    """End a membership."""
    return _member(
        request, actions.end_membership(_found(request, membership), left_on=said.left_on, by=request.person)
    )


@operation(router, "POST", f"{ONE}/reinstate", name="member-reinstate", who=Audience.STAFF, area=AREA, answer=Member)
def member_reinstate(request: Call, cluster: str, membership: UUID) -> dict[str, Any]:
    """Take the end of a membership back."""
    return _member(request, actions.reinstate_membership(_found(request, membership), by=request.person))


def _found(request: Call, membership: UUID) -> Any:
    row = members.membership_visible_to(request.rights, request.cluster, membership, on=today())
    if row is None:
        raise Http404
    return row


def _organisation(request: Call, said: Enrolment) -> Any:
    """Who is admitted: one of the known, or the facts of a new one.

    Raises: RuleBroken for an unknown choice, and while likely duplicates are not answered for.
    """
    if said.existing is not None:
        known = enrolment.organisation_known_to(request.cluster, said.existing, on=today())
        if known is None:
            raise RuleBroken(_("Choose one of the organisations that are shown."), field="existing")
        return known
    if said.organisation is None:
        raise RuleBroken(_("Say who it is: existing or organisation."), field="organisation")
    facts = said.organisation.model_dump()
    asked = {name: facts[name] for name in ("name", "website", "country")}
    if not said.is_another and enrolment.likely_duplicates(request.cluster, **asked, on=today()):
        raise RuleBroken(
            _("We may know this organisation already. Look at the duplicates, or say is_another."),
            field="organisation.name",
        )
    return facts


def _member(request: Call, row: Any) -> dict[str, Any]:
    is_team = rules.can_manage_members(request.rights, request.cluster)
    names = (*OPEN_TERMS, *TEAM_TERMS, "is_public") if is_team else OPEN_TERMS
    may_correct = rules.can_edit_organisation(request.rights, row.organisation)
    organisation = shown(row.organisation, with_state=may_correct)
    return {**{name: getattr(row, name) for name in names}, "organisation": organisation}
