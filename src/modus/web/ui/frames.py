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
from modus.web.ui.pictures import picture_or_none

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Network


def attach(request: HttpRequest) -> None:
    """The frame of a page for everybody."""
    request.make_frame = partial(_public_frame, request)  # type: ignore[attr-defined]


def attach_person(request: HttpRequest) -> None:
    """The frame of a signed-in person's page that belongs to no cluster."""
    request.make_frame = partial(_person_frame, request)  # type: ignore[attr-defined]


def attach_space(request: HttpRequest, cluster: Cluster, entry: str = "") -> None:
    """The frame of a cluster's space; `entry` names the way to which a page belongs that lies elsewhere."""
    request.make_frame = partial(_space_frame, request, cluster, entry)  # type: ignore[attr-defined]


def attach_office(request: HttpRequest, network: Network) -> None:
    """The frame of a network's office."""
    request.make_frame = partial(_office_frame, request, network)  # type: ignore[attr-defined]


def _public_frame(request: HttpRequest) -> Frame:
    person = visitor.person_or_none(request) if request.user.is_authenticated else None
    return Frame(entries=_marked(request, _public_entries()), person_name=person.name if person else "")


def _person_frame(request: HttpRequest) -> Frame:
    """Home, every space and office of hers, and what is public: nobody is stranded on her own pages."""
    person = visitor.person_or_none(request)
    places = [Entry(space.label, space.url, "boxes") for space in _spaces(request)]
    requests = Entry(_("Requests"), reverse("profile:request-list"), "user-plus")
    mails = Entry(_("Mails"), reverse("account:mail-list"), "mail")
    entries = [Entry(_("Home"), reverse("home:home"), "house"), *places, requests, mails, *_public_entries()]
    return Frame(
        place="person",
        entries=_marked(request, entries),
        person_name=person.name if person else _("My account"),
    )


def _public_entries() -> list[Entry]:
    """The ways that everybody may go."""
    return [
        Entry(_("Directory"), reverse("public:directory"), "building-2"),
        Entry(_("Open data"), reverse("public:open-data"), "braces"),
    ]


def _space_frame(request: HttpRequest, cluster: Cluster, entry: str) -> Frame:
    path = reverse(entry, kwargs={"cluster": cluster.slug}) if entry else ""
    return Frame(
        place="space",
        title=cluster.name,
        entries=_marked(request, _space_entries(visitor.rights_of(request), cluster), path),
        spaces=_spaces(request, current=cluster),
        person_name=visitor.person_of(request).name,
        stylesheet=_stylesheet(cluster),
        logo=picture_or_none(cluster.logo_id, side=40),
    )


def _stylesheet(cluster: Cluster) -> str:
    """Where the colour of the cluster is; with another colour the address is another one."""
    if not cluster.brand_colour:
        return ""
    return f"{reverse('directory:colours', kwargs={'cluster': cluster.slug})}?{cluster.brand_colour.lstrip('#')}"


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
                Entry(_("Profiles"), reverse("network:profile-list", kwargs=at), "clipboard-check"),
                Entry(_("Clusters"), reverse("network:cluster-list", kwargs=at), "boxes"),
                Entry(_("Requests"), reverse("network:request-list", kwargs=at), "user-plus"),
                Entry(_("Rule sets"), reverse("network:rule-set-list", kwargs=at), "scale"),
                Entry(_("Outbox"), reverse("network:outbox", kwargs=at), "send"),
                Entry(_("Webhooks"), reverse("network:webhook-list", kwargs=at), "webhook"),
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
    own = [s.organisation.pk for s in rights.in_cluster(cluster) if s.organisation.pk in rights.speaks_for]
    if can_manage_members(rights, cluster):
        entries.append(Entry(_("Profile"), reverse("directory:profile", kwargs=at), "id-card"))
    elif own:
        own_profile = reverse("profile:organisation", kwargs={"organisation": own[0]})
        entries.append(Entry(_("Profile"), own_profile, "id-card"))
    if can_manage_cluster(rights, cluster):
        entries.append(Entry(_("Outbox"), reverse("directory:outbox", kwargs=at), "send"))
        entries.append(Entry(_("Settings"), reverse("directory:settings", kwargs=at), "settings"))
    return entries


def _spaces(request: HttpRequest, current: Cluster | Network | None = None) -> list[Entry]:
    rights = visitor.rights_of(request)
    places: list[tuple[Cluster | Network, str, dict[str, str]]] = [
        *((network, "network:home", {"network": network.slug}) for network in rights.offices),
        *((cluster, "directory:home", {"cluster": cluster.slug}) for cluster in rights.clusters),
    ]
    return [Entry(place.name, reverse(name, kwargs=at), "", place == current) for place, name, at in places]


def _marked(request: HttpRequest, entries: list[Entry], path: str = "") -> list[Entry]:
    """Mark the entry whose address is the longest beginning of the page's own, or of the one that is named."""
    fitting = [entry for entry in entries if (path or request.path).startswith(entry.url)]
    current = max(fitting, key=lambda entry: len(entry.url), default=None)
    return [Entry(e.label, e.url, e.icon, e is current, e.count) for e in entries]
