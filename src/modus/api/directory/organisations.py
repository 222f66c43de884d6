"""Organisations: the facts that bodies take and answers show, and those for which the person speaks."""

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
from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.queries.duplicates import likely_duplicates
from modus.directory.queries.listing import open_networks
from modus.directory.queries.organisations import organisations_spoken_for
from modus.directory.queries.paging import Stretch, slice_of

router = Router(exclude_unset=True)
Activities = Annotated[list[Annotated[str, Field(max_length=8)]], Field(max_length=40)]


class Facts(fields.Body):
    """Facts of an organisation that change; what is not said stays."""

    name: fields.Name | None = None
    name_english: Annotated[str, Field(max_length=200)] | None = None
    short_name: fields.ShortText | None = None
    kind: fields.OrganisationKind | None = None
    size_class: fields.SizeClass | None = None
    legal_form: fields.ShortText | None = None
    registration_number: fields.ShortText | None = None
    country: fields.Country | None = None
    city: fields.City | None = None
    nuts: Annotated[str, Field(max_length=5)] | None = None
    website: fields.Link | None = None
    founded_year: fields.Year = None
    keywords: Annotated[str, Field(max_length=500)] | None = None
    activities: Activities | None = None


class FactsChange(Facts):
    """The same, with the state that was read."""

    state: Annotated[str, Field(max_length=40)]


class Organisation(Schema):
    """An organisation; `state` is shown to those who may change it."""

    id: UUID
    name: str
    name_english: str
    short_name: str
    kind: str
    size_class: str
    legal_form: str
    registration_number: str
    country: str
    city: str
    nuts: str
    website: str
    founded_year: int | None
    keywords: str
    activities: list[list[str]]
    state: str = ""


class Registration(fields.Body):
    """An organisation that is not here yet; whoever registers it speaks for it."""

    name: Annotated[str, Field(min_length=3, max_length=200)]
    country: Annotated[fields.Country, Field(min_length=2)]
    website: fields.Link = ""
    type: fields.ProfileType
    network: UUID
    is_another: fields.Yes = False


class Registered(Schema):
    """What was begun: the organisation and the draft of its profile."""

    organisation: UUID
    profile: UUID


SHOWN = tuple(name for name in Organisation.model_fields if name != "state")


def shown(organisation: Any, *, with_state: bool) -> dict[str, Any]:
    """An organisation as the answer shows it."""
    facts = {name: getattr(organisation, name) for name in SHOWN}
    return {**facts, "state": organisation.state} if with_state else facts


def facts_said(facts: Facts) -> dict[str, Any]:
    """The facts that were said, as the directory calls them; nothing said is no answer.

    Raises: RuleBroken for an empty answer where one is needed.
    """
    said = facts.model_dump(exclude_unset=True, exclude={"state"})
    for name, value in said.items():
        if value is None and name != "founded_year":
            raise RuleBroken(_("Say something here, or leave the field out."), field=name)
    return said


@operation(
    router,
    "GET",
    "/organisations",
    name="organisations",
    who=Audience.BEARER,
    area="profiles",
    answer=Page[Organisation],
)
def organisation_list(request: Call, asked: Query[PageAsked]) -> dict[str, Any]:
    """The organisations for which you speak."""
    rows = organisations_spoken_for(request.rights)
    part = slice_of(rows, Stretch("sort_name", after=asked.after, size=asked.limit), anchors=rows)
    items = [shown(row, with_state=True) for row in part.rows]
    return page_of(request, items, last=part.rows[-1].pk if items else None, has_next=part.has_next)


@operation(
    router,
    "POST",
    "/organisations",
    name="organisations",
    who=Audience.OWN,
    area="profiles",
    answer=Registered,
    status=201,
)
def organisation_register(request: Call, said: Registration) -> dict[str, Any]:
    """Register an organisation that is not here yet."""
    network = next((own for own in open_networks() if own.pk == said.network), None)
    if network is None:
        raise RuleBroken(_("Choose from the list."), field="network")
    facts = said.model_dump(include={"name", "country", "website"})
    if not said.is_another and likely_duplicates(**facts, on=today()):
        raise RuleBroken(_("We may know this organisation already. Say is_another if it is another one."), field="name")
    profile = actions.register_organisation(facts, network=network, type=said.type, by=request.person)
    return {"organisation": profile.organisation_id, "profile": profile.pk}


@operation(
    router,
    "GET",
    "/organisations/{uuid:organisation}",
    name="organisation",
    who=Audience.BEARER,
    area="profiles",
    answer=Organisation,
)
def organisation_detail(request: Call, organisation: UUID) -> dict[str, Any]:
    """One organisation for which you speak."""
    return shown(_own(request, organisation), with_state=True)


@operation(
    router,
    "PATCH",
    "/organisations/{uuid:organisation}",
    name="organisation",
    who=Audience.BEARER,
    area="profiles",
    answer=Organisation,
)
def organisation_correct(request: Call, organisation: UUID, said: FactsChange) -> dict[str, Any]:
    """Correct facts of an organisation for which you speak."""
    own = _own(request, organisation)
    corrected = actions.correct_organisation(own, facts=facts_said(said), seen=said.state, by=request.person)
    return shown(corrected, with_state=True)


def _own(request: Call, organisation: UUID) -> Any:
    found = queries.organisation_at(organisation) if organisation in request.rights.speaks_for else None
    if found is None:
        raise Http404
    return found
