"""Lines of the directory in words, drawn here because a page of them takes a template ten times as long."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from modus.core.time import say_day
from modus.directory.queries.listing import Entry
from modus.web.ui.pictures import Picture, picture_or_none


@dataclass(frozen=True)
class Line:
    """One organisation as the list shows it."""

    url: str
    name: str
    name_english: str
    facts: str
    summary: str
    confirmed: str
    is_stale: bool
    marks: tuple[str, ...]
    logo: Picture | None = None

    def __html__(self) -> SafeString:
        """Let a line stand in the list of results."""
        return SafeString(  # safe: every part is escaped one by one
            (self.logo.__html__() if self.logo else "")
            + f'<h2><a href="{escape(self.url)}">{escape(self.name)}</a></h2>'
            + (f'<p class="small quiet" lang="en">{escape(self.name_english)}</p>' if self.name_english else "")
            + f'\n<p class="small">{escape(self.facts)}</p>\n'
            + (f"<p>{escape(self.summary)}</p>\n" if self.summary else "")
            + f'<p class="small quiet">{self._standing()}</p>'
        )

    __str__ = __html__

    def _standing(self) -> str:
        """When it was confirmed, as a warning if that is long ago, and what kind of record it is."""
        confirmed, marks = escape(self.confirmed), (f'<span class="badge">{escape(mark)}</span>' for mark in self.marks)
        first = f'<span class="badge badge-warn">{confirmed}</span>' if self.is_stale else confirmed
        return " ".join([first, *marks])


def lines_of(entries: list[Entry], *, on: date) -> list[Line]:
    """The entries of a list in words."""
    invented, public_sources = _("Invented example"), _("From public sources; the organisation has not joined")
    here = reverse("public:directory")
    return [
        Line(
            url=f"{here}{entry.slug}/",
            name=entry.name,
            name_english=entry.name_english,
            logo=picture_or_none(entry.logo),
            facts=_facts(entry),
            summary=entry.summary,
            confirmed=_confirmed_or_not(entry, on=on),
            is_stale=entry.is_stale,
            marks=tuple(
                mark
                for mark, applies in ((invented, entry.is_invented), (public_sources, entry.is_from_public_sources))
                if applies
            ),
        )
        for entry in entries
    ]


def _confirmed_or_not(entry: Entry, *, on: date) -> str:
    """Who has not joined cannot have confirmed, and the mark says so already."""
    if entry.is_from_public_sources and entry.confirmed_on is None:
        return ""
    return confirmed_in_words(entry.confirmed_on, is_stale=entry.is_stale, on=on)


def _facts(entry: Entry) -> str:
    where = ", ".join(part for part in (entry.city, entry.country) if part)
    return " · ".join(part for part in (entry.type_label, where, entry.ecosystems) if part)


@lru_cache(maxsize=4096)
def _confirmed(day: date, language: str) -> str:
    return _("Confirmed on %(day)s") % {"day": say_day(day)}


def confirmed_in_words(confirmed_on: date | None, *, is_stale: bool, on: date) -> str:
    """When somebody last said that the facts hold; an old confirmation by its age."""
    if confirmed_on is None:
        return _("Not confirmed by the organisation")
    if not is_stale:
        return _confirmed(confirmed_on, get_language() or "")
    months = (on.year - confirmed_on.year) * 12 + on.month - confirmed_on.month - (on.day < confirmed_on.day)
    return ngettext("Last confirmed %(n)s month ago", "Last confirmed %(n)s months ago", months) % {"n": months}
