"""A message after an act that can be taken back: its words and a button that takes it back."""

from django.contrib import messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import format_html
from django.utils.translation import gettext as _

from modus.web.ui.once import key_field


def say_with_undo(request: HttpRequest, words: str, url: str) -> None:
    """Say what happened; the button posts to `url`."""
    form = format_html(
        '{} <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
        '<button class="button button-small" type="submit">{}</button></form>',
        words,
        url,
        get_token(request),
        key_field(request),
        _("Undo"),
    )
    messages.success(request, form, extra_tags="undo")
