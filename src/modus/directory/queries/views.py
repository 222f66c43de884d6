"""The views of lists that a person keeps."""

from uuid import UUID

from modus.directory.models import Person, SavedView


def saved_views(person: Person, *, address: str) -> list[SavedView]:
    """The views of one list that a person keeps, by name; one query."""
    return list(SavedView.objects.within(person=person, address=address))


def saved_view_of(person: Person, view_id: UUID) -> SavedView | None:
    """One view that a person keeps."""
    return SavedView.objects.within(person=person, pk=view_id).first()
