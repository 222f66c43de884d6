"""The form of one group of a profile's fields, made from the profile's type; the action reads the values."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core.files import Checked
from modus.directory import queries, rules
from modus.directory.models import LOGO, PROFILE_TYPES, Field, Profile, Visibility, profile_type
from modus.directory.models.profile_types import (
    CODES,
    COUNTRIES,
    COUNTRY,
    DAY,
    DECIMAL,
    GROUPS,
    LONG_TEXT,
    MAIL,
    NUMBER,
    PHONE,
    PICTURE,
    TERMS,
    YEAR,
)
from modus.web.ui.merging import MergingForm
from modus.web.ui.pictures import Picture
from modus.web.ui.selects import LongSelect, country_choices
from modus.web.ui.uploads import UploadField

ALWAYS_PUBLIC = frozenset({"name", "country"})
CHOOSE = {
    "invalid_choice": gettext_lazy("Choose from the list."),
    "invalid_list": gettext_lazy("Choose from the list."),
}
INPUT_MODES = {NUMBER: "numeric", YEAR: "numeric", DECIMAL: "decimal", MAIL: "email", PHONE: "tel"}
LONGEST = 6000
SEEN_BY = dict(Visibility.choices)


def fields_of_group(profile: Profile, group: str, *, country: str) -> list[Field]:
    """The fields that a step asks for: first of all only the country, for it decides which others follow."""
    fields = profile_type(profile.type).fields
    if not country:
        return [field for field in fields if field.kind == COUNTRY]
    return [field for field in fields if field.group == group and rules.is_asked(field, country=country)]


def groups_of(profile: Profile) -> dict[str, str]:
    """The steps of a profile's form."""
    country = profile.values.get("country", "")
    if not country:
        return {"identity": str(GROUPS["identity"])}
    return {code: str(label) for code, label in GROUPS.items() if fields_of_group(profile, code, country=country)}


class GroupForm(MergingForm):
    """One step: the values of a group and who sees each of them."""

    takes = (LOGO,)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, profile: Profile, group: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"version": profile.version})
        self.profile = profile
        self.asked = fields_of_group(profile, group, country=profile.values.get("country", ""))
        for field in self.asked:
            self.fields[field.name] = _form_field(field)
            if field.kind == PICTURE and profile.values.get(field.name):
                self.fields[f"without_{field.name}"] = forms.BooleanField(
                    required=False, label=_("Take the picture out")
                )
            if field.kind != PICTURE:
                self.initial[field.name] = _initial(field, profile.values.get(field.name))
            if field.name not in ALWAYS_PUBLIC:
                self.fields[f"sees_{field.name}"] = forms.ChoiceField(
                    choices=Visibility.choices,
                    required=False,
                    label=_("Who sees “%(label)s”") % {"label": field.label},
                    error_messages=CHOOSE,
                )
                self.initial[f"sees_{field.name}"] = profile.visibility.get(field.name, field.visibility)

    def values(self) -> dict[str, Any]:
        """What was typed, field by field."""
        return {field.name: self.cleaned_data.get(field.name) for field in self.asked if field.kind != PICTURE}

    def uploads(self) -> dict[str, Checked | None]:
        """The pictures that were chosen, and nothing for each that is to be taken out."""
        said = self.cleaned_data
        chosen = {field.name: said.get(field.name) for field in self.asked if field.kind == PICTURE}
        return {name: new for name, new in chosen.items() if new or said.get(f"without_{name}")}

    def visibility(self) -> dict[str, str]:
        """Who was chosen to see which field."""
        chosen = {field.name: self.cleaned_data.get(f"sees_{field.name}") for field in self.asked}
        return {name: circle for name, circle in chosen.items() if circle}

    def lines(self, notes: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """Each field with its choice of readers and the moderator's notes."""
        return [
            {
                "field": self[field.name],
                "sees": self[f"sees_{field.name}"] if field.name not in ALWAYS_PUBLIC else None,
                "sees_label": SEEN_BY.get(self.initial.get(f"sees_{field.name}", ""), ""),
                "is_required": field.is_required,
                "notes": notes.get(field.name, []),
                "picture": self._picture(field),
                "without": self[f"without_{field.name}"] if f"without_{field.name}" in self.fields else None,
            }
            for field in self.asked
        ]

    def _picture(self, field: Field) -> Picture | None:
        """The picture as it stands in the working copy."""
        key = self.profile.values.get(field.name) if field.kind == PICTURE else None
        return Picture(key, _("The picture as it stands"), side=64) if key else None


def _initial(field: Field, value: Any) -> Any:
    if field.kind == CODES and value:
        return ", ".join(code for _version, code in value)
    return value


def _form_field(field: Field) -> forms.Field:
    said: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    if field.kind == COUNTRY:
        return forms.ChoiceField(choices=country_choices, widget=LongSelect, error_messages=CHOOSE, **said)
    if field.kind == COUNTRIES:
        choices = country_choices()[1:]
        long_list = forms.SelectMultiple(attrs={"size": 8})
        return forms.MultipleChoiceField(choices=choices, widget=long_list, error_messages=CHOOSE, **said)
    if field.kind == TERMS:
        choices = [(term.code, term.label) for term in queries.terms_of_list(field.taxonomy)]
        boxes = forms.CheckboxSelectMultiple()
        return forms.MultipleChoiceField(choices=choices, widget=boxes, error_messages=CHOOSE, **said)
    if field.kind == PICTURE:
        return UploadField(LOGO, label=field.label, required=False)
    return forms.CharField(widget=_widget(field), max_length=LONGEST, **said)


def _widget(field: Field) -> forms.Widget:
    if field.kind == LONG_TEXT:
        return forms.Textarea(attrs={"rows": 6})
    if field.kind == DAY:
        return forms.DateInput(attrs={"type": "date"})
    mode = INPUT_MODES.get(field.kind)
    return forms.TextInput(attrs={"inputmode": mode} if mode else {})


class StartForm(forms.Form):
    """Which type of profile, in which network."""

    type = forms.ChoiceField(label=gettext_lazy("Type of profile"), error_messages=CHOOSE)
    network = forms.ChoiceField(label=gettext_lazy("Network"), error_messages=CHOOSE)

    def __init__(self, data: Any = None, *, networks: list[Any], taken: set[str], first: str) -> None:
        super().__init__(data, initial={"type": first})
        self.known = {str(network.pk): network for network in networks}
        self.fields["type"].choices = [(k.code, k.label) for k in PROFILE_TYPES.values() if k.code not in taken]  # type: ignore[attr-defined]
        self.fields["network"].choices = [(key, network.name) for key, network in self.known.items()]  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """A few words to those who decide."""

    message = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy("Say who you are there, and how they can reach you to make sure."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DecisionForm(forms.Form):
    """A decision on a request."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")], error_messages=CHOOSE)
    role = forms.CharField(required=False, max_length=20)
    reason = forms.CharField(required=False, max_length=1000)
