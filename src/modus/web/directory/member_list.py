"""The table of members: what it can be asked, and how its lines are drawn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from modus.core.time import say_day
from modus.directory.queries.members import MemberChoice, MemberPage, MemberRow
from modus.web.directory.forms.choices import KINDS, TYPES
from modus.web.ui import pieces
from modus.web.ui.selects import country_name
from modus.web.ui.tables import Cell, ListPlan, ListState
from modus.web.ui.tags import icon

if TYPE_CHECKING:
    from modus.directory.models import SavedView

STATUS_WORDS = {
    "current": gettext_lazy("Members today"),
    "coming": gettext_lazy("To come"),
    "former": gettext_lazy("Former members"),
    "all": gettext_lazy("Of any time"),
}
COMMITMENT_WORDS = {"yes": gettext_lazy("Committed"), "no": gettext_lazy("Without commitment")}
FILTERS = {"type": frozenset(TYPES), "kind": frozenset(KINDS)}
SORTS = ("name", "-name", "joined", "-joined")
MEMBERS_PLAN = ListPlan(sorts=SORTS, filters=FILTERS)
TEAM_PLAN = ListPlan(
    sorts=SORTS,
    filters={**FILTERS, "status": frozenset(STATUS_WORDS), "commitment": frozenset(COMMITMENT_WORDS)},
    defaults={"status": "current"},
)


def list_state(asked: QueryDict, *, is_team: bool) -> ListState:
    """The list as it is asked for; the team may ask more."""
    return (TEAM_PLAN if is_team else MEMBERS_PLAN).state(asked)


def choice_of(state: ListState) -> MemberChoice:
    """The list's state as the question to the directory."""
    chosen: dict[str, Any] = dict(state.chosen)
    return MemberChoice(text=state.text, sort=state.sort, after=state.after, before=state.before, **chosen)


def member_table(slug: str, state: ListState, page: MemberPage, *, is_team: bool, country: str = "") -> pieces.Table:
    """The list with everything around it; the country of the cluster itself is not repeated in each line."""
    at = {"cluster": slug}
    query = state.query()
    tail = f"?{query}" if query else ""
    return pieces.Table(
        caption=_("Members"),
        columns=list(_columns(state, is_team=is_team)),
        rows=list(_rows(slug, state, page.rows, is_team=is_team, country=country)),
        total=page.total,
        paging=_paging(state, page),
        acts=_acts(at, tail) if is_team else (),
        filters=list(_filters(state, page)),
        csv_url=reverse("directory:member-export", kwargs={**at, "format": "csv"}) + tail,
        xlsx_url=reverse("directory:member-export", kwargs={**at, "format": "xlsx"}) + tail,
        search_value=state.text,
        search_label=_("Name, town, keyword or web address"),
    )


def export_heads(*, is_team: bool) -> list[str]:
    """The headings of an export: those of the list, and every term in a column of its own."""
    heads = [_("Name"), _("Type"), _("Town"), _("Country"), _("Membership"), _("Member since")]
    return [*heads, _("Last day"), _("Agreement"), _("Fee"), _("Contribution")] if is_team else heads


def export_cells(row: MemberRow, *, is_team: bool) -> list[Cell]:
    """One line of an export."""
    types, kinds = _words(get_language() or "")
    cells: list[Cell] = [row.name, types.get(row.type, ""), row.city, row.country, kinds[row.kind], row.joined_on]
    return [*cells, row.left_on, row.has_agreement, row.pays_fee, row.contributes] if is_team else cells


def kind_cell(slug: str, *, membership_id: object, name: str, kind: str, query: str = "") -> SafeString:
    """The kind of a membership, as a link that turns into a choice at its place."""
    return _kind_cells(slug, query)(membership_id, name, kind)


def _kind_cells(slug: str, query: str) -> Callable[[object, str, str], SafeString]:
    """The cells of one list: what they share is made once."""
    pencil, words, kinds = icon("pencil", 16), escape(_("change the membership of")), _words(get_language() or "")[1]
    tail = f"?from={escape(_quoted(query))}" if query else ""

    def cell(membership_id: object, name: str, kind: str) -> SafeString:
        url = f"/space/{slug}/members/{membership_id}/kind/{tail}"
        start = f'<a class="cell-edit" href="{url}" hx-get="{url}" hx-target="closest td">{escape(kinds[kind])}'
        html = f'{start}{pencil}<span class="sr">{words} {escape(name)}</span></a>'
        return mark_safe(html)  # noqa: S308  every part is escaped above

    return cell


@cache
def _words(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """The types and kinds in the language of the page."""
    return {code: str(label) for code, label in TYPES.items()}, {code: str(label) for code, label in KINDS.items()}


@lru_cache(maxsize=4096)
def _day_in(day: date, language: str) -> str:
    return say_day(day)


def _columns(state: ListState, *, is_team: bool) -> Iterator[pieces.Column]:
    yield pieces.Column(_("Name"), state.sort_url("name"), state.sorted("name"))
    yield pieces.Column(_("Type"), is_extra=True)
    yield pieces.Column(_("Place"), is_extra=True)
    yield pieces.Column(_("Membership"))
    yield pieces.Column(_("Member since"), state.sort_url("joined"), state.sorted("joined"), is_extra=True)
    if _shows_end(state):
        yield pieces.Column(_("Last day"))
    if is_team:
        yield pieces.Column(_("Committed"))


def _rows(
    slug: str, state: ListState, rows: Sequence[MemberRow], *, is_team: bool, country: str
) -> Iterator[pieces.Row]:
    query, language = state.query(), get_language() or ""
    tail = f"?from={_quoted(query)}" if query else ""
    types, kinds = _words(language)
    kind_of = _kind_cells(slug, query)
    shows_end = _shows_end(state)
    committed, open_ = _("yes"), _("not yet")
    for row in rows:
        abroad = country_name(row.country) if row.country != country else ""
        place = ", ".join(part for part in (row.city, abroad) if part)
        kind = kind_of(row.id, row.name, row.kind) if is_team else kinds[row.kind]
        cells: list[object] = [row.name, types.get(row.type, ""), place, kind, _day_in(row.joined_on, language)]
        if shows_end:
            cells.append(_day_in(row.left_on, language) if row.left_on else "")
        if is_team:
            cells.append(committed if row.is_committed else open_)
        yield pieces.Row(key=str(row.id), cells=cells, url=f"/space/{slug}/members/{row.id}/{tail}")


def _shows_end(state: ListState) -> bool:
    return state.chosen.get("status", "current") in {"former", "all"}


def _quoted(query: str) -> str:
    return query.replace("%", "%25").replace("&", "%26").replace("=", "%3D").replace("+", "%2B")


def _paging(state: ListState, page: MemberPage) -> pieces.Paging:
    rows = page.rows
    summary = _("%(shown)d of %(total)d members") % {"shown": len(rows), "total": page.total}
    return pieces.Paging(
        summary,
        state.url(before=rows[0].id) if rows and page.has_previous else "",
        state.url(after=rows[-1].id) if rows and page.has_next else "",
    )


def _acts(at: dict[str, str], tail: str) -> list[pieces.BulkAct]:
    return [pieces.BulkAct(_("Change membership kind"), reverse("directory:member-bulk", kwargs=at) + tail)]


def _filters(state: ListState, page: MemberPage) -> Iterator[pieces.FilterChip]:
    words = {"status": STATUS_WORDS, "kind": KINDS, "commitment": COMMITMENT_WORDS}
    if state.chosen["type"]:
        words["type"] = {state.chosen["type"]: TYPES[state.chosen["type"]]}
    for name in (name for name in words if name in state.chosen):
        usual = state.plan.defaults.get(name, "")
        for value, label in words[name].items():
            is_on = state.chosen[name] == value
            count = page.facets[name][value] if value != "all" else sum(page.facets[name].values())
            if (is_on and value != usual) or (count and value != usual):
                yield pieces.FilterChip(str(label), state.url(**{name: usual if is_on else value}), count, is_on)


def with_views(
    table: pieces.Table, kept: Sequence["SavedView"], state: ListState, *, slug: str, which: str
) -> pieces.Table:
    """The list with the views that somebody keeps of it, and the way to keep this one."""
    query = state.query()
    create = reverse("directory:saved-view-create", kwargs={"cluster": slug, "which": which})
    links = [pieces.Link(view.name, f"?{view.query}", is_current=view.query == query) for view in kept]
    return replace(table, views=links, save_view_url=f"{create}?{query}")


def type_links(state: ListState, page: MemberPage) -> list[pieces.Link]:
    """The types of organisations among the members, the most frequent first, each with its count."""
    return [
        pieces.Link(str(TYPES[code]), state.url(type=code), detail=str(count), is_current=state.chosen["type"] == code)
        for code, count in page.facets["type"].most_common()
        if code in TYPES
    ]
