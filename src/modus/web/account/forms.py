"""The forms of the account pages."""

from collections.abc import Iterable
from typing import Any

from allauth.account import forms as ready
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from modus.core.outbox import Frequency, Topic
from modus.core.passwords import MOST_LENGTH
from modus.web.account import limiting, own_person
from modus.web.ui.fields import AddressField
from modus.web.ui.merging import MergingForm


class PersonForm(MergingForm):
    """Name and telephone number; the address one signs in with has a page of its own."""

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


def _bound_in_length(form: forms.Form, *names: str) -> None:
    """A password that is too long is refused before anybody hashes it."""
    refusal = _("A password has at most %(limit_value)d characters.")
    for name in names:
        form.fields[name].validators.append(MaxLengthValidator(MOST_LENGTH, refusal))
        form.fields[name].widget.attrs.pop("placeholder", None)
        form.fields[name].help_text = ""


def _know_words(user: Any) -> None:
    """Name the words that a password of this person must not be made of."""
    person = getattr(user, "person", None)
    if person is not None:
        user.known_words = (person.given_name, person.family_name)


class SignInForm(ready.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(label=_("E-mail address"))
        _bound_in_length(self, "password")


class ProofForm(ready.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bound_in_length(self, "password")
        self.fields["password"].label = _("Your password")


class _TokensToo:
    """Whoever changes a password because it may be known to others ends what machines hold as well."""

    fields: dict[str, forms.Field]

    def _ask_for_tokens(self) -> None:
        self.fields["end_tokens"] = forms.BooleanField(
            label=_("Revoke my tokens for machines as well"),
            required=False,
            help_text=_("Other sessions end in any case."),
        )


def _name_fields(form: forms.Form) -> None:
    """The fields of allauth's forms, named as all others are."""
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    for name in labels.keys() & form.fields.keys():
        form.fields[name].label = labels[name]


class PasswordChangeForm(_TokensToo, ready.ChangePasswordForm):
    """The old password and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bound_in_length(self, "oldpassword", "password1", "password2")
        _name_fields(self)
        _know_words(self.user)
        self._ask_for_tokens()

    def save(self) -> None:
        """Change the password, and end the tokens if that was asked for."""
        super().save()
        if self.cleaned_data["end_tokens"]:
            own_person.end_tokens(self.user)

    def clean_oldpassword(self) -> str:
        """The old password; guessing it in a session that was left open is limited as signing in is.

        Raises: TooMany.
        """
        limiting.spend_at_account("sign in", self.user.email)
        password = super().clean_oldpassword()
        limiting.forgive_account("sign in", self.user.email)
        return str(password)


class PasswordSetForm(ready.SetPasswordForm):
    """The first password of an account, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bound_in_length(self, "password1", "password2")
        _name_fields(self)
        _know_words(self.user)


class AddressForm(forms.Form):
    """An address to which a link is sent."""

    email = AddressField(label=_("E-mail address"))


class CodeForm(forms.Form):
    """The code of a mail, typed where it was asked for."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )


class NewPasswordForm(_TokensToo, forms.Form):
    """A new password for an account; it is judged by what is known of its owner."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=MOST_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least twelve characters; a sentence is easier to remember than signs. Not your name, your address or "
            "the name of this site."
        ),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        _know_words(user)
        if not user._state.adding:
            self._ask_for_tokens()

    def clean_password(self) -> str:
        """The rules of every password."""
        validate_password(self.cleaned_data["password"], self.user)
        return str(self.cleaned_data["password"])


class SignUpForm(NewPasswordForm):
    """What an account needs beside the address that was proved: a name and a password."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    field_order = ("given_name", "family_name", "password")

    def clean_password(self) -> str:
        """The rules of every password, with the name that was typed above."""
        self.user.known_words = (self.cleaned_data.get("given_name", ""), self.cleaned_data.get("family_name", ""))
        return super().clean_password()


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
