"""Rule sets as data: thresholds, waivers and evidence; and the dated results of checking a profile."""

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from modus.core.files.stored import StoredFile
from modus.core.scope import ScopedQuerySet
from modus.directory.models.person import Person
from modus.directory.models.profile import Profile


class Measure(models.TextChoices):
    """What a rule looks at; each has a function in rules/criteria.py."""

    STAFF = "staff", _("Dedicated management in full-time equivalents")
    COMMITTED_MEMBERS = "committed-members", _("Committed members")
    MEMBER_TYPES = "member-types", _("Types of members")
    COMPANY_SHARE = "company-share", _("Share of companies among the members, in per cent")
    ACTIVITIES = "activities", _("Cluster activities in the last twelve months")
    FILLED = "filled", _("Fields that are filled in")


class RuleSet(models.Model):
    """One version of an issuer's criteria for one type of profile, in a country or everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200)
    source = models.URLField(max_length=300, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    profile_type = models.CharField(max_length=40)
    nuts_prefix = models.CharField(max_length=5, blank=True)
    grace_days = models.PositiveSmallIntegerField(default=90)
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_rule_set_per_version")]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class Rule(models.Model):
    """One criterion: a measure reaches a threshold, or named fields are filled in."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    advice = models.CharField(max_length=500, blank=True)
    measure = models.CharField(max_length=30, choices=Measure)
    threshold = models.DecimalField(max_digits=8, decimal_places=2)
    fields = models.JSONField(default=list)
    is_waivable = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["rule_set", "code"], name="one_rule_per_code")]

    def __str__(self) -> str:
        return self.title


class Waiver(models.Model):
    """A programme's recognition stands in for a rule, with an end and evidence: an address, a file, or both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="waivers")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="waivers")
    programme = models.CharField(max_length=200)
    evidence = models.URLField(max_length=300, blank=True)
    evidence_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField()
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    granted_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    objects: ClassVar[ScopedQuerySet["Waiver"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["valid_until"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(evidence="") | models.Q(evidence_file__isnull=False), name="a_waiver_is_proven"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} until {self.valid_until}"


def new_token() -> str:
    """A public identifier of 128 bits that nobody can guess."""
    return secrets.token_urlsafe(16)


class ValidationResult(models.Model):
    """A check of a profile against a rule set on a day, signed; `failing_since` begins the grace period."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=30, unique=True, default=new_token)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="validation_results")
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="results")
    checked_on = models.DateField()
    is_met = models.BooleanField()
    failing_since = models.DateField(null=True)
    outcomes = models.JSONField(default=list)
    signature = models.CharField(max_length=100)
    order = models.PositiveIntegerField(default=1)

    objects: ClassVar[ScopedQuerySet["ValidationResult"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-order"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "rule_set", "order"], name="results_follow_each_other")
        ]

    def __str__(self) -> str:
        return f"{self.rule_set_id} on {self.checked_on}"
