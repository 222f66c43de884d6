"""Pages about people: the list, one person, and the positions she gets and loses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core.errors import NotAllowed
from modus.core.time import say_day, today
from modus.directory import actions, rules
from modus.directory.queries import people, views
from modus.directory.queries.history import newest_change
from modus.web.directory import person_list as listing
from modus.web.directory.forms.member import EndForm
from modus.web.directory.forms.person import NewPersonForm, PersonEditForm, PersonForm, PositionForm
from modus.web.ui import mails, tables, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Person, Position
    from modus.directory.queries.people import PersonRecord


@audience(Audience.MEMBER)
def person_list(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    rights = visitor.rights_of(request)
    is_team = rules.can_manage_members(rights, cluster)
    state = listing.PLAN.state(request.GET)
    page = people.person_page(cluster, listing.choice_of(state), on=today())
    kept = views.saved_views(visitor.person_of(request), address=f"{cluster.pk}/people")
    table = listing.person_table(cluster.slug, state, page, kept, is_team=is_team)
    context = {"cluster": cluster, "table": table, "total": page.total, "is_narrowed": state.is_narrowed}
    context["may_add"] = is_team or any(s.organisation.pk in rights.speaks_for for s in rights.in_cluster(cluster))
    return render(request, "directory/person_list.html", context)


@audience(Audience.STAFF)
def person_export(request: HttpRequest, cluster: Cluster, format: str) -> HttpResponse:  # noqa: A002
    if format not in tables.EXPORT_TYPES:
        raise Http404
    rows = people.person_rows(cluster, listing.choice_of(listing.PLAN.state(request.GET)), on=today())
    return tables.export("people", format, listing.export_heads(), (listing.export_cells(row) for row in rows))


@audience(Audience.MEMBER)
def person_detail(request: HttpRequest, cluster: Cluster, person: UUID) -> HttpResponse:
    record = _record(request, cluster, person)
    rights = visitor.rights_of(request)
    is_team, me = rules.can_manage_members(rights, cluster), visitor.person_of(request)
    context = {
        "cluster": cluster,
        "person": record.person,
        "facts": listing.facts(record.person),
        "positions": [(row, _may_end(request, cluster, row)) for row in record.positions],
        "other_positions": record.other_positions,
        "may_edit": is_team or record.person.pk == me.pk,
        "may_appoint": bool(is_team or rights.speaks_for & {s.organisation.pk for s in rights.in_cluster(cluster)}),
    }
    return render(request, "directory/person_detail.html", context)


@audience(Audience.MEMBER, methods=("GET", "POST"))
def person_create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    organisations = _workplaces(request, cluster)
    first = {"organisation": request.GET.get("organisation", "")[:36], "starts_on": today()}
    form = NewPersonForm(posted(request), organisations=organisations, initial=first)
    by = visitor.person_of(request)

    def engage(said: dict[str, str]) -> object:
        place = form.known[said["organisation"]]
        return actions.engage_person(cluster, organisation=place, facts=form.facts(), terms=form.terms(), by=by)

    person = carried_out(form, engage)
    if person:
        mails.say_done(request, _("%(name)s is recorded.") % {"name": person})
        return redirect("directory:person-list", cluster=cluster.slug)
    return form_page(request, "directory/person_create.html", {"cluster": cluster, "form": form})


@audience(Audience.MEMBER, methods=("GET", "POST"))
def person_edit(request: HttpRequest, cluster: Cluster, person: UUID) -> HttpResponse:
    record, by = _record(request, cluster, person), visitor.person_of(request)
    if record.person.pk != by.pk and not rules.can_manage_members(visitor.rights_of(request), cluster):
        raise NotAllowed
    facts = {name: getattr(record.person, name) for name in PersonForm.base_fields}
    form = PersonEditForm(posted(request), initial={**facts, "version": record.person.state})
    form.last_change = partial(newest_change, (record.person.pk,), reader_cluster=cluster)
    if carried_out(form, lambda said: _correct(record.person, form, said, by=by)):
        messages.success(request, _("What is known of %(name)s is saved.") % {"name": record.person.name})
        return redirect("directory:person-detail", cluster=cluster.slug, person=person)
    return form_page(request, "directory/person_edit.html", {"cluster": cluster, "person": record.person, "form": form})


@audience(Audience.MEMBER, methods=("GET", "POST"))
def position_create(request: HttpRequest, cluster: Cluster, person: UUID) -> HttpResponse:
    record, by = _record(request, cluster, person), visitor.person_of(request)
    form = PositionForm(posted(request), organisations=_workplaces(request, cluster), initial={"starts_on": today()})

    def give(said: dict[str, str]) -> object:
        place = form.known[said["organisation"]]
        return actions.give_position(record.person, organisation=place, within=cluster, by=by, **form.terms())

    if carried_out(form, give):
        mails.say_done(request, _("%(name)s has a further position.") % {"name": record.person.name})
        return redirect("directory:person-detail", cluster=cluster.slug, person=person)
    context = {"cluster": cluster, "person": record.person, "form": form}
    return form_page(request, "directory/position_create.html", context)


@audience(Audience.MEMBER, methods=("GET", "POST"))
def position_end(request: HttpRequest, cluster: Cluster, person: UUID, position: UUID) -> HttpResponse:
    rights, by = visitor.rights_of(request), visitor.person_of(request)
    row = people.position_visible_to(rights, cluster, person, position, on=today())
    if row is None:
        raise Http404
    if not _may_end(request, cluster, row):
        raise NotAllowed
    form = EndForm(posted(request), initial={"ends_on": today(), "version": row.state})
    if carried_out(form, lambda said: actions.end_position(row, by=by, **said)):
        words = {"name": row.person.name, "day": say_day(form.cleaned_data["ends_on"])}
        mails.say_done(request, _("The position of %(name)s ends on %(day)s.") % words)
        return redirect("directory:person-list", cluster=cluster.slug)
    context = {"cluster": cluster, "position": row, "form": form, **listing.end_words(row)}
    return form_page(request, "directory/position_end.html", context)


def _correct(person: Person, form: PersonEditForm, said: dict[str, Any], *, by: Person) -> Person:
    return actions.correct_person(person, facts=form.facts(), version=said["version"], by=by)


def _record(request: HttpRequest, cluster: Cluster, person: UUID) -> PersonRecord:
    record = people.person_record(visitor.rights_of(request), cluster, person, on=today())
    if record is None:
        raise Http404
    return record


def _workplaces(request: HttpRequest, cluster: Cluster) -> list[object]:
    """Where this person may name people.

    Raises: NotAllowed when there is no such place.
    """
    rights = visitor.rights_of(request)
    places: list[object] = [*people.workplaces_within(rights, cluster, on=today())]
    if not places and not rules.can_manage_members(rights, cluster):
        raise NotAllowed
    return places


def _may_end(request: HttpRequest, cluster: Cluster, row: Position) -> bool:
    rights = visitor.rights_of(request)
    if row.person_id == visitor.person_of(request).pk:
        return True
    if row.organisation_id == cluster.organisation_id:
        return rules.can_manage_cluster(rights, cluster)
    return rules.can_manage_members(rights, cluster) or row.organisation_id in rights.speaks_for
