"""Organisations are recorded and corrected; what lists and search need is derived in the same breath."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.algorithms.text import domain_of, fold
from modus.core import journal
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.models import Cluster, Membership, Organisation, Person
from modus.directory.queries.codes import known_facts

FACTS = (
    "name",
    "name_english",
    "short_name",
    "kind",
    "size_class",
    "legal_form",
    "registration_number",
    "country",
    "city",
    "nuts",
    "website",
    "founded_year",
    "keywords",
    "activities",
    "is_invented",
)


@action
def record_organisation(facts: dict[str, Any], *, kept_by: Cluster | None = None, by: Person) -> Organisation:
    """Record an organisation, looked after by a cluster or by itself; the action that gives it a place decides who may.

    Raises: RuleBroken when the country knows the registration number already.
    """
    organisation = Organisation(kept_by=kept_by)
    _apply(organisation, facts)
    journal.record("directory.organisation.recorded", organisation, by=by, changes={"name": organisation.name})
    return organisation


@action
def correct_organisation(
    organisation: Organisation, *, facts: dict[str, Any], seen: str = "", by: Person
) -> Organisation:
    """Correct facts of an organisation; its name follows into the member lists. `seen` is the state that was read.

    Raises: NotAllowed; Conflict when somebody changed it since; RuleBroken when a code is not on its list, or when the
    country knows the registration number already.
    """
    if not rules.can_edit_organisation(queries.rights_of(by, on=today()), organisation):
        raise NotAllowed
    organisation = Organisation.objects.select_for_update().within(pk=organisation.pk).get()
    if seen and seen != organisation.state:
        raise Conflict(_("Somebody else changed this organisation while you were editing. Look at it again."))
    before = {name: getattr(organisation, name) for name in FACTS}
    _apply(organisation, known_facts(facts, organisation))
    Membership.objects.within(organisation=organisation).update(
        sort_name=organisation.sort_name,
        search_text=organisation.search_text,
        organisation_kind=organisation.kind,
        organisation_country=organisation.country,
    )
    after = {name: getattr(organisation, name) for name in FACTS}
    journal.record(
        "directory.organisation.corrected", organisation, by=by, changes=journal.changes_between(before, after)
    )
    return organisation


def _apply(organisation: Organisation, facts: dict[str, Any]) -> None:
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise ValueError(f"Not facts of an organisation: {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        setattr(organisation, name, value)
    _derive(organisation)
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise RuleBroken(
            _("Another organisation in this country has this registration number."), field="registration_number"
        ) from error


def _derive(organisation: Organisation) -> None:
    organisation.domain = domain_of(organisation.website)
    organisation.sort_name = fold(organisation.name)[:200]
    organisation.search_text = fold(
        " ".join(
            [
                organisation.name,
                organisation.name_english,
                organisation.short_name,
                organisation.city,
                organisation.keywords,
                organisation.domain,
            ]
        )
    )
    place = queries.place_named(organisation.city, country=organisation.country)
    organisation.latitude = place.latitude if place else None
    organisation.longitude = place.longitude if place else None
