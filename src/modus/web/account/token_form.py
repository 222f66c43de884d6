"""The form of a new token."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from modus.core.time import today
from modus.directory.rules import AREAS

OWN_THINGS = "own"
USUAL_LIFE = timedelta(days=90)
CHOOSE = {"invalid_choice": _("Choose from the list.")}


class TokenForm(forms.Form):
    """A token for a program: where it counts, what it may do and until when."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=60,
        help_text=_("A word by which you recognise it later, such as the program that uses it."),
    )
    place = forms.ChoiceField(
        label=_("Where it counts"),
        error_messages=CHOOSE,
        help_text=_("It never opens more than one place, and never more than you may do there yourself."),
    )
    access = forms.ChoiceField(
        label=_("What it may do"),
        choices=[("read", _("Read")), ("write", _("Read and write"))],
        initial="read",
        error_messages=CHOOSE,
    )
    areas = forms.MultipleChoiceField(
        label=_("Areas"),
        choices=list(AREAS.items()),
        initial=list(AREAS),
        widget=forms.CheckboxSelectMultiple(),
        error_messages=CHOOSE,
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most a year from now. The last day counts."),
    )

    def __init__(self, data: Any = None, *, places: dict[str, Any]) -> None:
        super().__init__(data, initial={"expires_on": today() + USUAL_LIFE})
        self.places = places
        choices = [(OWN_THINGS, _("Your own things")), *((key, place.name) for key, place in places.items())]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """The facts as the ground calls them."""
        said = self.cleaned_data
        kept = {name: said[name] for name in ("name", "areas", "expires_on")}
        return {**kept, "may_write": said["access"] == "write", "place": self.places.get(said["place"])}
