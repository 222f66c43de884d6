"""The form by which people are invited, one or many."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.web.directory.forms.choices import MEMBER_ROLES, TEAM_ROLES
from modus.web.ui.fields import AddressField

MOST_AT_ONCE = 100
LINES = re.compile(r"[\r\n;]+")
APART = re.compile(r"[\s,;<>]+")


@dataclass(frozen=True)
class Typed:
    """One address as it was typed, and in its one form; empty when it is none."""

    text: str
    address: str


class InvitationForm(forms.Form):
    """Addresses, a role and a place; the choices are those that the acting person may give."""

    addresses = forms.CharField(
        label=gettext_lazy("Mail addresses"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy("One or many, as you have them: in lines, or with commas between. At most 100."),
    )
    organisation = forms.ChoiceField(label=gettext_lazy("Where"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[*list(TEAM_ROLES.items())[::-1], *MEMBER_ROLES.items()],
        help_text=gettext_lazy("Managers and staff work at the cluster, representatives and colleagues at a member."),
    )

    def __init__(self, *args: Any, organisations: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(row.pk): row for row in organisations}
        self.fields["organisation"].choices = [(key, row.name) for key, row in self.known.items()]  # type: ignore[attr-defined]
        self.fields["organisation"].error_messages["invalid_choice"] = _("Choose one of these organisations.")

    def clean_addresses(self) -> list[Typed]:
        """Every word with an @ is an address or a fault, and so is a line without any; each address once.

        What stands beside an address in its line is a name.
        """
        lines = [line.strip() for line in LINES.split(self.cleaned_data["addresses"]) if line.strip()]
        words = [word for line in lines for word in ([w for w in APART.split(line) if "@" in w] or [line])]
        if not any("@" in word for word in words):
            raise ValidationError(_("Write at least one mail address, such as name@example.org."))
        if len(words) > MOST_AT_ONCE:
            raise ValidationError(_("At most 100 at once; these are %(n)d.") % {"n": len(words)})
        typed = [Typed(word, _one_form(word)) for word in words]
        return list({one.address or one.text: one for one in typed}.values())


def _one_form(word: str) -> str:
    try:
        return AddressField().clean(word)
    except ValidationError:
        return ""
