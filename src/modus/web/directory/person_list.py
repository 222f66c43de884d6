"""The table of people and the facts of one, as this cluster may know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from modus.core.time import say_day
from modus.directory.queries.people import PersonChoice, PersonPage, PersonRow
from modus.web.directory.forms.choices import ROLES
from modus.web.ui import pieces
from modus.web.ui.tables import Cell, ListPlan, ListState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modus.directory.models import Person, Position, SavedView

PLAN = ListPlan(sorts=("name", "-name"), filters={"role": frozenset(ROLES)})


def choice_of(state: ListState) -> PersonChoice:
    """The list's state as the question to the directory."""
    role = state.chosen["role"]
    return PersonChoice(text=state.text, role=role, sort=state.sort, after=state.after, before=state.before)


def person_table(
    slug: str, state: ListState, page: PersonPage, kept: Sequence[SavedView], *, is_team: bool
) -> pieces.Table:
    """The list with everything around it."""
    at, query = {"cluster": slug}, state.query()
    tail = f"?{query}" if query else ""
    files = {
        format_: reverse("directory:person-export", kwargs={**at, "format": format_}) + tail if is_team else ""
        for format_ in ("csv", "xlsx")
    }
    return pieces.Table(
        caption=_("People"),
        columns=[
            pieces.Column(_("Name"), state.sort_url("name"), state.sorted("name")),
            pieces.Column(_("Organisation")),
            pieces.Column(_("Role"), is_extra=True),
            pieces.Column(_("E-mail"), is_extra=True),
            pieces.Column(_("Telephone"), is_extra=True),
        ],
        rows=[_row(slug, row) for row in page.rows],
        total=page.total,
        paging=_paging(state, page),
        filters=list(_filters(state, page)),
        views=[pieces.Link(view.name, f"?{view.query}", is_current=view.query == query) for view in kept],
        save_view_url=reverse("directory:saved-view-create", kwargs={**at, "which": "people"}) + tail,
        search_value=state.text,
        search_label=_("Name or e-mail"),
        csv_url=files["csv"],
        xlsx_url=files["xlsx"],
    )


def export_heads() -> list[str]:
    """The headings of an export."""
    return [_("Given name"), _("Family name"), _("Organisation"), _("Role"), _("E-mail"), _("Telephone")]


def export_cells(row: PersonRow) -> list[Cell]:
    """One line of an export."""
    return [row.given_name, row.family_name, _places(row), _roles(row), row.email, row.phone]


def facts(person: Person) -> list[pieces.Fact]:
    """What the colleagues of a cluster may know of a person."""
    mail = format_html('<a href="mailto:{0}">{0}</a>', person.email) if person.email else ""
    return [pieces.Fact(_("E-mail"), mail), pieces.Fact(_("Telephone"), person.phone)]


def end_words(row: Position) -> dict[str, Any]:
    """What ends with a position, what stays and how it comes back."""
    words = {"name": row.person.name, "organisation": row.organisation.name}
    return {
        "goes": _("What %(name)s may do for %(organisation)s, from the day after the last day.") % words,
        "stays": _("The person, her other positions, and everything that she did."),
        "way_back": _("Give the position again, on the page of the person."),
    }


def held(row: Position) -> str:
    """From when to when a position is held."""
    if row.ends_on:
        return _("%(first)s to %(last)s") % {"first": say_day(row.starts_on), "last": say_day(row.ends_on)}
    return _("since %(first)s") % {"first": say_day(row.starts_on)}


def _row(slug: str, row: PersonRow) -> pieces.Row:
    mail = format_html('<a href="mailto:{0}">{0}</a>', row.email) if row.email else ""
    cells = [row.name, _places(row), _roles(row), mail, row.phone]
    return pieces.Row(key=str(row.id), cells=cells, url=f"/space/{slug}/people/{row.id}/")


def _places(row: PersonRow) -> str:
    return "; ".join(dict.fromkeys(position.organisation.name for position in row.positions))


def _roles(row: PersonRow) -> str:
    return "; ".join(dict.fromkeys(str(ROLES[position.role]) for position in row.positions))


def _paging(state: ListState, page: PersonPage) -> pieces.Paging:
    rows = page.rows
    return pieces.Paging(
        _("%(shown)d of %(total)d people") % {"shown": len(rows), "total": page.total},
        state.url(before=rows[0].id) if rows and page.has_previous else "",
        state.url(after=rows[-1].id) if rows and page.has_next else "",
    )


def _filters(state: ListState, page: PersonPage) -> Iterator[pieces.FilterChip]:
    for role, label in ROLES.items():
        is_on = state.chosen["role"] == role
        if is_on or page.facets[role]:
            yield pieces.FilterChip(str(label), state.url(role="" if is_on else role), page.facets[role], is_on)
