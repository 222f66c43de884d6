"""The facts that each piece of a page takes: frozen, made by the view, drawn by the template of the same name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from html import escape

from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext


@dataclass(frozen=True)
class Link:
    """A way to go, in words; `detail` is said quietly behind."""

    label: str
    url: str
    detail: str = ""
    icon: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Badge:
    """A state in a word; the tone (good, warn, bad, accent or none) only repeats what the word says."""

    label: str
    tone: str = ""

    def __html__(self) -> SafeString:
        """Let a badge stand wherever a table cell stands."""
        return _badge(str(self.label), self.tone)

    __str__ = __html__


@lru_cache(maxsize=512)
def _badge(label: str, tone: str) -> SafeString:
    return format_html('<span class="badge badge-{}">{}</span>', tone or "plain", label)


@dataclass(frozen=True)
class Chip:
    """A person or an organisation, by name and initials."""

    label: str
    url: str = ""
    detail: str = ""
    is_organisation: bool = False

    def __html__(self) -> SafeString:
        """Let a chip stand wherever a table cell stands."""
        kind = "chip chip-organisation" if self.is_organisation else "chip"
        mark = format_html('<span class="chip-mark" aria-hidden="true">{}</span>', initials_of(self.label))
        inside = format_html(
            '{}{} <span class="quiet">{}</span>' if self.detail else "{}{}{}", mark, self.label, self.detail
        )
        if self.url:
            return format_html('<a class="{}" href="{}">{}</a>', kind, self.url, inside)
        return format_html('<span class="{}">{}</span>', kind, inside)

    __str__ = __html__


def initials_of(name: str) -> str:
    """Give the first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@dataclass(frozen=True)
class FilterChip:
    """A filter with its count; `url` turns it on, or off when it is on."""

    label: str
    url: str
    count: int | None = None
    is_on: bool = False


@dataclass(frozen=True)
class Column:
    """A column: its heading, the link that sorts by it, and how it is sorted now (ascending, descending or not)."""

    label: str
    sort_url: str = ""
    sorted: str = ""
    is_number: bool = False
    is_extra: bool = False

    @property
    def css_class(self) -> str:
        """Give the classes of every cell below."""
        return " ".join(name for name, on in (("num", self.is_number), ("extra", self.is_extra)) if on)


@dataclass(frozen=True)
class Row:
    """A row: its key for choosing, the address of its record, and one cell per column (the first is the link)."""

    key: str
    cells: Sequence[object]
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class BulkAct:
    """Something to do with all chosen rows; its address answers with a preview before anything happens."""

    label: str
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Paging:
    """Where this page of a list lies; an address is empty when there is nothing that way."""

    summary: str
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Table:
    """A list: what `ui/_table.html` draws."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: int = 0
    paging: Paging | None = None
    acts: Sequence[BulkAct] = ()
    filters: Sequence[FilterChip] = ()
    views: Sequence[Link] = ()
    save_view_url: str = ""
    csv_url: str = ""
    xlsx_url: str = ""
    search_value: str = ""
    search_label: str = ""

    @property
    def body(self) -> SafeString:
        """Draw the rows: fifty of them cost a template four times as much."""
        opening = [f'<td class="{column.css_class}">' if column.css_class else "<td>" for column in self.columns[1:]]
        choose = gettext("Choose") if self.acts else ""
        return mark_safe("".join(_row(row, opening, choose) for row in self.rows))  # noqa: S308  escaped in _row


def _row(row: Row, opening: Sequence[str], choose: str) -> str:
    key, first = _escaped(row.key), _escaped(row.cells[0])
    check = (
        f'<td class="check"><label><span class="sr">{choose} {_escaped(row.label) or first}</span>' if choose else ""
    )
    box = f'<input type="checkbox" class="row-check" name="chosen" value="{key}"></label></td>' if choose else ""
    name = f'<a href="{_escaped(row.url)}">{first}</a>' if row.url else first
    others = (f"{start}{_escaped(cell)}</td>" for start, cell in zip(opening, row.cells[1:], strict=True))
    return f'<tr data-key="{key}">{check}{box}<th scope="row">{name}</th>{"".join(others)}</tr>'


def _escaped(value: object) -> str:
    words = str(value)
    return words if isinstance(words, SafeString) else escape(words)


@dataclass(frozen=True)
class Facet:
    """One choice of a facet with its count; `url` is the page with the choice turned."""

    label: str
    url: str
    count: int
    is_on: bool = False


@dataclass(frozen=True)
class FacetGroup:
    """A question by which a list can be narrowed."""

    label: str
    facets: Sequence[Facet]


@dataclass(frozen=True)
class Stat:
    """A figure that is never bare: value, unit, period and n; perhaps its course as a sparkline."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    url: str = ""
    sparkline: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a long form: done, current or to come."""

    label: str
    state: str = "to come"
    url: str = ""


@dataclass(frozen=True)
class Progress:
    """Work that takes a while: how far, what is left, how to stop it, and what came of it."""

    label: str
    done: int
    total: int
    time_left: str = ""
    url: str = ""
    cancel_url: str = ""
    is_finished: bool = False
    state: str = ""
    outcome: str = ""
    tone: str = ""

    @property
    def share_percent(self) -> int:
        """Give the share that is done, in per cent."""
        return round(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True)
class TimelineEntry:
    """What happened: when, what, by whom."""

    at: date | datetime
    title: str
    by: str = ""
    text: str = ""
    url: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Fact:
    """A fact of a record: a name and a value (text, or safe HTML such as a chip)."""

    label: str
    value: object
    edit_url: str = ""


@dataclass(frozen=True)
class Neighbours:
    """The records before and after this one in the list one came from."""

    previous_url: str = ""
    next_url: str = ""
    position: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule and how it stands: pass, fail, waived or amber, with the reason in words."""

    label: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Card:
    """A card on a board; `moves` are the keyboard's way: one link or button per column."""

    key: str
    label: str
    text: str = ""
    url: str = ""
    badge: Badge | None = None


@dataclass(frozen=True)
class BoardColumn:
    """A column of a board with its cards; `key` is what a move sends."""

    key: str
    label: str
    cards: Sequence[Card] = ()
    limit: int = 0


@dataclass(frozen=True)
class Matrix:
    """Rows against columns; each cell is a text, a badge or nothing."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[object]]]
    corner: str = ""


@dataclass(frozen=True)
class Empty:
    """A place where nothing is yet: what it is for, the first step, and a try with sample data."""

    title: str
    text: str
    act: Link | None = None
    sample: Link | None = None
    icon: str = "sprout"


@dataclass(frozen=True)
class Hit:
    """One answer of the command palette."""

    label: str
    url: str
    detail: str = ""
    icon: str = "arrow-right"


@dataclass(frozen=True)
class Group:
    """Answers of one kind."""

    label: str
    entries: Sequence[Hit]


@dataclass(frozen=True)
class Fault:
    """One error of a form with the place where it can be put right."""

    message: str
    label: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class FormPicture:
    """What a form shows: visible fields, hidden ones already drawn, and all faults."""

    fields: list[BoundField]
    hidden: SafeString
    faults: list[Fault] = field(default_factory=list)


def form_picture(form: BaseForm) -> FormPicture:
    """Collect the fields and the errors of a form in the order in which they are shown."""
    hidden = SafeString("".join(str(bound) for bound in form.hidden_fields()))  # safe: fields escape themselves
    return FormPicture(form.visible_fields(), hidden, _faults(form) if form.is_bound else [])


def _faults(form: BaseForm) -> list[Fault]:
    faults = [Fault(str(message)) for message in form.non_field_errors()]
    for bound in form.hidden_fields():
        faults += [Fault(str(message)) for message in bound.errors]
    for bound in form.visible_fields():
        faults += [Fault(str(message), str(bound.label), _anchor(bound)) for message in bound.errors]
    return faults


def _anchor(bound: BoundField) -> str:
    # A group of choices has no element of its own that takes the focus: its first choice does.
    return f"{bound.auto_id}_0" if bound.use_fieldset else str(bound.id_for_label or bound.auto_id)
