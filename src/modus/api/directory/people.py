"""People of a cluster and their positions, and its team."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from modus.api import fields
from modus.api.audience import Audience, Call
from modus.api.operations import operation
from modus.api.paging import Page, PageAsked, page_of
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.time import today
from modus.directory import actions, rules
from modus.directory.queries import enrolment, people

router = Router(exclude_unset=True)
AREA = "people"
PATH = "/clusters/{slug:cluster}/people"
ONE = f"{PATH}/{{uuid:person}}"
TEAM = "/clusters/{slug:cluster}/team"


class PeopleAsked(PageAsked):
    """The filters of the page."""

    q: fields.Words = ""
    role: fields.Role | None = None
    sort: Annotated[str, fields.OneOf(("name", "-name"))] = "name"


class Position(Schema):
    """A role at an organisation, from a day to a day."""

    id: UUID
    organisation: UUID
    organisation_name: str
    role: str
    job_title: str
    starts_on: fields.Day
    ends_on: fields.Day | None


class PersonLine(Schema):
    """Somebody with the positions that she holds in this cluster today."""

    id: UUID
    given_name: str
    family_name: str
    email: str
    phone: str
    positions: list[Position]


class Person(PersonLine):
    """Somebody; positions that ended or will begin are shown to the team."""

    other_positions: list[Position] = []


class TeamLine(Schema):
    """Somebody of the team, present or to come."""

    person: UUID
    name: str
    email: str
    position: Position


class PersonFacts(fields.Body):
    """What is known of somebody."""

    given_name: fields.PersonName
    family_name: fields.FamilyName = ""
    email: fields.Mail = ""
    phone: fields.Phone = ""


class PersonChange(fields.Body):
    """What changes; what is not said stays."""

    given_name: fields.PersonName | None = None
    family_name: fields.FamilyName | None = None
    email: fields.Mail | None = None
    phone: fields.Phone | None = None


class Post(fields.Body):
    """A role at the cluster organisation or at a member, from a day on; today, when none is said."""

    organisation: UUID
    role: fields.MemberRole = "colleague"
    job_title: fields.JobTitle = ""
    starts_on: fields.Day | None = None


class NewPerson(PersonFacts, Post):
    """Somebody with her first position; who has the address already in this cluster is not recorded twice."""


class TeamPost(fields.Body):
    """Somebody joins the team: who is known by the address, or a new person."""

    email: Annotated[fields.Mail, Field(min_length=3)]
    given_name: fields.FamilyName = ""
    family_name: fields.FamilyName = ""
    role: fields.TeamRole = "staff"
    starts_on: fields.Day | None = None


class PositionEnd(fields.Body):
    """The last day of a position."""

    ends_on: fields.Day


class HandOver(fields.Body):
    """Who of the team becomes manager, and from when."""

    person: UUID
    starts_on: fields.Day


@operation(router, "GET", PATH, name="people", who=Audience.MEMBER, area=AREA, answer=Page[PersonLine])
def person_list(request: Call, cluster: str, asked: Query[PeopleAsked]) -> dict[str, Any]:
    """The people of a cluster, as the page lists them."""
    choice = people.PersonChoice(
        text=asked.q, role=asked.role or "", sort=asked.sort, after=asked.after, size=asked.limit
    )
    page = people.person_page(request.cluster, choice, on=today())
    last = page.rows[-1].id if page.rows else None
    items = [_line(row, row.positions) for row in page.rows]
    return page_of(request, items, last=last, has_next=page.has_next, total=page.total)


@operation(router, "POST", PATH, name="people", who=Audience.MEMBER, area=AREA, answer=Person, status=201)
def person_engage(request: Call, cluster: str, said: NewPerson) -> dict[str, Any]:
    """Record somebody with a position at an organisation for which you may appoint people."""
    organisation = _workplace(request, said.organisation)
    facts = said.model_dump(include=set(PersonFacts.model_fields))
    person = actions.engage_person(
        request.cluster, organisation=organisation, facts=facts, terms=_terms(said), by=request.person
    )
    return _person(request, person.pk)


@operation(router, "GET", ONE, name="person", who=Audience.MEMBER, area=AREA, answer=Person)
def person_detail(request: Call, cluster: str, person: UUID) -> dict[str, Any]:
    """One person."""
    return _person(request, person)


@operation(router, "PATCH", ONE, name="person", who=Audience.MEMBER, area=AREA, answer=Person)
def person_correct(request: Call, cluster: str, person: UUID, said: PersonChange) -> dict[str, Any]:
    """Correct what is known of somebody; her address only she herself, once she has an account."""
    record = _record(request, person)
    facts = {name: value for name, value in said.model_dump(exclude_unset=True).items() if value is not None}
    actions.correct_person(record.person, facts=facts, by=request.person)
    return _person(request, person)


@operation(
    router, "POST", f"{ONE}/positions", name="positions", who=Audience.MEMBER, area=AREA, answer=Person, status=201
)
def position_give(request: Call, cluster: str, person: UUID, said: Post) -> dict[str, Any]:
    """Give somebody a further position."""
    record = _record(request, person)
    organisation = _workplace(request, said.organisation)
    actions.give_position(
        record.person, organisation=organisation, within=request.cluster, by=request.person, **_terms(said)
    )
    return _person(request, person)


@operation(
    router,
    "POST",
    f"{ONE}/positions/{{uuid:position}}/end",
    name="position-end",
    who=Audience.MEMBER,
    area=AREA,
    answer=Position,
)
def position_end(request: Call, cluster: str, person: UUID, position: UUID, said: PositionEnd) -> dict[str, Any]:
    """End a position; its last day counts."""
    row = people.position_visible_to(request.rights, request.cluster, person, position, on=today())
    if row is None:
        raise Http404
    return shown_position(actions.end_position(row, ends_on=said.ends_on, by=request.person))


@operation(router, "GET", TEAM, name="team", who=Audience.MANAGER, area=AREA, answer=list[TeamLine])
def team_list(request: Call, cluster: str) -> list[dict[str, Any]]:
    """Managers and staff of the cluster, present and to come."""
    return [
        {"person": row.person_id, "name": row.person.name, "email": row.person.email, "position": shown_position(row)}
        for row in people.team_of(request.cluster, on=today())
    ]


@operation(router, "POST", TEAM, name="team", who=Audience.MANAGER, area=AREA, answer=Person, status=201)
def team_join(request: Call, cluster: str, said: TeamPost) -> dict[str, Any]:
    """Take somebody into the team."""
    known = enrolment.person_with_address(request.cluster, said.email, on=today())
    if known is None and not said.given_name:
        raise RuleBroken(_("Nobody in this cluster has this address. Say the given name too."), field="given_name")
    facts = said.model_dump(include={"given_name", "family_name", "email"})
    terms = {"role": said.role, "starts_on": said.starts_on or today()}
    organisation = request.cluster.organisation
    person = actions.engage_person(
        request.cluster, organisation=organisation, facts=facts, terms=terms, by=request.person
    )
    return _person(request, person.pk)


@operation(
    router,
    "POST",
    f"{TEAM}/{{uuid:position}}/end",
    name="team-position-end",
    who=Audience.MANAGER,
    area=AREA,
    answer=Position,
)
def team_position_end(request: Call, cluster: str, position: UUID, said: PositionEnd) -> dict[str, Any]:
    """End a position in the team."""
    team = people.team_of(request.cluster, on=today())
    row = next((one for one in team if one.pk == position), None)
    if row is None:
        raise Http404
    return shown_position(actions.end_position(row, ends_on=said.ends_on, by=request.person))


@operation(router, "POST", f"{TEAM}/hand-over", name="hand-over", who=Audience.MANAGER, area=AREA, answer=Position)
def team_hand_over(request: Call, cluster: str, said: HandOver) -> dict[str, Any]:
    """Make somebody of the team manager of the cluster."""
    if said.starts_on < today():
        raise RuleBroken(_("Choose today or a later day."), field="starts_on")
    team = people.team_of(request.cluster, on=today())
    heir = next((row.person for row in team if row.person_id == said.person and row.role != "manager"), None)
    if heir is None:
        raise RuleBroken(_("Choose one of these people."), field="person")
    return shown_position(actions.hand_over(request.cluster, to=heir, starts_on=said.starts_on, by=request.person))


def _record(request: Call, person: UUID) -> people.PersonRecord:
    record = people.person_record(request.rights, request.cluster, person, on=today())
    if record is None:
        raise Http404
    return record


def _workplace(request: Call, organisation: UUID) -> Any:
    """One of the organisations at which this person may name people.

    Raises: NotAllowed when there is none; RuleBroken when it is another one.
    """
    places = people.workplaces_within(request.rights, request.cluster, on=today())
    if not places and not rules.can_manage_members(request.rights, request.cluster):
        raise NotAllowed
    place = next((one for one in places if one.pk == organisation), None)
    if place is None:
        raise RuleBroken(_("Choose one of these organisations."), field="organisation")
    return place


def _terms(said: Post) -> dict[str, Any]:
    return {"role": said.role, "job_title": said.job_title, "starts_on": said.starts_on or today()}


def _person(request: Call, person: UUID) -> dict[str, Any]:
    record = _record(request, person)
    line = _line(record.person, record.positions)
    if not rules.can_manage_members(request.rights, request.cluster):
        return line
    return {**line, "other_positions": [shown_position(row) for row in record.other_positions]}


def _line(row: Any, positions: list[Any]) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("id", "given_name", "family_name", "email", "phone")}
    return {**facts, "positions": [shown_position(row) for row in positions]}


def shown_position(row: Any) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("id", "role", "job_title", "starts_on", "ends_on")}
    return {**facts, "organisation": row.organisation_id, "organisation_name": row.organisation.name}
