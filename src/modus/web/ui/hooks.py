"""The pages of webhooks, the same for a cluster's managers and for a network's office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core import webhooks
from modus.core.errors import RuleBroken
from modus.directory import actions
from modus.directory.queries.webhooks import events_of
from modus.web.ui import visitor
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.pieces import Badge
from modus.web.ui.places import Place

if TYPE_CHECKING:
    from modus.core.webhooks import Webhook

SHOWN = 50
TONES = {
    "active": "good",
    "stopped": "",
    "orphaned": "warn",
    "delivered": "good",
    "waiting": "accent",
    "parked": "bad",
    "dropped": "warn",
}


class WebhookForm(forms.Form):
    """Which address is told what."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("A public address that begins with https://. It gets a signed POST for each event."),
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only which event happened to which thing, never what was written."),
        error_messages={"invalid_choice": gettext_lazy("Choose from the list.")},
    )

    def __init__(self, *args: Any, events: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = list(events.items())  # type: ignore[attr-defined]


def list_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The webhooks of a place, and the form for a new one."""
    form = WebhookForm(posted(request), events=events_of(place.owner))
    by = visitor.person_of(request)
    made = carried_out(form, lambda said: actions.connect_webhook(place.owner, by=by, **said))
    if made:
        messages.success(request, _("The webhook is connected. Show its secret once and keep it where it is checked."))
        return redirect(place.address("webhook-detail", webhook=made.pk))
    lines = [(row, _badge(row), place.address("webhook-detail", webhook=row.pk)) for row in _of(place)]
    return form_page(request, "ui/webhook_list.html", {"form": form, "lines": lines})


def detail_page(request: HttpRequest, place: Place, key: UUID, *, secret: str = "") -> HttpResponse:
    """One webhook: its state, what can be done with it, and how its last deliveries ended."""
    row = _webhook(place, key)
    events = events_of(place.owner)
    context = {
        "webhook": row,
        "badge": _badge(row),
        "events": [events.get(name, name) for name in row.events],
        "secret": secret,
        "act_url": place.address("webhook-change", webhook=row.pk),
        "secret_url": place.address("webhook-secret", webhook=row.pk),
        "back_url": place.address("webhook-list"),
        "deliveries": [(one, Badge(one.get_state_display(), TONES[one.state])) for one in row.deliveries.all()[:SHOWN]],
    }
    return render(request, "ui/webhook_detail.html", context)


def change(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    """Carry out one of the acts that the page offers."""
    row, by = _webhook(place, key), visitor.person_of(request)
    said = {
        "stop": (actions.stop_webhook, _("The webhook is stopped; what still waited is not sent.")),
        "resume": (actions.resume_webhook, _("The webhook tells again what happens from now on.")),
        "test": (actions.test_webhook, _("A test is on its way; its outcome appears below within a minute or two.")),
        "renew": (actions.renew_webhook_secret, _("There is a new secret. The old one signs nothing any more.")),
        "remove": (actions.remove_webhook, _("The webhook is removed.")),
    }
    asked = request.POST.get("act", "")
    if asked not in said:
        raise RuleBroken(_("Choose what to do with the webhook."))
    act, words = said[asked]
    act(row, place=place.owner, by=by)
    messages.success(request, words)
    return redirect(
        place.address("webhook-list") if asked == "remove" else place.address("webhook-detail", webhook=key)
    )


def secret_page(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    """The page with the secret on it, this one time."""
    row = _webhook(place, key)
    secret = actions.show_webhook_secret(row, place=place.owner, by=visitor.person_of(request))
    return detail_page(request, place, key, secret=secret)


def _of(place: Place) -> list[Webhook]:
    return list(webhooks.of_scope(place.owner.pk))


def _webhook(place: Place, key: UUID) -> Webhook:
    found = webhooks.of_scope(place.owner.pk).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _badge(row: Webhook) -> Badge:
    return Badge(row.get_state_display(), TONES[row.state])
