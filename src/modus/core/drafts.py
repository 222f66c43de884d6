"""Drafts: what somebody typed into a form and has not sent yet, kept for every device of hers until she does.

Values are what the browser calls them, bounded in number and size; whatever could be a secret is not taken.
"""

import json
import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.time import now

KEPT_FOR = timedelta(days=30)
MOST_OF_A_PERSON = 50
MOST_FIELDS = 400
LARGEST = 150_000
LONGEST_ADDRESS = 300
SECRET = re.compile(
    r"password|passphrase|secret|token|csrf|form_key|otp|^code$|recovery_code|credential", re.IGNORECASE
)

Values = dict[str, Any]


class Draft(models.Model):
    """What one account typed into one form."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by_id = models.UUIDField()
    address = models.CharField(max_length=LONGEST_ADDRESS)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by_id", "address"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.address} of {self.by_id}"


def keep(address: str, values: Values, *, by_id: uuid.UUID) -> Draft:
    """Keep what was typed into the form at an address, in place of what was kept before.

    Raises: RuleBroken when it is too much, or no draft at all.
    """
    if not 0 < len(address) <= LONGEST_ADDRESS:
        raise RuleBroken(_("This is no address of a form."))
    kept = without_secrets(values)
    if len(kept) > MOST_FIELDS or len(json.dumps(kept)) > LARGEST:
        raise RuleBroken(_("This is too much for a draft."))
    draft, is_new = Draft.objects.update_or_create(
        by_id=by_id, address=address, defaults={"values": kept, "saved_at": now()}
    )
    if is_new:
        _forget_oldest(by_id)
    return draft


def draft_at(address: str, *, by_id: uuid.UUID) -> Draft | None:
    """What somebody typed into the form at an address, if anything is kept."""
    return Draft.objects.filter(by_id=by_id, address=address, saved_at__gt=now() - KEPT_FOR).first()


def discard(address: str, *, by_id: uuid.UUID) -> bool:
    """Forget what was typed there; whether there was anything."""
    return Draft.objects.filter(by_id=by_id, address=address).delete()[0] > 0


def discard_all(*, by_id: uuid.UUID) -> int:
    """Forget everything that an account typed and never sent; how many forms it was."""
    return Draft.objects.filter(by_id=by_id).delete()[0]


def purge_old(*, at: datetime | None = None) -> int:
    """Forget the drafts that nobody came back to; how many there were."""
    return Draft.objects.filter(saved_at__lte=(at or now()) - KEPT_FOR).delete()[0]


def without_secrets(values: Values) -> Values:
    """The values that may be kept: words and choices, by names that are no secret's."""
    return {
        name: value
        for name, value in values.items()
        if not SECRET.search(name) and (isinstance(value, str | bool) or _is_words(value))
    }


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _forget_oldest(by_id: uuid.UUID) -> None:
    rows = Draft.objects.filter(by_id=by_id).order_by("-saved_at").values_list("pk", flat=True)
    Draft.objects.filter(pk__in=list(rows[MOST_OF_A_PERSON:])).delete()
