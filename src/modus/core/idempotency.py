"""What is sent twice is done once: each sender's keys, with the answer that the first sending got."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.time import now

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 80
# An answer is an address, a number, a few words: whatever is larger belongs into a table of its own.
LARGEST_ANSWER = 20_000


class KeyReused(RuleBroken):
    """A key came back with other contents than those that it was first sent with."""


class UsedKey(models.Model):
    """One key of one sender for one purpose, and what its first sending was answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by_id = models.UUIDField()
    purpose = models.CharField(max_length=200)
    key = models.CharField(max_length=LONGEST_KEY)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by_id", "purpose", "key"], name="a_key_is_used_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


def once(key: str, *, by_id: uuid.UUID, purpose: str, fingerprint: str, run: Callable[[], Any]) -> tuple[Any, bool]:
    """Do `run` and keep its answer (JSON), or give the answer that it got before, and say whether it was repeated.

    `run` and the key share one transaction: both stand or neither. Whoever sends the same key meanwhile waits for the
    first. A `run` that raises leaves the key free; one that answers None did nothing, and its key is free as well.

    Raises: RuleBroken for a key that is too long; KeyReused when the key was sent with another fingerprint.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise RuleBroken(_("A key has between 1 and %(most)d characters.") % {"most": LONGEST_KEY})
    with transaction.atomic():
        row, is_new = _taken(UsedKey(by_id=by_id, purpose=purpose, key=key, fingerprint=fingerprint, at=now()))
        if not is_new:
            if row.fingerprint != fingerprint:
                raise KeyReused(_("This was sent before, with other contents. What was sent first stands."))
            return row.answer, True
        answer = run()
        if answer is None:
            row.delete()
            return None, False
        row.answer = _bounded(answer)
        row.save(update_fields=["answer"])
    return row.answer, False


def fingerprint_of(*parts: object) -> str:
    """The fingerprint of what was sent, whatever its order of names was."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


def purge_old(*, at: datetime | None = None) -> int:
    """Forget the keys that are too old to be sent again; how many there were."""
    return UsedKey.objects.filter(at__lt=(at or now()) - KEPT_FOR).delete()[0]


def _taken(wanted: UsedKey) -> tuple[UsedKey, bool]:
    """The key's row, locked until the transaction ends, and whether it is ours to fill.

    The insertion waits for any other that has the same key and is not through yet, on PostgreSQL by the constraint,
    on SQLite because there is one writer at a time; so what is read afterwards is the first sender's answer.
    """
    UsedKey.objects.bulk_create([wanted], ignore_conflicts=True)
    same = {"by_id": wanted.by_id, "purpose": wanted.purpose, "key": wanted.key}
    row = UsedKey.objects.select_for_update().filter(**same).first()
    if row is None:
        # The old row that was in the way was purged between the two questions.
        return _taken(wanted)
    if row.pk != wanted.pk and row.at < wanted.at - KEPT_FOR:
        row.fingerprint, row.answer, row.at = wanted.fingerprint, None, wanted.at
        row.save(update_fields=["fingerprint", "answer", "at"])
        return row, True
    return row, row.pk == wanted.pk


def _bounded(answer: Any) -> Any:
    """The answer as it will be read again, so that the first and the later callers get the same."""
    text = json.dumps(answer, cls=DjangoJSONEncoder)
    if len(text) > LARGEST_ANSWER:
        raise ValueError(f"An answer of {len(text)} characters is too large to be kept with its key.")
    return json.loads(text)
