"""The frame of each kind of page: public, a cluster's space, a network's office, or a person's own pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.directory.rules import Rights, can_manage_cluster, can_manage_members
from modus.web.ui import visitor
from modus.web.ui.context import Entry, Frame

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Network


def attach(request: HttpRequest) -> None:
    """The frame of a page that belongs to no cluster."""
    request.make_frame = partial(_plain_frame, request)  # type: ignore[attr-defined]


def attach_space(request: HttpRequest, cluster: Cluster) -> None:
    """The frame of a cluster's space."""
    request.make_frame = partial(_space_frame, request, cluster)  # type: ignore[attr-defined]


def attach_office(request: HttpRequest, network: Network) -> None:
    """The frame of a network's office."""
    request.make_frame = partial(_office_frame, request, network)  # type: ignore[attr-defined]


def _plain_frame(request: HttpRequest) -> Frame:
    person = visitor.person_or_none(request) if request.user.is_authenticated else None
    if person is None:
        return Frame(entries=_public_entries(request))
    return Frame(
        person_name=person.name, spaces=_spaces(request), place="person", entries=_public_entries(request)
    )


def _public_entries(request: HttpRequest) -> list[Entry]:
    """The ways that everybody may go."""
    return _marked(
        request,
        [
            Entry(_("Directory"), reverse("public:directory"), "building-2"),
            Entry(_("Open data"), reverse("public:open-data"), "braces"),
        ],
    )


def _space_frame(request: HttpRequest, cluster: Cluster) -> Frame:
    return Frame(
        place="space",
        title=cluster.name,
        entries=_marked(request, _space_entries(visitor.rights_of(request), cluster)),
        spaces=_spaces(request, current=cluster),
        person_name=visitor.person_of(request).name,
    )


def _office_frame(request: HttpRequest, network: Network) -> Frame:
    at = {"network": network.slug}
    return Frame(
        place="office",
        title=network.name,
        subtitle=_("Network office"),
        entries=_marked(
            request,
            [
                Entry(_("Network"), reverse("network:home", kwargs=at), "house"),
                Entry(_("Waiting profiles"), reverse("network:profile-list", kwargs=at), "clipboard-check"),
                Entry(_("Clusters"), reverse("network:cluster-list", kwargs=at), "boxes"),
                Entry(_("Requests"), reverse("network:request-list", kwargs=at), "user-plus"),
                Entry(_("Rule sets"), reverse("network:rule-set-list", kwargs=at), "scale"),
            ],
        ),
        spaces=_spaces(request, current=network),
        person_name=visitor.person_of(request).name,
    )


def _space_entries(rights: Rights, cluster: Cluster) -> list[Entry]:
    at = {"cluster": cluster.slug}
    entries = [
        Entry(_("Home"), reverse("directory:home", kwargs=at), "house"),
        Entry(_("Members"), reverse("directory:member-list", kwargs=at), "building-2"),
        Entry(_("People"), reverse("directory:person-list", kwargs=at), "users"),
    ]
    if can_manage_members(rights, cluster):
        entries.append(Entry(_("Profile"), reverse("directory:profile", kwargs=at), "id-card"))
    if can_manage_cluster(rights, cluster):
        entries.append(Entry(_("Settings"), reverse("directory:settings", kwargs=at), "settings"))
    return entries


def _spaces(request: HttpRequest, current: Cluster | Network | None = None) -> list[Entry]:
    rights = visitor.rights_of(request)
    offices = [(network, "network:home", {"network": network.slug}) for network in rights.offices]
    clusters = [(cluster, "directory:home", {"cluster": cluster.slug}) for cluster in rights.clusters]
    return [
        Entry(place.name, reverse(name, kwargs=at), "", place == current) for place, name, at in [*offices, *clusters]
    ]


def _marked(request: HttpRequest, entries: list[Entry]) -> list[Entry]:
    """Mark the entry whose address is the longest beginning of the page's own."""
    fitting = [entry for entry in entries if request.path.startswith(entry.url)]
    current = max(fitting, key=lambda entry: len(entry.url), default=None)
    return [Entry(e.label, e.url, e.icon, e is current, e.count) for e in entries]
