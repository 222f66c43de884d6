"""What the pages of the office show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core.time import say_day, today
from modus.web.ui import pieces
from modus.web.ui.lights import passport_badge, status_badge
from modus.web.ui.tables import ListPlan, ListState

if TYPE_CHECKING:
    from modus.directory.models import Network, Profile
    from modus.directory.queries import ClusterSeen, NetworkFigures, OfficeHome
    from modus.directory.queries.network import ClusterPage

CLUSTERS_PLAN = ListPlan(sorts=("name",), filters={"manager": frozenset({"none"})})
STATUSES = ("submitted", "changes-asked", "candidate", "published", "withdrawn")
KEPT = "–"


def waiting(network: Network, home: OfficeHome) -> list[dict[str, Any]]:
    """What waits for the office, each with the reason and the way there."""
    at: dict[str, Any] = {"network": network.slug}
    items = [
        _item(p.organisation.name, _submitted(p), _("Review the profile"), "profile-review", {**at, "profile": p.pk})
        for p in home.submitted
    ]
    if home.requests:
        title = ngettext("%(n)d request", "%(n)d requests", home.requests) % {"n": home.requests}
        why = _("Somebody asks to speak for an organisation.")
        items.append(_item(title, why, _("Decide on requests"), "request-list", at))
    for cluster in home.without_manager:
        where = {**at, "cluster": cluster.slug}
        items.append(
            _item(
                cluster.name,
                _("This cluster has no manager."),
                _("Hand the cluster over"),
                "cluster-hand-over",
                where,
            )
        )
    for seen in home.in_amber:
        if seen.profile:
            place = {**at, "profile": seen.profile.pk}
            items.append(_item(seen.cluster.name, _amber(seen), _("See the rules"), "profile-review", place))
    for profile in home.stale:
        day = {"day": say_day(profile.confirmed_on) if profile.confirmed_on else ""}
        why = _("Last confirmed on %(day)s, more than a year ago.") % day
        items.append(
            _item(profile.organisation.name, why, _("See the profile"), "profile-review", {**at, "profile": profile.pk})
        )
    return items


def _item(title: str, why: str, verb: str, name: str, at: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "why": why, "verb": verb, "url": reverse(f"network:{name}", kwargs=at)}


def _submitted(profile: Profile) -> str:
    day = say_day(profile.submitted_at.date()) if profile.submitted_at else ""
    return _("Profile submitted on %(day)s.") % {"day": day}


def _amber(seen: ClusterSeen) -> str:
    ends = [p.grace_ends_on for p in seen.passports if p.state == "amber" and p.grace_ends_on]
    if ends:
        return _("Rules are no longer met; the grace period ends on %(day)s.") % {"day": say_day(min(ends))}
    return _("Rules are no longer met and the grace period is over.")


def stats(network: Network, home: OfficeHome) -> list[pieces.Stat]:
    """The network in four figures."""
    at = {"network": network.slug}
    counts = {"n": len(home.shared), "all": home.clusters}
    clusters, queue = reverse("network:cluster-list", kwargs=at), reverse("network:profile-list", kwargs=at)
    note = _("stated by %(n)s of %(all)s clusters; firms in two clusters count twice") % counts
    return [
        pieces.Stat(_("Clusters"), str(home.clusters), "", _("with a space, today"), clusters),
        pieces.Stat(_("In the public directory"), str(home.listed), "", _("of %(all)s clusters") % counts),
        pieces.Stat(_("Waiting profiles"), str(len(home.submitted)), "", _("submitted, not decided"), queue),
        pieces.Stat(_("Members, as clusters state them"), str(sum(home.shared)), "", note),
    ]


def figures(found: NetworkFigures) -> pieces.Matrix:
    """Organisations by type and country; what is left out shows as a dot."""
    columns = [*found.countries, None]
    rows = [
        (found.kinds[kind] if kind else _("All types"), [_count(found.table.count(kind, column)) for column in columns])
        for kind in (*found.kinds, None)
    ]
    return pieces.Matrix(
        caption=_("Member organisations by type and country on %(day)s") % {"day": say_day(found.as_of)},
        columns=[*found.countries.values(), _("All countries")],
        rows=rows,
        corner=_("Type"),
    )


def _count(count: int | None) -> str:
    return KEPT if count is None else str(count)


def profile_table(network: Network, rows: list[Profile], counts: dict[str, int], chosen: str) -> pieces.Table:
    """The queue of profiles with its filter."""
    labels = dict(_status_choices())
    own = {"network": network.slug}
    return pieces.Table(
        caption=_("Profiles"),
        columns=[
            pieces.Column(_("Organisation")),
            pieces.Column(_("Status")),
            pieces.Column(_("Submitted"), is_extra=True),
            pieces.Column(_("Confirmed"), is_extra=True),
        ],
        rows=[
            pieces.Row(
                key=str(profile.pk),
                url=reverse("network:profile-review", kwargs={**own, "profile": profile.pk}),
                cells=[
                    profile.organisation.name,
                    status_badge(profile),
                    say_day(profile.submitted_at.date()) if profile.submitted_at else "",
                    say_day(profile.confirmed_on) if profile.confirmed_on else _("not yet"),
                ],
            )
            for profile in rows
        ],
        total=counts.get(chosen, 0) if chosen else sum(counts.values()),
        filters=[_chip(status, labels[status], counts.get(status, 0), chosen) for status in STATUSES],
    )


def _chip(status: str, label: str, count: int, chosen: str) -> pieces.FilterChip:
    is_on = status == chosen
    return pieces.FilterChip(label, "?status=all" if is_on else f"?status={status}", count, is_on)


def _status_choices() -> list[tuple[str, str]]:
    return [
        ("submitted", _("Submitted")),
        ("changes-asked", _("Changes asked for")),
        ("candidate", _("Candidates")),
        ("published", _("Published")),
        ("withdrawn", _("Withdrawn")),
    ]


def cluster_table(network: Network, page: ClusterPage, state: ListState) -> pieces.Table:
    """The clusters of the network as far as they share."""
    return pieces.Table(
        caption=_("Clusters"),
        columns=[
            pieces.Column(_("Cluster")),
            pieces.Column(_("Members stated"), is_number=True, is_extra=True),
            pieces.Column(_("Manager")),
            pieces.Column(_("Profile")),
            pieces.Column(_("Confirmed"), is_extra=True),
            pieces.Column(_("Passport")),
        ],
        rows=[_cluster_row(network, seen) for seen in page.clusters],
        total=page.total,
        paging=_paging(page, state),
    )


def _paging(page: ClusterPage, state: ListState) -> pieces.Paging | None:
    """Where this page lies; nothing when everything is on it."""
    shown = [seen.cluster.pk for seen in page.clusters]
    if len(shown) == page.total:
        return None
    return pieces.Paging(
        _("%(shown)d of %(total)d clusters") % {"shown": len(shown), "total": page.total},
        state.url(before=shown[0]) if shown and page.has_previous else "",
        state.url(after=shown[-1]) if shown and page.has_next else "",
    )


def _cluster_row(network: Network, seen: ClusterSeen) -> pieces.Row:
    own = {"network": network.slug}
    profile = seen.profile
    if not seen.has_manager:
        url = reverse("network:cluster-hand-over", kwargs={**own, "cluster": seen.cluster.slug})
    else:
        url = reverse("network:profile-review", kwargs={**own, "profile": profile.pk}) if profile else ""
    return pieces.Row(
        key=str(seen.cluster.pk),
        url=url,
        cells=[
            seen.cluster.name,
            _("not shared") if seen.members is None else str(seen.members),
            _("yes") if seen.has_manager else pieces.Badge(_("No manager"), "warn"),
            status_badge(profile) if profile else _("not submitted"),
            _confirmed(profile),
            passport_badge(seen.passports[0]) if seen.passports else _("none"),
        ],
    )


def _confirmed(profile: Profile | None) -> object:
    if profile is None or profile.confirmed_on is None:
        return _("not yet")
    day = say_day(profile.confirmed_on)
    return pieces.Badge(_("%(day)s, stale") % {"day": day}, "warn") if profile.is_stale(today()) else day
