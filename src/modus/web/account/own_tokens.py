"""Tokens in words: for which place, what they may do, and how they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core.time import say_day, today
from modus.directory.rules import AREAS
from modus.web.ui.pieces import Badge

if TYPE_CHECKING:
    from modus.core.tokens import Token
    from modus.directory.rules import Rights

OWN_THINGS = gettext_lazy("Your own things")


@dataclass(frozen=True)
class TokenLine:
    """One token as its owner sees it."""

    token: Token
    place: str
    may: str
    state: Badge
    days: str
    is_valid: bool


def places_of(rights: Rights) -> dict[str, Any]:
    """The clusters and networks for which a person can make a token, by their keys."""
    return {str(place.pk): place for place in (*rights.clusters, *rights.offices)}


def lines_of(tokens: Iterable[Token], places: dict[str, Any]) -> list[TokenLine]:
    """Each token in words; a place where the person has no right any more is not named."""
    return [
        TokenLine(
            token=token,
            place=_place(token, places),
            may=_may(token),
            state=_state(token, places),
            days=_days(token),
            is_valid=token.is_valid(today()),
        )
        for token in tokens
    ]


def _place(token: Token, places: dict[str, Any]) -> str:
    if token.scope_id is None:
        return str(OWN_THINGS)
    place = places.get(str(token.scope_id))
    return str(place.name) if place else _("A place where you have no right any more")


def _may(token: Token) -> str:
    verb = _("Reads and writes") if token.may_write else _("Reads")
    if set(token.areas) >= set(AREAS):
        return _("%(verb)s everything that you may") % {"verb": verb}
    return f"{verb}: {', '.join(str(AREAS[area]) for area in token.areas if area in AREAS)}"


def _state(token: Token, places: dict[str, Any]) -> Badge:
    if token.revoked_at:
        return Badge(_("Revoked"), "bad")
    if token.expires_on < today():
        return Badge(_("Expired"))
    if token.scope_id and str(token.scope_id) not in places:
        return Badge(_("Opens nothing now"), "warn")
    return Badge(_("In use") if token.last_used_on else _("Not used yet"), "good" if token.last_used_on else "")


def _days(token: Token) -> str:
    words = {"last": say_day(token.expires_on), "used": say_day(token.last_used_on) if token.last_used_on else ""}
    if token.last_used_on:
        return _("until %(last)s · last used on %(used)s") % words
    return _("until %(last)s · never used") % words
