"""The own person in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from modus.core.time import say_day, today
from modus.directory import actions, queries
from modus.directory.queries.own_person import own_positions

if TYPE_CHECKING:
    from modus.directory.models import Person, Position
    from modus.web.account.forms import PersonForm


OWN_FACTS = ("given_name", "family_name", "phone")


def facts_of(person: Person) -> dict[str, Any]:
    """What the form shows."""
    return {name: getattr(person, name) for name in OWN_FACTS}


def correct(person: Person, said: dict[str, Any]) -> Person:
    """Save what somebody said about herself.

    Raises: as the action does.
    """
    facts = {name: said[name] for name in OWN_FACTS}
    return actions.correct_person(person, facts=facts, version=said["version"], by=person)


def page(person: Person, form: PersonForm) -> dict[str, Any]:
    """What the page shows."""
    return {
        "form": form,
        "person": person,
        "positions": [{"id": row.pk, "words": _said(row)} for row in own_positions(person, on=today())],
    }


def _said(position: Position) -> str:
    words = {
        "role": position.get_role_display(),
        "organisation": position.organisation.name,
        "first": say_day(position.starts_on),
        "last": say_day(position.ends_on) if position.ends_on else "",
    }
    if position.ends_on:
        return _("%(role)s at %(organisation)s, from %(first)s to %(last)s") % words
    return _("%(role)s at %(organisation)s, since %(first)s") % words


def end_tokens(account: Any) -> None:
    """Revoke every token for machines of an account, by its owner."""
    person = queries.person_of(account)
    if person:
        actions.revoke_tokens(person, by=person)
