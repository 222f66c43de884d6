"""The home of each role: what waits, how the cluster stands, and what changed lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core.time import now, say_day, today
from modus.directory.queries import history, home
from modus.directory.queries.home import Matter
from modus.directory.rules import can_manage_cluster
from modus.web.directory.forms.choices import COMPANIES, SMALLEST, TYPES
from modus.web.ui import charts, pieces

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from modus.directory.models import Cluster, Person
    from modus.directory.queries.home import ClusterPicture, Waiting
    from modus.directory.rules import Rights

MOST_BARS = 8
Line = tuple[str, str, str, str]


def team_home(rights: Rights, cluster: Cluster, person: Person) -> dict[str, Any]:
    """The Monday page of those who run the cluster."""
    picture = home.cluster_picture(rights, cluster, on=today())
    waiting = home.waiting_in_cluster(rights, cluster, picture, person=person, on=today())
    return {
        "cluster": cluster,
        "greeting": greeting(cluster, person),
        "items": [item(cluster, line) for line in waiting],
        "stats": stats(cluster, picture),
        "types": types_chart(picture),
        "member_count": picture.members,
        "timeline": lately(cluster),
        "is_manager": can_manage_cluster(rights, cluster),
    }


def member_home(rights: Rights, cluster: Cluster, person: Person) -> dict[str, Any]:
    """The home of those who stand for a member."""
    memberships = home.own_memberships(rights, cluster, on=today())
    organisations = [row.organisation for row in memberships]
    waiting = home.waiting_for_member(rights, cluster, organisations, person=person, on=today())
    return {
        "cluster": cluster,
        "greeting": greeting(cluster, person),
        "items": [item(cluster, line) for line in waiting],
        "tasks": [task for row in memberships for task in _tasks(rights, cluster, row)],
    }


def greeting(cluster: Cluster, person: Person) -> dict[str, str]:
    """Good morning, afternoon or evening, by the clock of the cluster, and the day."""
    here = now().astimezone(ZoneInfo(cluster.time_zone))
    words = _("Good morning") if here.hour < 12 else _("Good afternoon") if here.hour < 18 else _("Good evening")
    return {"words": f"{words}, {person.given_name}.", "day": f"{date_format(here, 'l j F')}."}


def stats(cluster: Cluster, picture: ClusterPicture) -> list[pieces.Stat]:
    """The figures of today, none of them bare."""
    members = reverse("directory:member-list", kwargs={"cluster": cluster.slug})
    percent = percent_of(picture.committed, picture.members)
    day = _("on %(day)s") % {"day": say_day(today())}
    committed = _("%(n)d of %(total)d") % {"n": picture.committed, "total": picture.members}
    return [
        pieces.Stat(_("Members"), str(picture.members), note=day, url=members),
        pieces.Stat(_("Committed members"), committed, note=f"{percent} {day}", url=f"{members}?commitment=yes"),
        pieces.Stat(
            _("People"),
            str(picture.people),
            note=_("in the team and at members, %(day)s") % {"day": day},
            url=reverse("directory:person-list", kwargs={"cluster": cluster.slug}),
        ),
    ]


def types_chart(picture: ClusterPicture) -> SafeString | None:
    """The members by type as bars; the title says what is found only where it is true."""
    counts = [(str(TYPES[code]), count) for code, count in picture.types.most_common() if code in TYPES]
    if not counts:
        return None
    if len(counts) > MOST_BARS:
        rest = counts[MOST_BARS - 1 :]
        words = ngettext("%(n)d further type", "%(n)d further types", len(rest)) % {"n": len(rest)}
        counts = [*counts[: MOST_BARS - 1], (words, sum(count for _label, count in rest))]
    n = _("n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}%(n)d") % {"n": picture.members}
    unit = _("number of members on %(day)s") % {"day": say_day(today())}
    bars = [charts.Bar(label, count, note=percent_of(count, picture.members)) for label, count in counts]
    return charts.bars(charts.Headline(_finding(picture), unit, n), bars)


def percent_of(count: int, total: int) -> str:
    """A share in whole per cent; nothing of nothing is nothing."""
    return _("%(percent)d %%") % {"percent": round(100 * count / total) if total else 0}


def _finding(picture: ClusterPicture) -> str:
    small = sum(picture.types[code] for code in SMALLEST)
    companies = sum(picture.types[code] for code in COMPANIES)
    if 3 * small >= 2 * picture.members:
        return _("At least two of three members are small or micro enterprises")
    if 2 * small > picture.members:
        return _("More than half of the members are small or micro enterprises")
    if 2 * companies > picture.members:
        return _("More than half of the members are companies")
    return _("The members by type")


def lately(cluster: Cluster) -> list[pieces.TimelineEntry]:
    """What changed lately, each line with the way to its record."""
    names = {"membership": "directory:member-detail", "person": "directory:person-detail"}
    return [
        pieces.TimelineEntry(at=line.at, title=line.words, by=line.by, text=line.detail)
        if line.subject_kind not in names
        else pieces.TimelineEntry(
            at=line.at,
            title=line.words,
            by=line.by,
            text=line.detail,
            url=reverse(names[line.subject_kind], args=[cluster.slug, line.subject_id]),
        )
        for line in history.history_of_cluster(cluster)
    ]


def item(cluster: Cluster, line: Waiting) -> dict[str, str]:
    """One line of the Monday page: what to do, why, and the button that leads there."""
    words = {"name": line.name, "n": line.count, "day": say_day(line.day) if line.day else "", "detail": line.detail}
    title, why, verb, url = _of_profile(cluster, line) or _of_people(cluster, line) or _of_members(cluster, line)
    return {"title": title % words, "why": why % words, "verb": verb, "url": url}


def _of_profile(cluster: Cluster, line: Waiting) -> Line | None:
    """What waits about the profile of the cluster: title, reason, verb and address."""
    profile = reverse("directory:profile", kwargs={"cluster": cluster.slug})
    match line.matter:
        case Matter.CHANGES:
            why = _("The network office asks: %(detail)s") if line.detail else _("The network office asks for changes.")
            return _("Answer the notes on your profile"), why, _("Open the profile"), profile
        case Matter.CONFIRM:
            why = _("It was last confirmed on %(day)s; after a year readers no longer trust it.")
            return _("Confirm the profile of the cluster"), why, _("Open the profile"), profile
        case Matter.RULES:
            why = ngettext(
                "%(n)d rule is missing: %(detail)s.", "%(n)d rules are missing, the first: %(detail)s.", line.count
            )
            return _("Fill in what your profile needs"), why, _("Open the profile"), profile
        case Matter.NO_PROFILE:
            why = _("Others find the cluster only by its profile.")
            return _("Begin the profile of the cluster"), why, _("Begin it"), profile
    return None


def _of_people(cluster: Cluster, line: Waiting) -> Line | None:
    """What waits about people."""
    match line.matter:
        case Matter.REQUEST:
            why = ngettext("%(n)d request waits.", "%(n)d requests wait.", line.count)
            title = _("Answer %(name)s, who asked to join %(detail)s")
            return title, why, _("Decide"), reverse("profile:request-list")
        case Matter.ENDING:
            why = ngettext("It ends on %(day)s.", "It ends on %(day)s; %(n)d positions end within 30 days.", line.count)
            person = reverse("directory:person-detail", args=[cluster.slug, line.thing_id])
            return _("Renew the position of %(name)s, or let it end"), why, _("Open the person"), person
    return None


def _of_members(cluster: Cluster, line: Waiting) -> Line:
    """What waits about members."""
    at = {"cluster": cluster.slug}
    match line.matter:
        case Matter.SPEAKER:
            why = ngettext(
                "%(n)d member has nobody who speaks for it.",
                "%(n)d members have nobody who speaks for them.",
                line.count,
            )
            member = reverse("directory:member-detail", args=[cluster.slug, line.thing_id])
            title = _("Name a representative of %(name)s")
            return title, why, _("Open the member"), member
        case Matter.COMMITMENT:
            why = ngettext(
                "%(n)d member has no agreement, fee or contribution on record.",
                "%(n)d members have no agreement, fee or contribution on record.",
                line.count,
            )
            members = reverse("directory:member-list", kwargs=at)
            return _("Record what members commit to"), why, _("Show them"), f"{members}?commitment=no"
    create = reverse("directory:member-create", kwargs=at)
    return _("Add your first member"), _("Everything else begins with them."), _("Add a member"), create


def _tasks(rights: Rights, cluster: Cluster, row: Any) -> list[pieces.Link]:
    at = [cluster.slug, row.pk]
    is_speaker = row.organisation_id in rights.speaks_for
    own = reverse("directory:member-edit" if is_speaker else "directory:member-detail", args=at)
    people = f"{reverse('directory:person-list', args=[cluster.slug])}?q={row.organisation.name}"
    if is_speaker:
        people = f"{reverse('directory:person-create', args=[cluster.slug])}?organisation={row.organisation_id}"
    name = {"name": row.organisation.name}
    return [
        pieces.Link(
            (_("Keep the facts of %(name)s right") if is_speaker else _("See the facts of %(name)s")) % name,
            own,
            _("What the cluster and its members know of you."),
            "building-2",
        ),
        pieces.Link(
            (_("Add a colleague of %(name)s") if is_speaker else _("See the people of %(name)s")) % name,
            people if is_speaker else reverse("directory:member-detail", args=at),
            _("Who may act and read along."),
            "user-plus",
        ),
    ]
