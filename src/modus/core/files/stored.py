"""Files as rows: what is stored, for what, by whom and for which circle; the bytes lie in the storage."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modus.core.scope import ScopedQuerySet

ORIGINAL, SMALL = "original", "small"


class FileState(models.TextChoices):
    INCOMING = "incoming", _("Belongs to nothing yet, and nobody reads it")
    KEPT = "kept", _("Belongs to its subject")


class StoredFile(models.Model):
    """One file. `kind` and `subject_id` say who may read it: the door asks the room that owns the kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.INCOMING)
    subject_id = models.UUIDField(null=True)
    scope_id = models.UUIDField(null=True)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    small = models.JSONField(null=True)
    key = models.CharField(max_length=60, unique=True)
    by_id = models.UUIDField()
    stored_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedQuerySet["StoredFile"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=FileState.KEPT) | Q(subject_id__isnull=False, kept_at__isnull=False),
                name="what_is_kept_has_a_subject",
            )
        ]
        indexes = [
            models.Index(fields=["subject_id", "kind"], name="file_by_subject"),
            models.Index(fields=["by_id"], name="file_by_person"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def keys(self) -> tuple[str, ...]:
        """Where the bytes lie: those of the file, and of its small copy if it has one."""
        return (self.key, small_key(self.key)) if self.small else (self.key,)

    def form(self, name: str) -> dict[str, Any] | None:
        """Key, media type, size and hash of the file itself or of its small copy."""
        if name == ORIGINAL:
            return {"key": self.key, "media_type": self.media_type, "size": self.size, "sha256": self.sha256}
        return {"key": small_key(self.key), **self.small} if name == SMALL and self.small else None


def small_key(key: str) -> str:
    """Where the small copy of a file lies."""
    return f"{key}-{SMALL}"
