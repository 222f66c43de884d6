"""A public profile in words: facts by group, marks, the passport's light and the way in for its people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from modus.core.time import say_day
from modus.directory.queries.profiles import ShownField, ShownGroup
from modus.directory.queries.rule_sets import Passport
from modus.directory.rules import PassportState
from modus.web.ui.pieces import Badge

ABOVE_THE_FACTS = frozenset({"name", "description", "logo"})
CIRCLES = {
    "network": gettext_lazy("seen by the network"),
    "cluster": gettext_lazy("seen by the own cluster"),
    "staff": gettext_lazy("seen by the cluster staff"),
}
LEADING_TO = ("https://", "http://", "mailto:")


@dataclass(frozen=True)
class Light:
    """A passport of the profile with its state of today in words."""

    badge: Badge
    name: str
    url: str
    checked: str


def fact_groups(groups: Iterable[ShownGroup]) -> list[tuple[str, SafeString]]:
    """The facts that the reader may see, group by group, drawn in one pass."""
    return [
        (group.label, SafeString("\n".join(_drawn(f) for f in group.fields if f.name not in ABOVE_THE_FACTS)))
        for group in groups
    ]


def _drawn(fact: ShownField) -> str:
    """One field: its value, where it leads and where it comes from, and who sees it when not everybody does."""
    source, value = _safe(fact.source), f"{linebreaksbr(fact.value)}"
    if _safe(fact.url):
        value = _link(fact.url, value)
    if fact.circle in CIRCLES:
        value += f' <span class="badge">{escape(CIRCLES[fact.circle])}</span>'
    if source:
        value += "<br>" + _link(source, f"{_('Source:')} {escape(source)}", "source")
    return f"<dt>{escape(fact.label)}</dt><dd>{value}</dd>"


def _link(address: str, inside: str, css: str = "") -> str:
    mark = f' class="{css}"' if css else ""
    return f'<a{mark} href="{escape(address)}" rel="nofollow noopener">{inside}</a>'


def described(groups: Iterable[ShownGroup]) -> str:
    """The description, which stands above the facts."""
    return next((f.value for group in groups for f in group.fields if f.name == "description"), "")


def logo(groups: Iterable[ShownGroup]) -> str:
    """The key of the logo, if the reader sees one."""
    return next((f.picture for group in groups for f in group.fields if f.name == "logo"), "")


def lights(passports: Iterable[Passport], *, on: date) -> list[Light]:
    """The passports of a profile, each with its light."""
    return [
        Light(
            state_badge(passport, on=on),
            passport.rule_set.name,
            reverse("public:passport", kwargs={"token": passport.result.token}),
            _("checked on %(day)s") % {"day": say_day(passport.result.checked_on)},
        )
        for passport in passports
    ]


def state_badge(passport: Passport, *, on: date) -> Badge:
    """Green, amber with the days of grace that are left, or red; in words first."""
    if passport.state == PassportState.GREEN:
        return Badge(_("Green: the criteria are met"), "good")
    if passport.state == PassportState.AMBER and passport.grace_ends_on:
        days = (passport.grace_ends_on - on).days + 1
        words = ngettext("Amber: %(n)s day of grace left", "Amber: %(n)s days of grace left", days)
        return Badge(words % {"n": days}, "warn")
    return Badge(_("Red: the criteria are not met"), "bad")


def _safe(address: str) -> str:
    return address if address.startswith(LEADING_TO) else ""
