"""Answers of the search and the palette: pages and verbs by their words, records by what the directory found."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from modus.algorithms.text import fold
from modus.directory.queries.search import MOST, SHORTEST, Answers, Found
from modus.directory.rules import Rights, can_manage_cluster, can_manage_members
from modus.web.ui.pieces import Group, Hit, Link
from modus.web.ui.selects import country_name

if TYPE_CHECKING:
    from modus.directory.models import Profile


def places(rights: Rights) -> list[Link]:
    """The offices and spaces that somebody may enter."""
    offices = [
        Link(network.name, reverse("network:home", kwargs={"network": network.slug}), _("Network office"))
        for network in rights.offices
    ]
    spaces = [
        Link(cluster.name, reverse("directory:home", kwargs={"cluster": cluster.slug}), _("Cluster"))
        for cluster in rights.clusters
    ]
    return [*offices, *spaces]


def own_profiles(profiles: "Iterable[Profile]") -> list[Link]:
    """The profiles that somebody looks after outside of any cluster."""
    return [
        Link(row.organisation.name, reverse("profile:detail", kwargs={"profile": row.pk}), row.get_status_display())
        for row in profiles
    ]


def groups(rights: Rights, text: str, found: Answers) -> list[Group]:
    """The answers in groups, without empty ones."""
    word = fold(text)
    if len(word.replace(" ", "")) < SHORTEST:
        return []
    several = len(rights.clusters) > 1
    all_groups = [
        Group(_("Pages and acts"), _matching(word, [*_verbs(rights), *_pages(rights)])[:MOST]),
        Group(_("Members"), [_member(row, several=several) for row in found.members]),
        Group(_("People"), [_person(row) for row in found.people]),
        Group(_("Public directory"), list(_profiles(found.profiles))),
    ]
    return [group for group in all_groups if group.entries]


def _member(row: Found, *, several: bool) -> Hit:
    url = reverse("directory:member-detail", args=[row.slug, row.id])
    return Hit(row.name, url, row.detail if several else "", "building-2")


def _person(row: Found) -> Hit:
    return Hit(row.name, reverse("directory:person-detail", args=[row.slug, row.id]), row.detail, "user")


def _profiles(rows: list[Found]) -> Iterator[Hit]:
    for row in rows:
        url = url_or_none("public:profile-detail", row.slug)
        if url:
            yield Hit(row.name, url, country_name(row.detail), "id-card")


def _verbs(rights: Rights) -> Iterator[Hit]:
    """What somebody may do, in each of her clusters; the words behind the bar are other names for the act."""
    for cluster in rights.clusters:
        at = {"cluster": cluster.slug}
        if can_manage_members(rights, cluster):
            yield Hit(_("Add a member"), reverse("directory:member-create", kwargs=at), cluster.name, "plus")
            yield Hit(_("Add a person"), reverse("directory:person-create", kwargs=at), cluster.name, "user-plus")
            export = reverse("directory:member-export", kwargs={**at, "format": "xlsx"})
            yield Hit(_("Export the members"), export, cluster.name, "download")
        if can_manage_cluster(rights, cluster):
            yield Hit(_("Add somebody to the team"), reverse("directory:team", kwargs=at), cluster.name, "users")
            yield Hit(_("Hand over the cluster"), reverse("directory:hand-over", kwargs=at), cluster.name, "key-round")


def _pages(rights: Rights) -> Iterator[Hit]:
    for cluster in rights.clusters:
        at = {"cluster": cluster.slug}
        yield Hit(_("Home"), reverse("directory:home", kwargs=at), cluster.name, "house")
        yield Hit(_("Members"), reverse("directory:member-list", kwargs=at), cluster.name, "building-2")
        yield Hit(_("People"), reverse("directory:person-list", kwargs=at), cluster.name, "users")
        if can_manage_members(rights, cluster):
            yield Hit(_("Profile"), reverse("directory:profile", kwargs=at), cluster.name, "id-card")
        if can_manage_cluster(rights, cluster):
            yield Hit(_("Settings"), reverse("directory:settings", kwargs=at), cluster.name, "settings")
    for network in rights.offices:
        url = url_or_none("network:home", network.slug)
        yield from [Hit(_("Network office"), url, network.name, "house")] if url else []
    yield Hit(_("Work in the background"), reverse("home:task-list"), "", "hourglass")
    url = url_or_none("public:directory")
    yield from [Hit(_("Public directory"), url, "", "book-open")] if url else []


def _matching(word: str, hits: list[Hit]) -> list[Hit]:
    """Those that hold every word, one of them in the label: a cluster's name alone asks for no page of it."""
    parts = word.split()

    def holds(hit: Hit) -> bool:
        label, whole = fold(hit.label), fold(f"{hit.label} {hit.detail}")
        return all(part in whole for part in parts) and any(part in label for part in parts)

    return [hit for hit in hits if holds(hit)]


def url_or_none(name: str, *args: object) -> str:
    """The address of a page, or nothing when this installation has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
