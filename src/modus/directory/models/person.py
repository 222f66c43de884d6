"""People, and the views of lists that they keep."""

import uuid
from typing import ClassVar

from django.db import models

from modus.core.idempotency import fingerprint_of
from modus.core.scope import ScopedQuerySet
from modus.core.tokens import Token
from modus.core.users import User


class Person(models.Model):
    """Somebody who acts or is a contact; the named person *clock* acts for commands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, null=True, on_delete=models.SET_NULL, related_name="person")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_clock = models.BooleanField(default=False)
    sort_name = models.CharField(max_length=200)
    search_text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # The token by which she acts at the moment; never stored, set by the door for machines alone.
    token: Token | None = None

    objects: ClassVar[ScopedQuerySet["Person"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_clock"], condition=models.Q(is_clock=True), name="there_is_one_clock")
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="person_by_name"),
            models.Index(fields=["email"], name="person_by_email"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def state(self) -> str:
        """Name the state of what can be corrected, so that a change in between is noticed."""
        return fingerprint_of(self.given_name, self.family_name, self.email, self.phone)[:32]


class SavedView(models.Model):
    """Filters and order of a list that a person keeps under a name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    address = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)

    objects: ClassVar[ScopedQuerySet["SavedView"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "address", "name"], name="one_saved_view_per_name")]

    def __str__(self) -> str:
        return self.name
