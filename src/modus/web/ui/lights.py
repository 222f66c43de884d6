"""How a profile stands, drawn alike on every page: its status, the lights of its rules, its passports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core.time import today
from modus.directory import queries, rules
from modus.web.ui import pieces

if TYPE_CHECKING:
    from modus.directory.models import Profile
    from modus.directory.queries import Lights, Passport

STATUS_TONES = {
    "draft": "",
    "submitted": "accent",
    "changes-asked": "warn",
    "candidate": "warn",
    "published": "good",
    "withdrawn": "",
}
PASSPORTS = {
    "green": (gettext_lazy("Rules met"), "good"),
    "amber": (gettext_lazy("Grace period"), "warn"),
    "red": (gettext_lazy("Rules not met"), "bad"),
}


def status_badge(profile: Profile) -> pieces.Badge:
    """The status of a profile."""
    return pieces.Badge(profile.get_status_display(), STATUS_TONES[profile.status])


def lights(profile: Profile, *, circle: str) -> list[dict[str, Any]]:
    """The lights of what was handed in, by rule set, as a circle of readers may see them."""
    found = queries.lights_of(profile, on=today())
    deciding = {light.rule_set.pk for light in queries.gating(found)}
    return [
        {
            "rule_set": light.rule_set,
            "rules": [rule_piece(o) for o in queries.outcomes_seen(profile, light.outcomes, circle=circle)],
            "summary": summary(light),
            "decides": light.rule_set.pk in deciding,
        }
        for light in found
    ]


def summary(light: Lights) -> str:
    """How many rules are met."""
    met = sum(1 for outcome in light.outcomes if outcome.is_met)
    return _("%(met)s of %(all)s rules met") % {"met": met, "all": len(light.outcomes)}


def rule_piece(outcome: rules.Outcome) -> pieces.Rule:
    """One light with its evidence, or with what to do."""
    if outcome.state == "waived":
        words = {"programme": outcome.waiver, "day": outcome.waived_until}
        reason = _("waived by %(programme)s until %(day)s") % words
    elif outcome.state == "fail":
        said = {"evidence": outcome.evidence, "advice": outcome.advice}
        reason = _("%(evidence)s. %(advice)s") % said
    else:
        reason = outcome.evidence
    return pieces.Rule(outcome.title, outcome.state, reason)


def passport_badge(passport: Passport) -> pieces.Badge:
    """The light of a passport on the day of reading."""
    label, tone = PASSPORTS[passport.state]
    return pieces.Badge(str(label), tone)
