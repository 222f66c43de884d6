"""Fields that several forms share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from modus.algorithms.addresses import canonical_address


class AddressField(forms.EmailField):
    """A mail address in its one form, so that two spellings are one mailbox."""

    default_error_messages = {"invalid": _("Write one mail address, such as name@example.org.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})
        self.widget.attrs.setdefault("autocomplete", "email")

    def clean(self, value: Any) -> str:
        address = canonical_address(str(value or "")[:1000])
        if address and not address.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return str(super().clean(address))
