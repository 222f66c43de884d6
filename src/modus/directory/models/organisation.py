"""Organisations: firms, universities, public bodies, cluster organisations."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from modus.core.scope import ScopedQuerySet


class OrganisationKind(models.TextChoices):
    MICRO = "micro", _("Micro enterprise")
    SMALL = "small", _("Small enterprise")
    MEDIUM = "medium", _("Medium-sized enterprise")
    LARGE = "large", _("Large enterprise")
    START_UP = "start-up", _("Start-up")
    RESEARCH = "research-organisation", _("Research organisation")
    UNIVERSITY = "university", _("University")
    TRAINING = "training-provider", _("Vocational school or training provider")
    AUTHORITY = "public-authority", _("Public authority")
    AGENCY = "agency", _("Agency")
    CHAMBER = "chamber", _("Chamber or association")
    INVESTOR = "investor", _("Investor")
    CIVIL_SOCIETY = "ngo", _("Civil society organisation")
    OTHER = "other", _("Other")


COMPANY_KINDS = frozenset({"micro", "small", "medium", "large", "start-up"})
PUBLIC_KINDS = frozenset({"public-authority", "agency"})
# The groups that rules on "types of members" count: firms of any size are one type.
MEMBER_GROUPS = {
    **dict.fromkeys(COMPANY_KINDS, "companies"),
    **dict.fromkeys(PUBLIC_KINDS, "public bodies"),
    "research-organisation": "research",
    "university": "education",
    "training-provider": "education",
    "chamber": "associations",
    "investor": "investors",
    "ngo": "civil society",
    "other": "others",
}


class SizeClass(models.TextChoices):
    """Recommendation 2003/361/EC."""

    MICRO = "micro", _("Micro (under 10 staff)")
    SMALL = "small", _("Small (under 50 staff)")
    MEDIUM = "medium", _("Medium (under 250 staff)")
    LARGE = "large", _("Large (250 staff and more)")


class Organisation(models.Model):
    """A legal entity. `activities` holds NACE codes with their version, as [["2.1", "26.70"]]."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    name_english = models.CharField(max_length=200, blank=True)
    short_name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=30, choices=OrganisationKind, default=OrganisationKind.OTHER)
    size_class = models.CharField(max_length=10, choices=SizeClass, blank=True)
    legal_form = models.CharField(max_length=60, blank=True)
    registration_number = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=120, blank=True)
    nuts = models.CharField(max_length=5, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    website = models.URLField(max_length=300, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    founded_year = models.PositiveSmallIntegerField(null=True)
    keywords = models.CharField(max_length=500, blank=True)
    activities = models.JSONField(default=list)
    is_invented = models.BooleanField(default=False)
    # The cluster that recorded it and looks after its facts; nobody for those that look after themselves.
    kept_by = models.ForeignKey("directory.Cluster", null=True, on_delete=models.PROTECT, related_name="+")
    sort_name = models.CharField(max_length=200)
    search_text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ScopedQuerySet["Organisation"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "registration_number"],
                condition=~models.Q(registration_number=""),
                name="one_organisation_per_registration",
            )
        ]
        indexes = [
            models.Index(fields=["domain"], name="organisation_by_domain"),
            models.Index(fields=["sort_name"], name="organisation_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Name the state of the record, so that a change in between is noticed."""
        return self.changed_at.isoformat()
