"""A public profile in words: facts by group, marks, the passport's light and the way in for its people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core.time import say_day
from modus.directory.queries.profiles import ShownGroup
from modus.directory.queries.rule_sets import Passport
from modus.directory.rules import PassportState
from modus.web.ui.pieces import Badge

ABOVE_THE_FACTS = frozenset({"name", "description", "logo"})
LEADING_TO = ("https://", "http://", "mailto:")


@dataclass(frozen=True)
class FactLine:
    """One field: its value, where it leads and where it comes from, and who sees it when not everybody does."""

    label: str
    value: str
    url: str
    source: str
    seen_by: str


@dataclass(frozen=True)
class Light:
    """A passport of the profile with its state of today in words."""

    badge: Badge
    name: str
    url: str
    checked: str


def fact_groups(groups: Iterable[ShownGroup]) -> list[tuple[str, list[FactLine]]]:
    """The facts that the reader may see, group by group."""
    circles = {
        "network": _("seen by the network"),
        "cluster": _("seen by the own cluster"),
        "staff": _("seen by the cluster staff"),
    }
    return [
        (
            group.label,
            [
                FactLine(f.label, f.value, _safe(f.url), _safe(f.source), circles.get(f.circle, ""))
                for f in group.fields
                if f.name not in ABOVE_THE_FACTS
            ],
        )
        for group in groups
    ]


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
