"""Somebody registers an organisation that is not in the directory yet, and speaks for it from then on."""

from typing import Any

from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.directory.actions.organisation import record_organisation
from modus.directory.actions.profile.listing import new_profile
from modus.directory.actions.profile.values import cleaned_values
from modus.directory.models import PROFILE_TYPES, Network, Person, Position, Profile, Role

MOST_A_DAY = 10
FACTS = ("name", "country", "website")


@action
def register_organisation(facts: dict[str, Any], *, network: Network, type: str, by: Person) -> Profile:
    """Record an organisation, make the person its representative and start its profile as a draft.

    Whether it is in the directory already is shown before; what is listed is decided by the office of the network.
    Raises: NotAllowed for somebody without an account; RuleBroken naming the field, or after ten in one day.
    """
    if by.user_id is None:
        raise NotAllowed
    if type not in PROFILE_TYPES:
        raise RuleBroken(_("Choose from the list."), field="type")
    begun_today = Position.objects.within(person=by, role=Role.REPRESENTATIVE, starts_on=today())
    if begun_today.count() >= MOST_A_DAY:
        raise RuleBroken(_("You have registered ten organisations today. Go on tomorrow, or ask the network office."))
    values = cleaned_values(PROFILE_TYPES[type], {name: facts[name] for name in FACTS}, known={}, on=today())
    organisation = record_organisation({name: values.get(name, "") for name in FACTS}, by=by)
    Position.objects.create(person=by, organisation=organisation, role=Role.REPRESENTATIVE, starts_on=today())
    journal.record("directory.position.given", by, by=by, changes={"role": [None, Role.REPRESENTATIVE]})
    profile = new_profile(organisation, network=network, type=type, values=values)
    journal.record("directory.profile.started", profile, by=by, scope=network, changes={"type": [None, type]})
    return profile
