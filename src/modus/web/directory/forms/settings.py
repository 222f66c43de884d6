"""Forms of the cluster's settings, and of the views that somebody keeps."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from modus.core.errors import RuleBroken
from modus.directory.rules.brand import readable_colour
from modus.web.ui.merging import MergingForm
from modus.web.ui.selects import LongSelect, zone_choices


class SettingsForm(MergingForm):
    """Where the cluster's times are told, and the colour of its pages, with the state that was read."""

    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices, widget=LongSelect)
    brand_colour = forms.CharField(
        label=gettext_lazy("Colour"),
        max_length=7,
        required=False,
        help_text=gettext_lazy("As #rrggbb, dark enough to be read on paper. Empty for the usual petrol."),
    )

    def clean_brand_colour(self) -> str:
        """A colour is six hexadecimal digits and can be read on white paper."""
        try:
            return readable_colour(str(self.cleaned_data["brand_colour"]))
        except RuleBroken as broken:
            raise ValidationError(broken.message) from broken


class RenameForm(forms.Form):
    """Another short name in the address."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        help_text=gettext_lazy(
            "It stands in the address of every page of the cluster. The old one rests for a year and then is free."
        ),
    )

    def clean_slug(self) -> str:
        """Addresses are in small letters."""
        return str(self.cleaned_data["slug"]).lower()


class ViewForm(forms.Form):
    """The name of a view that somebody keeps."""

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=60)
