"""The public directory, as everybody reads it: no token is needed."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from modus.api import fields
from modus.api.audience import Audience, Call
from modus.api.operations import operation
from modus.api.paging import After, Asked, Page, page_of
from modus.core.time import today
from modus.directory import queries
from modus.directory.queries.listing import Search, directory_page, listed_profile
from modus.directory.queries.members import members_named_in_public
from modus.directory.queries.open_data import open_record

router = Router(exclude_unset=True)
Codes = Annotated[
    list[Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]], Field(max_length=40)
]


class DirectoryAsked(Asked):
    """The filters of the public directory; a page has 24 entries."""

    q: fields.Words = ""
    country: Codes = []
    ecosystem: Codes = []
    technology: Codes = []
    size: Codes = []
    label: Codes = []
    type: Codes = []
    after: After = None


class Entry(Schema):
    """One organisation in the directory."""

    id: UUID
    slug: str
    name: str
    name_english: str
    type_label: str
    country: str
    city: str
    ecosystems: str
    summary: str
    confirmed_on: fields.Day | None
    is_stale: bool
    is_invented: bool
    is_from_public_sources: bool


class Record(Schema):
    """What everybody may know of a listed organisation; `id` stays for ever."""

    id: str
    slug: str
    type: str
    confirmed_on: fields.Day | None
    is_invented: bool
    is_from_public_sources: bool
    fields: dict[str, Any]
    sources: dict[str, str]
    members_named: list[str]


class Outcome(Schema):
    """How one rule stands."""

    title: str
    state: str
    value: str
    threshold: str
    evidence: str
    waiver: str
    waived_until: str


class Passport(Schema):
    """A signed check of a profile against a rule set, with its light of today."""

    token: str
    rule_set: str
    version: int
    checked_on: fields.Day
    state: str
    failing_since: fields.Day | None
    grace_ends_on: fields.Day | None
    is_genuine: bool
    is_newest: bool
    outcomes: list[Outcome]


@operation(router, "GET", "/directory", name="directory", who=Audience.EVERYBODY, answer=Page[Entry])
def directory_list(request: Call, asked: Query[DirectoryAsked]) -> dict[str, Any]:
    """The public directory with its filters."""
    chosen = {name: tuple(codes) for name, codes in asked.model_dump(exclude={"q", "after"}).items() if codes}
    found = directory_page(Search(words=asked.q, chosen=chosen, after=asked.after), on=today())
    items = [{name: getattr(entry, name) for name in Entry.model_fields} for entry in found.entries]
    has_next = found.next_after is not None
    return page_of(request, items, last=found.next_after, has_next=has_next, total=found.total)


@operation(router, "GET", "/directory/{slug:slug}", name="directory-profile", who=Audience.EVERYBODY, answer=Record)
def directory_detail(request: Call, slug: str) -> dict[str, Any]:
    """One listed organisation with its public fields."""
    profile = _listed(slug)
    record = open_record(profile)
    names = ("slug", "type", "confirmed_on", "is_invented", "is_from_public_sources", "sources")
    named = members_named_in_public(profile.organisation, on=today())
    facts = {name: getattr(record, name) for name in names}
    return {**facts, "id": record.urn, "fields": record.values, "members_named": named}


@operation(
    router,
    "GET",
    "/directory/{slug:slug}/passports",
    name="directory-passports",
    who=Audience.EVERYBODY,
    answer=list[Passport],
)
def passport_list(request: Call, slug: str) -> list[dict[str, Any]]:
    """The passports of a listed organisation."""
    return [_passport(one, is_newest=True) for one in queries.passports_of(_listed(slug), on=today())]


@operation(router, "GET", "/passports/{token}", name="passport", who=Audience.EVERYBODY, answer=Passport)
def passport_detail(request: Call, token: Annotated[str, Field(max_length=30)]) -> dict[str, Any]:
    """One passport by the token in its address."""
    found = queries.passport_of_token(token, on=today())
    if found is None or listed_profile(found.result.profile.slug, on=today()) is None:
        raise Http404
    return _passport(found, is_newest=queries.is_newest(found.result))


def _listed(slug: str) -> Any:
    profile = listed_profile(slug, on=today())
    if profile is None:
        raise Http404
    return profile


def _passport(passport: Any, *, is_newest: bool) -> dict[str, Any]:
    result = passport.result
    return {
        "token": result.token,
        "rule_set": passport.rule_set.code,
        "version": passport.rule_set.version,
        "checked_on": result.checked_on,
        "is_newest": is_newest,
        **{name: getattr(passport, name) for name in ("state", "failing_since", "grace_ends_on", "is_genuine")},
        "outcomes": [{name: getattr(one, name) for name in Outcome.model_fields} for one in passport.outcomes],
    }
