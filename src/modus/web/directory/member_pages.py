"""What the pages about one member show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core.errors import RuleBroken
from modus.core.time import say_day, today
from modus.directory import actions
from modus.directory.queries import history
from modus.directory.queries.terms import terms_named
from modus.directory.rules import can_manage_members
from modus.web.directory.forms.choices import KINDS, ROLES, SIZES, TYPES
from modus.web.directory.forms.member import FACTS_IN_ORDER, TermsForm
from modus.web.ui import pieces
from modus.web.ui.selects import country_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django import forms

    from modus.directory.models import Cluster, Membership, Organisation, Position
    from modus.directory.queries.members import Neighbourhood
    from modus.directory.rules import Rights

NACE_VERSION = "2.1"
MOST_NAMED = 12


def record(
    cluster: Cluster, row: Membership, people: Sequence[Position], *, rights: Rights, query: str
) -> dict[str, Any]:
    """The record page: facts left, people and timeline right, and what this person may do."""
    is_team = can_manage_members(rights, cluster)
    at = {"cluster": cluster.slug, "membership": row.pk}
    return {
        "cluster": cluster,
        "membership": row,
        "state": _state(row),
        "facts": [*organisation_facts(row.organisation), *(_terms(row) if is_team else _open_terms(row))],
        "people": people,
        "roles": ROLES,
        "timeline": timeline(cluster, row) if is_team or row.organisation_id in rights.works_at else [],
        "back_url": f"{reverse('directory:member-list', kwargs={'cluster': cluster.slug})}?{query}",
        "edit_url": reverse("directory:member-edit", kwargs=at) if _may_edit(rights, row, is_team) else "",
        "end_url": reverse("directory:membership-end", kwargs=at) if is_team and not _has_ended(row) else "",
        "reinstate_url": reverse("directory:membership-reinstate", kwargs=at) if is_team and row.left_on else "",
        "person_url": _person_url(cluster, row) if _may_edit(rights, row, is_team) and not _has_ended(row) else "",
    }


def no_members(cluster: Cluster) -> pieces.Empty:
    """The list before its first member."""
    create = reverse("directory:member-create", kwargs={"cluster": cluster.slug})
    return pieces.Empty(
        _("No members yet"),
        _("Here stands who belongs to the cluster, with its people, its terms and its history. Begin with one."),
        pieces.Link(_("Add the first member"), create),
        icon="building-2",
    )


def organisation_facts(organisation: Organisation) -> list[pieces.Fact]:
    """The facts of an organisation in words; codes with their version and label, by one query."""
    pairs = [tuple(pair) for pair in organisation.activities if len(pair) == 2]
    codes = [code for version, code in pairs if version == NACE_VERSION]
    labels = terms_named({"nace": codes, "nuts": [organisation.nuts] if organisation.nuts else []})
    website = organisation.website
    link = format_html('<a href="{0}" rel="nofollow noopener">{1}</a>', website, organisation.domain or website)
    return [
        pieces.Fact(_("Type"), TYPES.get(organisation.kind, "")),
        pieces.Fact(_("Size"), SIZES.get(organisation.size_class, "")),
        pieces.Fact(_("Legal form"), organisation.legal_form),
        pieces.Fact(
            _("Place"), ", ".join(part for part in (organisation.city, country_name(organisation.country)) if part)
        ),
        pieces.Fact(_("Region"), _coded(organisation.nuts, labels.get(("nuts", organisation.nuts)), "NUTS 2024")),
        pieces.Fact(_("Website"), link if website.startswith(("http://", "https://")) else ""),
        pieces.Fact(_("Founded in"), str(organisation.founded_year or "")),
        pieces.Fact(_("Registration number"), organisation.registration_number),
        pieces.Fact(_("Activities"), _lines([_activity(version, code, labels) for version, code in pairs])),
        pieces.Fact(_("Keywords"), ", ".join(split_keywords(organisation.keywords))),
    ]


def split_keywords(text: str) -> list[str]:
    """Keywords one by one, however somebody separated them."""
    return [word.strip() for word in text.replace(";", ",").split(",") if word.strip()]


def timeline(cluster: Cluster, row: Membership) -> list[pieces.TimelineEntry]:
    """What happened to the membership and the organisation, newest first."""
    return [
        pieces.TimelineEntry(at=line.at, title=line.words, by=line.by, text=line.detail)
        for line in history.history_of_membership(cluster, row)
    ]


def neighbours(slug: str, beside: Neighbourhood, query: str) -> pieces.Neighbours:
    """The ways to the members before and after."""
    tail = "?from=" + query.replace("%", "%25").replace("&", "%26").replace("+", "%2B") if query else ""

    def url(key: object) -> str:
        return f"/space/{slug}/members/{key}/{tail}" if key else ""

    return pieces.Neighbours(url(beside.previous_id), url(beside.next_id))


def initial(row: Membership) -> dict[str, Any]:
    """What the edit form begins with."""
    facts = {name: getattr(row.organisation, name) for name in FACTS_IN_ORDER}
    facts["activities"] = ", ".join(code for _version, code in row.organisation.activities)
    terms = {name: getattr(row, name) for name in TermsForm.base_fields if name != "membership_kind"}
    hidden = {"membership_kind": row.kind, "version": row.version, "seen": row.organisation.state}
    return facts | terms | hidden


def end_words(row: Membership, people_count: int) -> dict[str, str]:
    """What ends with a membership, what stays and how it comes back."""
    name = row.organisation.name
    rights = ngettext(
        "The right of %(n)d person of %(name)s to enter this cluster.",
        "The rights of %(n)d people of %(name)s in this cluster.",
        people_count,
    )
    return {
        "goes": rights % {"n": people_count, "name": name},
        "stays": _("The organisation, its people, its profile and everything that was recorded about it."),
        "way_back": _("Undo in the message that follows, or “Let the membership go on” on its page, at any time."),
    }


def bulk(
    cluster: Cluster, chosen: Sequence[Membership], query: str, *, form: forms.Form, takes_all: bool
) -> dict[str, Any]:
    """The preview of an act upon many: how many, who, and what is sent."""
    act = reverse("directory:member-bulk", kwargs={"cluster": cluster.slug})
    back = reverse("directory:member-list", kwargs={"cluster": cluster.slug})
    rest = len(chosen) - MOST_NAMED
    return {
        "cluster": cluster,
        "form": form,
        "count": len(chosen),
        "names": [row.organisation.name for row in chosen[:MOST_NAMED]],
        "rest": rest if rest > 0 else 0,
        "is_long": len(chosen) > actions.MANY,
        "keep": [("all", "1")] if takes_all else [("chosen", str(row.pk)) for row in chosen],
        "action": f"{act}?{query}" if query else act,
        "cancel_url": f"{back}?{query}" if query else back,
    }


def changed_meanwhile(count: int) -> RuleBroken:
    """The refusal when a preview named other members than there are now."""
    words = ngettext("Now %(n)d member matches.", "Now %(n)d members match.", count) % {"n": count}
    return RuleBroken(_("The list changed since you looked.") + " " + words)


def _state(row: Membership) -> pieces.Badge:
    if _has_ended(row):
        return pieces.Badge(_("Former member"), "warn")
    if row.joined_on > today():
        return pieces.Badge(_("Member to come"), "accent")
    return pieces.Badge(str(KINDS[row.kind]), "good")


def _has_ended(row: Membership) -> bool:
    return row.left_on is not None and row.left_on < today()


def _may_edit(rights: Rights, row: Membership, is_team: bool) -> bool:
    return is_team or row.organisation_id in rights.speaks_for


def _open_terms(row: Membership) -> list[pieces.Fact]:
    return [
        pieces.Fact(_("Membership"), KINDS[row.kind]),
        pieces.Fact(_("Member since"), say_day(row.joined_on)),
    ]


def _terms(row: Membership) -> list[pieces.Fact]:
    words = {"has_agreement": _("signed an agreement"), "pays_fee": _("pays a fee"), "contributes": _("contributes")}
    held = [word for name, word in words.items() if getattr(row, name)]
    return [
        *_open_terms(row),
        pieces.Fact(_("Last day"), say_day(row.left_on) if row.left_on else _("open")),
        pieces.Fact(_("Commitment"), ", ".join(held) or _("none yet")),
        pieces.Fact(_("Named in the public profile"), _("yes") if row.is_public else _("no")),
    ]


def _coded(code: str, term: Any, list_name: str) -> str:
    if not code:
        return ""
    return f"{term.label} ({code}, {list_name})" if term else f"{code} ({list_name})"


def _activity(version: str, code: str, labels: dict[tuple[str, str], Any]) -> str:
    term = labels.get(("nace", code)) if version == NACE_VERSION else None
    return _coded(code, term, f"NACE {version}")


def _lines(texts: list[str]) -> str:
    return format_html_join(SafeString("<br>"), "{}", ((text,) for text in texts))


def _person_url(cluster: Cluster, row: Membership) -> str:
    url = reverse("directory:person-create", kwargs={"cluster": cluster.slug})
    return f"{url}?organisation={row.organisation_id}"
