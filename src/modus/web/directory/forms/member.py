"""Forms about members: enrolling one, its facts, its terms, its end, and its kind."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core.time import today
from modus.web.directory.forms.choices import KINDS, SIZES, TYPES
from modus.web.ui.merging import MergingForm
from modus.web.ui.selects import LongSelect, country_choices

EARLIEST_YEAR = 1000


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **rest: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=DayInput(), **rest)


class TermsForm(forms.Form):
    """What is agreed between a cluster and a member."""

    membership_kind = forms.ChoiceField(label=gettext_lazy("Kind of membership"), choices=list(KINDS.items()))
    joined_on = day_field(gettext_lazy("Member since"))
    has_agreement = forms.BooleanField(label=gettext_lazy("Signed an agreement"), required=False)
    pays_fee = forms.BooleanField(label=gettext_lazy("Pays a fee"), required=False)
    contributes = forms.BooleanField(
        label=gettext_lazy("Contributes regularly"),
        required=False,
        help_text=gettext_lazy("A member counts as committed when at least one of these three holds."),
    )
    is_public = forms.BooleanField(label=gettext_lazy("May be named in the public profile"), required=False)

    def terms(self) -> dict[str, Any]:
        """The terms as the directory calls them."""
        said = {name: self.cleaned_data[name] for name in TermsForm.base_fields if name != "membership_kind"}
        return {"kind": self.cleaned_data["membership_kind"], **said}


class OrganisationForm(forms.Form):
    """What is known of an organisation."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices, widget=LongSelect)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    website = forms.URLField(label=gettext_lazy("Website"), max_length=300, required=False, assume_scheme="https")
    kind = forms.ChoiceField(label=gettext_lazy("Type of organisation"), choices=list(TYPES.items()))
    city = forms.CharField(label=gettext_lazy("Town"), max_length=120, required=False)
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As in the business register of the country."),
    )

    def facts(self) -> dict[str, Any]:
        """The facts as the directory calls them."""
        return {name: self.cleaned_data[name] for name in OrganisationForm.base_fields}


class EnrolmentForm(TermsForm, OrganisationForm):
    """A new member: country first, then who it is, what is agreed and who speaks for it."""

    representative_given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=100, required=False)
    representative_family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    representative_email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    existing = forms.UUIDField(required=False, widget=forms.HiddenInput)
    is_another = forms.BooleanField(label=gettext_lazy("It is another one"), required=False)

    field_order = (*OrganisationForm.base_fields, *TermsForm.base_fields)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("existing"):
            # Who is known already need not be described again.
            for name in OrganisationForm.base_fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """A representative has a name and an address, or there is none."""
        said = super().clean() or {}
        given, email = said.get("representative_given_name"), said.get("representative_email")
        if said.get("representative_family_name") or given or email:
            for name, value in (("representative_given_name", given), ("representative_email", email)):
                if not value and name not in self.errors:
                    self.add_error(name, _("A representative needs a given name and an e-mail address."))
        return said

    def representative(self) -> dict[str, Any] | None:
        """Who speaks for the member, if somebody was named."""
        said = self.cleaned_data
        if not said["representative_email"]:
            return None
        return {name: said[f"representative_{name}"] for name in ("given_name", "family_name", "email")}


FACTS_IN_ORDER: tuple[str, ...] = (
    *("name", "name_english", "short_name", "country", "city", "nuts", "website"),
    *("kind", "size_class", "legal_form", "registration_number", "founded_year", "activities", "keywords"),
)


class FactsForm(MergingForm, OrganisationForm):
    """All facts of an organisation, with the state of the record that was read."""

    name_english = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, required=False)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=60, required=False)
    legal_form = forms.CharField(label=gettext_lazy("Legal form"), max_length=60, required=False)
    size_class = forms.ChoiceField(
        label=gettext_lazy("Size"), choices=[("", gettext_lazy("Not said")), *SIZES.items()], required=False
    )
    founded_year = forms.IntegerField(label=gettext_lazy("Founded in"), required=False, min_value=EARLIEST_YEAR)
    keywords = forms.CharField(
        label=gettext_lazy("Keywords"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("What you would like to be found by, separated by commas."),
    )
    nuts = forms.CharField(
        label=gettext_lazy("Region"),
        max_length=5,
        required=False,
        help_text=gettext_lazy("The NUTS 2024 code of the seat, such as CZ064."),
    )
    activities = forms.CharField(
        label=gettext_lazy("Activities"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Codes of NACE Rev. 2.1, separated by commas, such as 26.70, 72.10."),
    )
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    field_order = FACTS_IN_ORDER

    def clean_founded_year(self) -> int | None:
        """Nobody was founded in the future."""
        year = self.cleaned_data["founded_year"]
        if year and year > today().year:
            raise ValidationError(_("This year has not begun yet."))
        return int(year) if year else None

    def facts(self) -> dict[str, Any]:
        """The facts as the directory calls them."""
        return {name: self.cleaned_data[name] for name in FACTS_IN_ORDER}


class EditForm(FactsForm, TermsForm):
    """A member as its cluster's team edits it: facts and terms together."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = (*FACTS_IN_ORDER, *TermsForm.base_fields)


class EndForm(forms.Form):
    """The last day of a membership or a position, with the state of the record that was read."""

    ends_on = day_field(gettext_lazy("Last day"), help_text=gettext_lazy("The last day counts."))
    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    @classmethod
    def first(cls, day: date) -> "EndForm":
        """The form as it is first shown."""
        return cls(initial={"ends_on": day})


class KindForm(MergingForm):
    """The kind of one membership, with the state of the record that was read."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of membership"), choices=list(KINDS.items()))
    version = forms.IntegerField(widget=forms.HiddenInput)


class BulkKindForm(forms.Form):
    """One kind for many memberships; `count` is how many the preview named, `attempt` makes of two clicks one act."""

    kind = forms.ChoiceField(label=gettext_lazy("New kind of membership"), choices=list(KINDS.items()))
    count = forms.IntegerField(widget=forms.HiddenInput)
    attempt = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
