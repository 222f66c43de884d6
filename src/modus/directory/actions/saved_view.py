"""People keep views of lists under a name, and forget them."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.directory.models import Person, SavedView

MOST_VIEWS = 50


@action
def keep_view(*, address: str, name: str, query: str, by: Person) -> SavedView:
    """Keep the filters and the order of a list under a name.

    Raises: RuleBroken when the name is taken for this list, or somebody keeps too many.
    """
    if SavedView.objects.within(person=by).count() >= MOST_VIEWS:
        raise RuleBroken(_("You keep %(n)d views already. Remove one first.") % {"n": MOST_VIEWS}, field="name")
    try:
        with transaction.atomic():
            view = SavedView.objects.create(person=by, address=address, name=name, query=query)
    except IntegrityError as error:
        raise RuleBroken(_("You keep a view of this name already."), field="name") from error
    journal.record("directory.saved-view.kept", view, by=by)
    return view


@action
def forget_view(view: SavedView, *, by: Person) -> None:
    """Forget a kept view.

    Raises: NotAllowed for everybody but who keeps it.
    """
    if view.person_id != by.pk:
        raise NotAllowed
    journal.record("directory.saved-view.forgotten", view, by=by)
    view.delete()
