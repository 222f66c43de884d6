"""What somebody sees about herself."""

from datetime import date

from django.db.models import Q

from modus.directory.models import Person, Position


def own_positions(person: Person, *, on: date) -> list[Position]:
    """The positions that a person has or will have, the oldest first; one query."""
    goes_on = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    rows = Position.objects.within(goes_on, person=person).select_related("organisation")
    return list(rows.order_by("starts_on", "id"))
