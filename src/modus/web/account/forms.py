"""The form about oneself."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from modus.core.outbox import Frequency, Topic


class PersonForm(forms.Form):
    """Name and telephone number; the address one signs in with stays."""

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


class MailForm(forms.Form):
    """How often one hears of each topic, and when the daily mail comes."""

    hour = forms.TypedChoiceField(
        label=_("Hour of the daily mail"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, topics: Iterable[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = list(topics)
        questions = {
            topic.code: forms.ChoiceField(label=str(topic.label), choices=Frequency.choices, widget=forms.RadioSelect)
            for topic in self.topics
        }
        self.fields = {**questions, **self.fields}
        self.fields["hour"].help_text = _("In the time zone %(zone)s.") % {"zone": settings.TIME_ZONE}
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]

    def choice(self) -> dict[str, Any]:
        """What was chosen, as the action takes it."""
        said = self.cleaned_data
        return {
            "frequencies": {topic.code: said[topic.code] for topic in self.topics},
            "hour": said["hour"],
            "language": said.get("language", ""),
        }
