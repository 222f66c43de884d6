"""Profiles of the organisations for which the person speaks: read, start, change, submit, confirm, withdraw."""

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
from modus.directory import actions, queries, rules
from modus.directory.queries.paging import Stretch, slice_of

router = Router(exclude_unset=True)
AREA = "profiles"
ONE = "/profiles/{uuid:profile}"
FieldName = Annotated[str, Field(max_length=40)]
Text = Annotated[str, Field(max_length=6000)]
Value = Text | bool | int | float | list[Text] | list[list[Text]] | None


class ProfileLine(Schema):
    """One line of a list of profiles."""

    id: UUID
    organisation: UUID
    organisation_name: str
    type: str
    slug: str
    status: str
    is_listed: bool
    confirmed_on: fields.Day | None
    version: int


class Note(Schema):
    """What the office asks to be changed; without a field, for the whole profile."""

    field: str
    text: str


class Light(Schema):
    """How the profile stands to one rule."""

    rule_set: str
    rule: str
    title: str
    state: str
    value: str
    threshold: str
    evidence: str
    advice: str


class Profile(ProfileLine):
    """A profile as those see it who keep it: the working copy, the public copy, and who sees which field."""

    network: UUID
    values: dict[str, Any]
    published: dict[str, Any]
    visibility: dict[str, str]
    reason: str
    notes: list[Note]
    lights: list[Light]


class NewProfile(fields.Body):
    """Which type of profile, in which network."""

    type: fields.ProfileType
    network: UUID


class ProfileChange(fields.Body):
    """Values and circles of readers by field; what is not named stays, an empty value takes its field away."""

    values: Annotated[dict[FieldName, Value], Field(max_length=100)] = {}
    visibility: Annotated[dict[FieldName, fields.Circle], Field(max_length=100)] = {}
    version: fields.Version


@operation(router, "GET", "/profiles", name="profiles", who=Audience.BEARER, area=AREA, answer=Page[ProfileLine])
def profile_list(request: Call, asked: Query[PageAsked]) -> dict[str, Any]:
    """The profiles of the organisations for which you speak."""
    rows = queries.profiles_spoken_for(request.rights)
    part = slice_of(rows, Stretch("sort_name", after=asked.after, size=asked.limit), anchors=rows)
    items = [profile_line(row) for row in part.rows]
    return page_of(request, items, last=part.rows[-1].pk if items else None, has_next=part.has_next)


@operation(
    router,
    "POST",
    "/organisations/{uuid:organisation}/profiles",
    name="organisation-profiles",
    who=Audience.BEARER,
    area=AREA,
    answer=Profile,
    status=201,
)
def profile_start(request: Call, organisation: UUID, said: NewProfile) -> dict[str, Any]:
    """Start a profile of an organisation for which you speak."""
    found = queries.organisation_at(organisation) if organisation in request.rights.speaks_for else None
    if found is None:
        raise Http404
    network = next((one for one in queries.networks_with(found, on=today()) if one.pk == said.network), None)
    if network is None:
        raise RuleBroken(_("Choose from the list."), field="network")
    return _shown(actions.start_profile(found, network=network, type=said.type, by=request.person))


@operation(router, "GET", ONE, name="profile", who=Audience.BEARER, area=AREA, answer=Profile)
def profile_detail(request: Call, profile: UUID) -> dict[str, Any]:
    """One profile with its working copy, for those who keep it."""
    return _shown(_own(request, profile))


@operation(router, "PATCH", ONE, name="profile", who=Audience.BEARER, area=AREA, answer=Profile)
def profile_save(request: Call, profile: UUID, said: ProfileChange) -> dict[str, Any]:
    """Change the working copy; the public copy stays until the office publishes the changes."""
    own = _editable(request, profile)
    saved = actions.save_profile(
        own, values=said.values, visibility=said.visibility, version=said.version, by=request.person
    )
    return _shown(saved)


@operation(router, "POST", f"{ONE}/submit", name="profile-submit", who=Audience.BEARER, area=AREA, answer=Profile)
def profile_submit(request: Call, profile: UUID) -> dict[str, Any]:
    """Hand the working copy to the network office."""
    return _shown(actions.submit_profile(_editable(request, profile), by=request.person))


@operation(router, "POST", f"{ONE}/confirm", name="profile-confirm", who=Audience.BEARER, area=AREA, answer=Profile)
def profile_confirm(request: Call, profile: UUID) -> dict[str, Any]:
    """Confirm that what is published still holds."""
    return _shown(actions.confirm_profile(_editable(request, profile), by=request.person))


@operation(router, "POST", f"{ONE}/withdraw", name="profile-withdraw", who=Audience.BEARER, area=AREA, answer=Profile)
def profile_withdraw(request: Call, profile: UUID) -> dict[str, Any]:
    """Take a profile out of the directory, or back from the office."""
    return _shown(actions.withdraw_profile(_editable(request, profile), by=request.person))


def profile_line(row: Any) -> dict[str, Any]:
    """A profile in a list."""
    names = ("id", "type", "slug", "status", "is_listed", "confirmed_on", "version")
    place = {"organisation": row.organisation_id, "organisation_name": row.organisation.name}
    return {**{name: getattr(row, name) for name in names}, **place}


def lights_of(profile: Any, *, circle: str) -> list[dict[str, Any]]:
    """How a profile stands to its rules, as a circle of readers may see it."""
    names = ("title", "state", "value", "threshold", "evidence", "advice")
    return [
        {"rule_set": light.rule_set.code, "rule": one.code, **{name: getattr(one, name) for name in names}}
        for light in queries.lights_of(profile, on=today())
        for one in queries.outcomes_seen(profile, light.outcomes, circle=circle)
    ]


def _own(request: Call, profile: UUID) -> Any:
    """A profile of an organisation for which she speaks or in whose team she works.

    Raises: Http404 as for a profile that does not exist.
    """
    found = queries.profile_at(profile)
    if found is None or rules.circle_of(request.rights, found) != "staff":
        raise Http404
    return found


def _editable(request: Call, profile: UUID) -> Any:
    found = _own(request, profile)
    if not rules.can_edit_profile(request.rights, found.organisation):
        raise NotAllowed
    return found


def _shown(profile: Any) -> dict[str, Any]:
    names = ("values", "published", "visibility", "reason")
    return {
        **profile_line(profile),
        **{name: getattr(profile, name) for name in names},
        "network": profile.network_id,
        "notes": [{"field": note.field, "text": note.text} for note in queries.open_notes(profile)],
        "lights": lights_of(profile, circle="staff"),
    }
