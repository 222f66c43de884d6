"""Who belongs to which cluster, and who works where, each from a day to a day."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from modus.core.idempotency import fingerprint_of
from modus.core.scope import ScopedQuerySet
from modus.directory.models.network import Cluster
from modus.directory.models.organisation import Organisation, OrganisationKind
from modus.directory.models.person import Person


def active_on(day: date, *, starts: str, ends: str, prefix: str = "") -> models.Q:
    """The condition that a dated row is active on a day: it has started and has not ended before that day."""
    first = f"{prefix}{starts}"
    # Nearly all rows have started, so an index on the first day leads SQLite astray; a negation does not use it. Across
    # a relation it would mean something else: that no row at all starts later.
    has_started = models.Q(**{f"{first}__lte": day}) if "__" in first else ~models.Q(**{f"{first}__gt": day})
    has_not_ended = models.Q(**{f"{prefix}{ends}__isnull": True}) | models.Q(**{f"{prefix}{ends}__gte": day})
    return has_started & has_not_ended


class MembershipKind(models.TextChoices):
    FULL = "full", _("Full member")
    ASSOCIATE = "associate", _("Associate member")
    HONORARY = "honorary", _("Honorary member")


class Commitment(models.TextChoices):
    """What makes a member a committed one: at least one of these."""

    AGREEMENT = "agreement", _("Signed agreement")
    FEE = "fee", _("Pays a fee")
    CONTRIBUTION = "contribution", _("Contributes regularly")


class Membership(models.Model):
    """An organisation's membership in a cluster; the last day counts.

    Name, search text, type and country repeat those of the organisation, so that lists and counts read one table.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=20, choices=MembershipKind, default=MembershipKind.FULL)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    has_agreement = models.BooleanField(default=False)
    pays_fee = models.BooleanField(default=False)
    contributes = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    sort_name = models.CharField(max_length=200)
    search_text = models.TextField(blank=True)
    organisation_kind = models.CharField(max_length=30, choices=OrganisationKind, blank=True)
    organisation_country = models.CharField(max_length=2, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ScopedQuerySet["Membership"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["cluster", "organisation"],
                condition=models.Q(left_on__isnull=True),
                name="one_open_membership",
            ),
        ]
        indexes = [
            models.Index(fields=["cluster", "sort_name", "id"], name="membership_list"),
            models.Index(fields=["cluster", "joined_on", "id"], name="membership_by_joining"),
            models.Index(fields=["cluster", "organisation", "joined_on", "left_on"], name="membership_by_member"),
            # Holds all that the counts beside the list ask for.
            models.Index(
                fields=[
                    "cluster",
                    "organisation_kind",
                    "kind",
                    "has_agreement",
                    "pays_fee",
                    "contributes",
                    "joined_on",
                    "left_on",
                ],
                name="membership_counts",
            ),
            # Holds the figures of a network in their order, so that nothing is sorted or looked up to count them.
            models.Index(
                fields=[
                    "organisation_kind",
                    "organisation_country",
                    "organisation",
                    "cluster",
                    "joined_on",
                    "left_on",
                ],
                name="membership_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.cluster_id}"

    @property
    def is_committed(self) -> bool:
        return self.has_agreement or self.pays_fee or self.contributes


class Role(models.TextChoices):
    OFFICE = "office", _("Network office")
    MANAGER = "manager", _("Cluster manager")
    STAFF = "staff", _("Cluster staff")
    REPRESENTATIVE = "representative", _("Representative")
    COLLEAGUE = "colleague", _("Colleague")


class Position(models.Model):
    """A person's role at an organisation. Rights follow from it and from the organisation's membership, live.

    A position that the team of a cluster gave (`granted_in`) counts in that cluster only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="positions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="positions", db_index=False)
    role = models.CharField(max_length=20, choices=Role)
    job_title = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    # Never sought by itself: an index would tempt SQLite to begin with the positions that no cluster gave.
    granted_in = models.ForeignKey(Cluster, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[ScopedQuerySet["Position"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="position_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=models.Q(ends_on__isnull=True, granted_in__isnull=True),
                name="one_open_position_per_role",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "granted_in"],
                condition=models.Q(ends_on__isnull=True),
                name="one_open_position_per_role_and_cluster",
            ),
        ]
        indexes = [
            # Holds all that is asked to find the people of a cluster.
            models.Index(
                fields=["organisation", "starts_on", "ends_on", "granted_in", "person", "role"],
                name="position_by_organisation",
            ),
            models.Index(fields=["ends_on"], condition=models.Q(ends_on__isnull=False), name="position_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} at {self.organisation_id}"

    @property
    def state(self) -> str:
        """Name the state of the position, so that a change in between is noticed."""
        return fingerprint_of(self.role, self.job_title, self.starts_on, self.ends_on)[:32]
