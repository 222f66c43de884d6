"""What the registration shows and sends on: its steps, its networks, and what resembles the new organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from modus.algorithms.text import domain_of
from modus.core.time import today
from modus.directory import actions
from modus.directory.queries.duplicates import Duplicate, likely_duplicates
from modus.directory.queries.listing import type_label
from modus.directory.queries.profiles import country_name
from modus.web.ui.pieces import Step

if TYPE_CHECKING:
    from modus.directory.models import Network, Person, Profile
    from modus.web.public.forms import RegistrationForm


def steps(current: int) -> list[Step]:
    """Where the person is on her way."""
    labels = [_("Country and type"), _("Name and website"), _("Profile")]
    states = ["done" if n < current else "current" if n == current else "to come" for n in (1, 2, 3)]
    urls = [reverse("public:registration-create") if current > 1 else "", "", ""]
    return [Step(label, state, url) for label, state, url in zip(labels, states, urls, strict=True)]


def choices(networks: list[Network]) -> list[tuple[str, str]]:
    """The networks to choose from."""
    return [(str(network.pk), network.name) for network in networks]


def start_in_words(data: dict[str, str]) -> str:
    """What was chosen in the first step."""
    return f"{type_label(data['type'])}, {country_name(data['country'])}"


def duplicates_to_show(form: RegistrationForm, answer: str | None) -> list[Duplicate]:
    """What resembles a well-formed registration, unless the person has said that it is none of these."""
    if not form.is_valid() or answer == "yes":
        return []
    data = form.cleaned_data
    return likely_duplicates(name=data["name"], website=data["website"], country=data["country"], on=today())


def register(data: dict[str, Any], networks: list[Network], *, by: Person) -> Profile:
    """Carry the registration out in the network that was chosen."""
    network = next(own for own in networks if str(own.pk) == data["network"])
    facts = {name: data[name] for name in ("name", "country", "website")}
    return actions.register_organisation(facts, network=network, type=data["type"], by=by)


def has_matching_domain(address: str, domain: str) -> bool:
    """Whether a mail address belongs to the organisation's website."""
    own = domain_of(address)
    return bool(domain) and (own == domain or own.endswith(f".{domain}"))
