"""Pages about members: the list, one record, its facts and terms, its end, and acts upon many."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core.errors import NotAllowed
from modus.core.time import say_day, today
from modus.directory import actions, rules
from modus.directory.queries import members, people, views
from modus.directory.queries.history import newest_change
from modus.web.directory import member_list as listing
from modus.web.directory import member_pages
from modus.web.directory.forms.choices import KINDS
from modus.web.directory.forms.member import BulkKindForm, EditForm, EndForm, FactsForm, KindForm
from modus.web.ui import tables, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.undo import say_with_undo

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Membership, Person


@audience(Audience.MEMBER)
def member_list(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    rights = visitor.rights_of(request)
    is_team = rules.can_manage_members(rights, cluster)
    state = listing.list_state(request.GET, is_team=is_team)
    page = members.member_page(rights, cluster, listing.choice_of(state), on=today())
    home = cluster.organisation.country
    table = listing.member_table(cluster.slug, state, page, is_team=is_team, country=home)
    kept = views.saved_views(visitor.person_of(request), address=f"{cluster.pk}/members")
    table = listing.with_views(table, kept, state, slug=cluster.slug, which="members")
    context = {"cluster": cluster, "table": table}
    context |= {"is_team": is_team, "is_narrowed": state.is_narrowed, "total": page.total}
    context["types"] = listing.type_links(state, page)
    context["empty"] = member_pages.no_members(cluster)
    return render(request, "directory/member_list.html", context)


@audience(Audience.MEMBER)
def member_export(request: HttpRequest, cluster: Cluster, format: str) -> HttpResponse:  # noqa: A002
    if format not in tables.EXPORT_TYPES:
        raise Http404
    rights = visitor.rights_of(request)
    is_team = rules.can_manage_members(rights, cluster)
    choice = listing.choice_of(listing.list_state(request.GET, is_team=is_team))
    rows = members.member_rows(rights, cluster, choice, on=today())
    lines = (listing.export_cells(row, is_team=is_team) for row in rows)
    return tables.export("members", format, listing.export_heads(is_team=is_team), lines)


@audience(Audience.MEMBER)
def member_detail(request: HttpRequest, cluster: Cluster, membership: UUID) -> HttpResponse:
    row = _membership(request, cluster, membership)
    rights = visitor.rights_of(request)
    is_team = rules.can_manage_members(rights, cluster)
    state = listing.list_state(_origin(request), is_team=is_team)
    beside = members.member_neighbours(rights, cluster, listing.choice_of(state), row, on=today())
    at = people.people_at(cluster, row.organisation, on=today())
    context = member_pages.record(cluster, row, at, rights=rights, query=state.query())
    context["neighbours"] = member_pages.neighbours(cluster.slug, beside, state.query())
    return render(request, "directory/member_detail.html", context)


@audience(Audience.MEMBER, methods=("GET", "POST"))
def member_edit(request: HttpRequest, cluster: Cluster, membership: UUID) -> HttpResponse:
    row = _membership(request, cluster, membership)
    is_team = rules.can_manage_members(visitor.rights_of(request), cluster)
    if not is_team and row.organisation_id not in visitor.rights_of(request).speaks_for:
        raise NotAllowed
    kind = EditForm if is_team else FactsForm
    form = kind(posted(request), initial=member_pages.initial(row))
    form.last_change = partial(newest_change, (row.pk, row.organisation_id), reader_cluster=cluster)
    if carried_out(form, lambda said: _revise(row, form, request)):
        messages.success(request, _("The facts of %(name)s are saved.") % {"name": form.cleaned_data["name"]})
        return redirect("directory:member-detail", cluster=cluster.slug, membership=row.pk)
    return form_page(request, "directory/member_edit.html", {"cluster": cluster, "membership": row, "form": form})


@audience(Audience.STAFF, methods=("GET", "POST"))
def membership_end(request: HttpRequest, cluster: Cluster, membership: UUID) -> HttpResponse:
    row, by = _membership(request, cluster, membership), visitor.person_of(request)
    form = EndForm(posted(request), initial={"ends_on": today(), "version": row.version})
    if request.method == "POST":
        ended = carried_out(form, lambda said: _end(row, said, by=by))
        if ended:
            undo = reverse("directory:membership-reinstate", kwargs={"cluster": cluster.slug, "membership": row.pk})
            words = {"name": row.organisation.name, "day": say_day(form.cleaned_data["ends_on"])}
            say_with_undo(request, _("The membership of %(name)s ends on %(day)s.") % words, undo)
            return redirect("directory:member-list", cluster=cluster.slug)
    count = len(people.people_at(cluster, row.organisation, on=today()))
    context = {"cluster": cluster, "membership": row, "form": form, **member_pages.end_words(row, count)}
    return form_page(request, "directory/membership_end.html", context)


@audience(Audience.STAFF, methods=("POST",))
def membership_reinstate(request: HttpRequest, cluster: Cluster, membership: UUID) -> HttpResponse:
    row = _membership(request, cluster, membership)
    actions.reinstate_membership(row, by=visitor.person_of(request))
    messages.success(request, _("The membership of %(name)s goes on.") % {"name": row.organisation.name})
    return redirect("directory:member-detail", cluster=cluster.slug, membership=row.pk)


@audience(Audience.STAFF, methods=("GET", "POST"))
def membership_kind(request: HttpRequest, cluster: Cluster, membership: UUID) -> HttpResponse:
    row, by = _membership(request, cluster, membership), visitor.person_of(request)
    query = listing.list_state(_origin(request), is_team=True).query()
    form = KindForm(posted(request), prefix=row.pk.hex, initial={"kind": row.kind, "version": row.version})
    form.last_change = partial(newest_change, (row.pk,), reader_cluster=cluster)
    context = {"cluster": cluster, "membership": row, "form": form, "query": query, "kinds": KINDS.items()}
    template = "directory/_membership_kind.html" if request.htmx else "directory/membership_kind.html"  # type: ignore[attr-defined]
    if request.method == "POST":
        changed = carried_out(form, lambda said: _change_kind(row, said, by=by))
        if changed and request.htmx:  # type: ignore[attr-defined]
            name = row.organisation.name
            cell = listing.kind_cell(cluster.slug, membership_id=row.pk, name=name, kind=changed.kind, query=query)
            return HttpResponse(cell)
        if changed:
            words = {"name": row.organisation.name, "kind": KINDS[changed.kind]}
            messages.success(request, _("%(name)s: %(kind)s.") % words)
            return redirect(f"{reverse('directory:member-list', kwargs={'cluster': cluster.slug})}?{query}")
    return form_page(request, template, context)


@audience(Audience.STAFF, methods=("POST",))
def member_bulk(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    state = listing.list_state(request.GET, is_team=True)
    chosen = _chosen(request, cluster, listing.choice_of(state))
    is_told = "kind" in request.POST and chosen
    form = BulkKindForm(request.POST if is_told else None, initial={"count": len(chosen)})
    context = member_pages.bulk(cluster, chosen, state.query(), form=form, takes_all="all" in request.POST)
    done = carried_out(form, lambda said: _change_kinds(cluster, chosen, said, request))
    if done and len(chosen) > actions.MANY:
        return redirect("home:task-detail", task=done.pk)
    if done:
        words = ngettext("%(n)d member is now: %(kind)s.", "%(n)d members are now: %(kind)s.", len(chosen))
        messages.success(request, words % {"n": len(chosen), "kind": KINDS[form.cleaned_data["kind"]]})
        return redirect(f"{reverse('directory:member-list', kwargs={'cluster': cluster.slug})}?{state.query()}")
    template = "directory/_member_bulk.html" if request.htmx else "directory/member_bulk.html"  # type: ignore[attr-defined]
    return form_page(request, template, context)


def _membership(request: HttpRequest, cluster: Cluster, membership: UUID) -> Membership:
    row = members.membership_visible_to(visitor.rights_of(request), cluster, membership, on=today())
    if row is None:
        raise Http404
    return row


def _origin(request: HttpRequest) -> QueryDict:
    """The list that somebody came from, as it was asked for."""
    return QueryDict(request.GET.get("from", "")[:600])


def _revise(row: Membership, form: FactsForm | EditForm, request: HttpRequest) -> object:
    by, facts, seen = visitor.person_of(request), form.facts(), form.cleaned_data["seen"]
    if isinstance(form, EditForm):
        version = form.cleaned_data["version"]
        return actions.revise_member(row, facts=facts, terms=form.terms(), seen=seen, version=version, by=by)
    return actions.correct_organisation(row.organisation, facts=facts, seen=seen, by=by)


def _end(row: Membership, said: dict[str, Any], *, by: Person) -> Membership:
    version = int(said["version"]) if said["version"].isdecimal() else None
    return actions.end_membership(row, left_on=said["ends_on"], version=version, by=by)


def _change_kind(row: Membership, said: dict[str, Any], *, by: Person) -> Membership:
    return actions.change_membership(row, terms={"kind": said["kind"]}, version=said["version"], by=by)


def _chosen(request: HttpRequest, cluster: Cluster, choice: members.MemberChoice) -> list[Membership]:
    """The memberships that were ticked, or all that the filters leave; one that is not this cluster's refuses all."""
    rights = visitor.rights_of(request)
    if "all" in request.POST:
        return members.members_matching(rights, cluster, choice, on=today())
    try:
        ids = [UUID(key) for key in request.POST.getlist("chosen")[:1000]]
    except ValueError:
        raise Http404 from None
    found = members.memberships_named(rights, cluster, ids, on=today())
    if found is None:
        raise Http404
    return found


def _change_kinds(cluster: Cluster, chosen: list[Membership], said: dict[str, Any], request: HttpRequest) -> Any:
    """Change few at once; many in the background, which gives the work to look at."""
    if said["count"] != len(chosen):
        raise member_pages.changed_meanwhile(len(chosen))
    kind, by = said["kind"], visitor.person_of(request)
    if len(chosen) > actions.MANY:
        key = str(said["attempt"] or uuid4())
        return actions.begin_kind_change(cluster, memberships=chosen, kind=kind, key=key, by=by)
    return actions.change_membership_kinds(cluster, memberships=chosen, kind=kind, by=by)
