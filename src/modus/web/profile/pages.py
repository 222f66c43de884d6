"""What the pages of a profile show: its lights, its steps, and what each circle of readers sees."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core.time import say_day, today
from modus.directory import queries
from modus.web.profile.forms import groups_of
from modus.web.ui import pieces
from modus.web.ui.lights import passport_badge
from modus.web.ui.pictures import Picture, evidence_lines

if TYPE_CHECKING:
    from modus.directory.models import Profile

CIRCLES = {
    "public": gettext_lazy("Everybody"),
    "network": gettext_lazy("The network"),
    "cluster": gettext_lazy("Own cluster"),
    "staff": gettext_lazy("Cluster staff"),
}


def passports(profile: "Profile") -> list[dict[str, Any]]:
    """The passports of a listed profile: rule set, light of today and the end of the grace period."""
    shown = []
    for passport in queries.passports_of(profile, on=today(), circle="staff"):
        ends = passport.grace_ends_on if passport.state == "amber" else None
        text = _("Put it right by %(day)s; until then it stays valid.") % {"day": say_day(ends)} if ends else ""
        shown.append({"passport": passport, "badge": passport_badge(passport), "text": text})
    return shown


def steps(profile: "Profile", current: str) -> list[pieces.Step]:
    """The steps of the form; one is done when something in it is filled in."""
    address = reverse("profile:edit", args=[profile.pk])
    filled = {group.code for group in queries.visible_values(profile, "staff", copy="values")}
    return [
        pieces.Step(label, _state(code, current, filled), f"{address}?group={code}")
        for code, label in groups_of(profile).items()
    ]


def _state(code: str, current: str, filled: set[str]) -> str:
    if code == current:
        return "current"
    return "done" if code in filled else "to come"


def preview_tabs(profile: "Profile", circle: str) -> list[pieces.Link]:
    """The way to what each circle of readers sees."""
    address = reverse("profile:detail", args=[profile.pk])
    return [
        pieces.Link(str(label), f"{address}?circle={code}#preview", is_current=code == circle)
        for code, label in CIRCLES.items()
    ]


def preview(profile: "Profile", circle: str) -> list[tuple[str, list[pieces.Fact]]]:
    """The working copy as a circle of readers would see it."""
    groups = queries.visible_values(profile, circle, copy="values")
    return [(group.label, [pieces.Fact(shown.label, _value(shown)) for shown in group.fields]) for group in groups]


def _value(shown: "queries.ShownField") -> Any:
    return Picture(shown.picture, str(shown.label), side=64) if shown.picture else shown.value


def waivers(profile: "Profile", rights: Any) -> list[dict[str, Any]]:
    """The waivers that hold today, with what proves each as far as this person may read it."""
    return evidence_lines(queries.waivers_with_evidence(profile, rights, on=today()))


def notes(profile: "Profile") -> list[tuple[Any, str, str]]:
    """What the office asks for: the note, the field's name, and where it is changed."""
    address = reverse("profile:edit", args=[profile.pk])
    return [
        (note, str(field.label), f"{address}?group={field.group}") if field else (note, _("The whole profile"), address)
        for note, field in queries.notes_with_fields(profile)
    ]
