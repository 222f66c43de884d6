"""Profiles: what an organisation says of itself, in a working copy and in the copy that was published."""

import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from modus.core.scope import ScopedQuerySet
from modus.directory.models.network import Network
from modus.directory.models.organisation import Organisation
from modus.directory.models.person import Person

CONFIRM_AGAIN_AFTER = timedelta(days=365)
UNLISTED_AFTER = timedelta(days=548)


class ProfileStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for the network office")
    CHANGES_ASKED = "changes-asked", _("Changes asked for")
    CANDIDATE = "candidate", _("Candidate")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What nobody confirmed does not grow old, and what is not public is older than everything.
NEVER_OLD, NEVER_PUBLIC = models.Value(date.max), models.Value(date.min)
IS_PUBLIC = models.Q(is_listed=True) & ~models.Q(status__in=(ProfileStatus.CANDIDATE, ProfileStatus.WITHDRAWN))


def listed_on(day: date) -> models.Q:
    """The condition that everybody may see a profile on a day: listed, no candidate, and confirmed not too long ago."""
    return models.Q(public_as_of__gte=day - UNLISTED_AFTER)


def hidden_on(day: date) -> models.Q:
    """The opposite of `listed_on`, in words for which a database can use its index."""
    return models.Q(public_as_of__lt=day - UNLISTED_AFTER)


class Visibility(models.TextChoices):
    """Who may see a field, from the widest circle to the narrowest."""

    PUBLIC = "public", _("Everybody")
    NETWORK = "network", _("The network")
    CLUSTER = "cluster", _("Own cluster")
    STAFF = "staff", _("Cluster staff")


class Profile(models.Model):
    """`values` is the working copy; `published` what a moderator released; both map field names to values.

    `visibility` holds only the choices that differ from the field's own, `sources` the address that confirms a field.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="profiles")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="profiles")
    type = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=ProfileStatus, default=ProfileStatus.DRAFT)
    values = models.JSONField(default=dict)
    published = models.JSONField(default=dict)
    visibility = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)
    slug = models.SlugField(max_length=80, unique=True)
    is_listed = models.BooleanField(default=False)
    is_from_public_sources = models.BooleanField(default=False)
    confirmed_on = models.DateField(null=True)
    # Kept by the database: one comparison tells what is listed, where pages ask it of each list and each count.
    public_as_of = models.GeneratedField(
        expression=models.Case(models.When(IS_PUBLIC, then=Coalesce("confirmed_on", NEVER_OLD)), default=NEVER_PUBLIC),
        output_field=models.DateField(),
        db_persist=True,
    )
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=1000, blank=True)
    sort_name = models.CharField(max_length=200)
    search_text = models.TextField(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ScopedQuerySet["Profile"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "type"], name="one_profile_per_type")]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="profile_list"),
            models.Index(fields=["public_as_of"], name="profile_public"),
            models.Index(fields=["network", "status"], name="profile_queue"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def has_unpublished_changes(self) -> bool:
        return bool(self.published) and self.values != self.published

    def is_stale(self, on: date) -> bool:
        return self.confirmed_on is not None and on - self.confirmed_on > CONFIRM_AGAIN_AFTER

    def is_unlisted(self, on: date) -> bool:
        return self.confirmed_on is not None and on - self.confirmed_on > UNLISTED_AFTER


class ProfileTerm(models.Model):
    """A value by which the public directory is filtered, written whenever a profile is published."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="terms", db_index=False)
    facet = models.CharField(max_length=20)
    code = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "facet", "code"], name="one_term_per_profile")]
        indexes = [models.Index(fields=["facet", "code", "profile"], name="profile_by_term")]

    def __str__(self) -> str:
        return f"{self.facet}={self.code}"


class FieldNote(models.Model):
    """What a moderator asks to be changed in one field; `field` is empty for the whole profile."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="notes")
    field = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=1000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedQuerySet["FieldNote"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.field}: {self.text[:40]}"
