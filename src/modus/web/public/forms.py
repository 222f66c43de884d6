"""Forms of the registration: where and what, then who; and the message of somebody who asks for an organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from modus.directory.models import PROFILE_TYPES
from modus.web.ui.selects import LongSelect, country_choices

TYPES = [(code, kind.label) for code, kind in PROFILE_TYPES.items()]


class RegistrationStartForm(forms.Form):
    """The country first: it decides which fields and rules apply."""

    country = forms.ChoiceField(label=_("Country"), choices=country_choices, widget=LongSelect)
    type = forms.ChoiceField(label=_("What is it?"), choices=TYPES, widget=forms.RadioSelect)


class RegistrationForm(forms.Form):
    """Name and website, by which an organisation is recognised."""

    country = forms.ChoiceField(choices=country_choices, widget=forms.HiddenInput)
    type = forms.ChoiceField(choices=TYPES, widget=forms.HiddenInput)
    network = forms.ChoiceField(label=_("Network"), help_text=_("Its office looks at the profile before it is listed."))
    name = forms.CharField(
        label=_("Name"), max_length=200, min_length=3, help_text=_("In its own language, as it is registered.")
    )
    website = forms.URLField(
        label=_("Website"),
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )

    def __init__(self, *args: Any, networks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].choices = networks  # type: ignore[attr-defined]
        if len(networks) == 1:
            self.fields["network"].widget = forms.HiddenInput()
            self.fields["network"].initial = networks[0][0]


class ClaimForm(forms.Form):
    """What the deciding people should know."""

    message = forms.CharField(
        label=_("Message"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say what you do there, so that the decision is easy."),
    )
