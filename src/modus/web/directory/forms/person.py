"""Forms about people: who they are and where they work."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core.time import today
from modus.web.directory.forms.choices import MEMBER_ROLES, TEAM_ROLES
from modus.web.directory.forms.member import day_field
from modus.web.ui.merging import MergingForm


class PersonForm(forms.Form):
    """Who somebody is."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=100)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)

    def facts(self) -> dict[str, Any]:
        """The facts as the directory calls them."""
        return {name: self.cleaned_data[name] for name in PersonForm.base_fields}


class PersonEditForm(MergingForm, PersonForm):
    """Who somebody is, as it is corrected, with the state of the record that was read."""

    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class PositionForm(forms.Form):
    """A role at an organisation, from a day on; the choices are those that the acting person may give."""

    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=list(MEMBER_ROLES.items()),
        help_text=gettext_lazy("A representative speaks for the organisation; a colleague reads along."),
    )
    job_title = forms.CharField(label=gettext_lazy("Position in the organisation"), max_length=120, required=False)
    starts_on = day_field(gettext_lazy("First day"))

    def __init__(self, *args: Any, organisations: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(row.pk): row for row in organisations}
        choices = [(key, row.name) for key, row in self.known.items()]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
        self.fields["organisation"].error_messages["invalid_choice"] = _("Choose one of these organisations.")

    def terms(self) -> dict[str, Any]:
        """The terms as the directory calls them."""
        return {name: self.cleaned_data[name] for name in ("role", "job_title", "starts_on")}


class NewPersonForm(PositionForm, PersonForm):
    """A person with her first position."""

    field_order = (*PersonForm.base_fields, *PositionForm.base_fields)


class TeamForm(forms.Form):
    """Somebody joins the team of the cluster: who is known by the address, or a new person."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    given_name = forms.CharField(
        label=gettext_lazy("Given name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Only needed for somebody who is not in this cluster yet."),
    )
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=list(TEAM_ROLES.items())[::-1])
    starts_on = day_field(gettext_lazy("First day"))

    def facts(self) -> dict[str, Any]:
        """The facts as the directory calls them."""
        return {name: self.cleaned_data[name] for name in ("given_name", "family_name", "email")}


class HandOverForm(forms.Form):
    """Who becomes manager, from a day on."""

    person = forms.ChoiceField(label=gettext_lazy("New manager"))
    starts_on = day_field(gettext_lazy("First day"))

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(row.pk): row for row in people}
        self.fields["person"].choices = [(key, row.name) for key, row in self.known.items()]  # type: ignore[attr-defined]
        self.fields["person"].error_messages["invalid_choice"] = _("Choose one of these people.")

    def clean_starts_on(self) -> Any:
        """A hand-over does not reach back."""
        day = self.cleaned_data["starts_on"]
        if day < today():
            raise ValidationError(_("Choose today or a later day."))
        return day
