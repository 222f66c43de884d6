"""The form about oneself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from modus.web.ui.merging import MergingForm


class PersonForm(MergingForm):
    """Name and telephone number; the address one signs in with stays."""

    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    given_name = forms.CharField(
        label=_("Given name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("Seen by the people of your clusters, never by the public."),
    )
