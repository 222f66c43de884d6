"""The forms of a network's office."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.directory.models import EVIDENCE, Rule
from modus.web.ui.merging import MergingForm
from modus.web.ui.selects import LongSelect, country_choices, zone_choices
from modus.web.ui.uploads import UploadField

CHOOSE = {"invalid_choice": gettext_lazy("Choose from the list.")}
DECISIONS = ("publish", "candidate", "changes", "refuse")
LONG = forms.Textarea(attrs={"rows": 3})
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReviewForm(forms.Form):
    """A decision on a profile, with a note at each field that has to change."""

    decision = forms.ChoiceField(choices=[(code, code) for code in DECISIONS], error_messages=CHOOSE)
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("They read it. Needed when you do not publish."),
        required=False,
        max_length=1000,
        widget=LONG,
    )

    def __init__(self, data: Any = None, *, asked: Iterable[tuple[str, str]], version: int) -> None:
        super().__init__(data, initial={"version": version})
        self.asked = list(asked)
        for name, label in self.asked:
            self.fields[f"note_{name}"] = forms.CharField(
                label=_("Note on “%(label)s”") % {"label": label}, required=False, max_length=1000, widget=LONG
            )

    def notes(self) -> dict[str, str]:
        """The notes that were written, by field."""
        return {name: self.cleaned_data[f"note_{name}"] for name, _label in self.asked}


class WaiverForm(forms.Form):
    """Which rule, which programme, what proves it, until when."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"), error_messages=CHOOSE)
    programme = forms.CharField(label=gettext_lazy("Programme that recognises the cluster"), max_length=200)
    evidence = forms.CharField(
        label=gettext_lazy("Address of the evidence"),
        help_text=gettext_lazy("A public page or document, beginning with https://. It is shown on the profile."),
        max_length=300,
        required=False,
    )
    evidence_file = UploadField(
        EVIDENCE,
        label=gettext_lazy("Evidence as a file"),
        help_text=gettext_lazy(
            "In the place of the address, or beside it: PDF, PNG, JPEG or WebP, up to 25 MB. "
            "Only the network office and the managers of the cluster can read it."
        ),
        required=False,
    )
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), widget=DAY)

    takes = (EVIDENCE,)

    def __init__(self, data: Any = None, files: Any = None, *, known: Iterable[Rule]) -> None:
        super().__init__(data, files)
        self.known = {str(rule.pk): rule for rule in known}
        self.fields["rule"].choices = [(key, rule.title) for key, rule in self.known.items()]  # type: ignore[attr-defined]


class ClusterForm(forms.Form):
    """A new cluster: who runs it, its short name, and its first manager."""

    name = forms.CharField(label=gettext_lazy("Name of the cluster organisation"), max_length=200)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=country_choices, widget=LongSelect, error_messages=CHOOSE
    )
    website = forms.URLField(label=gettext_lazy("Website"), required=False, max_length=300, assume_scheme="https")
    slug = forms.SlugField(
        label=gettext_lazy("Short name in addresses"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as moravian-photonics."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=zone_choices, widget=LongSelect, error_messages=CHOOSE
    )
    given_name = forms.CharField(label=gettext_lazy("Given name of the first manager"), max_length=100)
    family_name = forms.CharField(label=gettext_lazy("Family name of the first manager"), max_length=100)
    email = forms.EmailField(
        label=gettext_lazy("Mail address of the first manager"),
        help_text=gettext_lazy("The manager makes an account with this address, or has one."),
    )

    def organisation(self) -> dict[str, Any]:
        """The facts of the organisation."""
        said = self.cleaned_data
        return {"kind": "other", **{name: said[name] for name in ("name", "country", "website")}}

    def manager(self) -> dict[str, Any]:
        """The facts of the person."""
        return {name: self.cleaned_data[name] for name in ("given_name", "family_name", "email")}


class HandOverForm(forms.Form):
    """Who manages a cluster from now on."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=100)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100)
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        help_text=gettext_lazy("Whoever signs in with this address manages the cluster."),
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DAY)

    def manager(self) -> dict[str, Any]:
        """The facts of the person."""
        return {name: self.cleaned_data[name] for name in ("given_name", "family_name", "email")}


class DecisionForm(forms.Form):
    """A decision on a request."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")], error_messages=CHOOSE)
    role = forms.CharField(required=False, max_length=20)
    reason = forms.CharField(required=False, max_length=1000)


class VersionForm(MergingForm):
    """Other thresholds for the rules of a set; tried first, then adopted."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, own: Iterable[Rule], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.own = list(own)
        for rule in self.own:
            self.fields[f"threshold_{rule.code}"] = forms.DecimalField(
                label=rule.title,
                help_text=rule.get_measure_display(),
                min_value=0,
                max_digits=7,
                decimal_places=2,
                required=False,
            )
        self.fields["grace_days"] = forms.IntegerField(
            label=_("Days of grace"), min_value=0, max_value=730, required=False
        )
        self.fields["in_force_from"] = forms.DateField(
            label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
        )

    def thresholds(self) -> dict[str, Decimal]:
        """The threshold of each rule; one that was left empty stays as it is."""
        said = {rule.code: self.cleaned_data.get(f"threshold_{rule.code}") for rule in self.own}
        return {code: value for code, value in said.items() if value is not None}
