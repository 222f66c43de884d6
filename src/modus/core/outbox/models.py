"""Mails as rows: each waits, is sent, is called back or is put aside; and what a person wants to be told, and when."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from modus.core.scope import ScopedQuerySet
from modus.core.users import User


class Priority(models.IntegerChoices):
    """What is sent first."""

    SIGN_IN = 10, _("Signing in")
    NORMAL = 20, _("Usual")
    MASS = 30, _("To many people")


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    SHOWN = "shown", _("Shown, not sent")
    DIGEST = "digest", _("Waits for the daily mail")
    GATHERED = "gathered", _("In a daily mail")
    CALLED_BACK = "called-back", _("Called back")
    STALE = "stale", _("Too late, dropped")
    SUPPRESSED = "suppressed", _("Not wanted, dropped")
    PARKED = "parked", _("Parked")


class Frequency(models.TextChoices):
    """How often somebody wants to hear of a topic."""

    AT_ONCE = "at-once", _("At once")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


class Mail(models.Model):
    """One mail to one recipient, its words fixed when it was put here; `message_id` stays for life.

    `source` is Markdown in which typed words are literal; `by_id`, `scope_id` and `subject_id` name rows of rooms.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to_address = models.EmailField(max_length=254)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="mails")
    topic = models.CharField(max_length=40)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    template = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    about = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    # Empty is no key, and many mails have none.
    key = models.CharField(max_length=150, null=True, unique=True)  # noqa: DJ001
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    not_before = models.DateTimeField()
    stale_after = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=200, blank=True)
    scope_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=32, blank=True)
    digest = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="gathered")
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ScopedQuerySet["Mail"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            # What the sender asks for; `next_try_at` is also the end of a claim.
            models.Index(
                fields=["priority", "next_try_at", "scope_id"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="mail_due",
            ),
            models.Index(fields=["scope_id", "-created_at", "-id"], name="mail_by_scope"),
            models.Index(fields=["scope_id", "state"], name="mail_by_state"),
            models.Index(fields=["user", "state", "-created_at"], name="mail_by_user"),
            models.Index(fields=["to_address", "-created_at"], name="mail_by_address"),
            models.Index(fields=["request_id"], condition=~models.Q(request_id=""), name="mail_by_request"),
        ]

    def __str__(self) -> str:
        return self.message_id


class MailWish(models.Model):
    """How often somebody, known by the account or by the address alone, wants to hear of a topic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="mail_wishes")
    address = models.EmailField(max_length=254, blank=True)
    topic = models.CharField(max_length=40)
    frequency = models.CharField(max_length=10, choices=Frequency)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ScopedQuerySet["MailWish"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic"], condition=models.Q(user__isnull=False), name="one_wish_per_user_and_topic"
            ),
            models.UniqueConstraint(
                fields=["address", "topic"],
                condition=models.Q(user__isnull=True),
                name="one_wish_per_address_and_topic",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.frequency}"


def usual_language() -> str:
    return str(settings.LANGUAGE_CODE)


class MailHabit(models.Model):
    """The hour of a person's daily mail, in the installation's zone, and the language of her mails."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mail_habit")
    hour = models.PositiveSmallIntegerField(default=7)
    language = models.CharField(max_length=10, default=usual_language)

    objects: ClassVar[ScopedQuerySet["MailHabit"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(hour__lte=23), name="the_hour_is_of_a_day")]

    def __str__(self) -> str:
        return f"{self.hour}:00"


def ends_of(owner: User | None, address: str) -> dict[str, Any]:
    """By what a wish is found: the account, or the address of somebody who has none."""
    return {"user": owner} if owner else {"user": None, "address": address.lower()}
