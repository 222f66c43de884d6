"""Requests to speak for an organisation: claims of orphaned ones, and joining one that has people."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from modus.core.scope import ScopedQuerySet
from modus.directory.models.organisation import Organisation
from modus.directory.models.person import Person


class RequestKind(models.TextChoices):
    CLAIM = "claim", _("Claim")
    JOIN = "join", _("Ask to join")


class RequestStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class JoinRequest(models.Model):
    """A person asks for a position: a claim goes to those above, a join to those who already hold one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="join_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="join_requests")
    kind = models.CharField(max_length=10, choices=RequestKind)
    message = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.PENDING)
    has_matching_domain = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=1000, blank=True)

    objects: ClassVar[ScopedQuerySet["JoinRequest"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=models.Q(status="pending"),
                name="one_pending_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.organisation_id}"
