"""The pages of webhooks, the same for a cluster's managers and for a network's office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core import webhooks
from modus.core.errors import RuleBroken
from modus.directory import actions
from modus.directory.queries.webhooks import events_of
from modus.web.ui import visitor
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.pieces import Badge

if TYPE_CHECKING:
    from modus.core.webhooks import Webhook
    from modus.directory.models import Cluster, Network

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


@dataclass(frozen=True)
class Room:
    """Where the pages stand: the place whose events are told, and how its addresses are called."""

    place: Cluster | Network
    space: str
    at: dict[str, str]

    def address(self, name: str, **parts: Any) -> str:
        return reverse(f"{self.space}:{name}", kwargs={**self.at, **parts})


def list_page(request: HttpRequest, room: Room) -> HttpResponse:
    """The webhooks of a place, and the form for a new one."""
    form = WebhookForm(posted(request), events=events_of(room.place))
    by = visitor.person_of(request)
    made = carried_out(form, lambda said: actions.connect_webhook(room.place, by=by, **said))
    if made:
        messages.success(request, _("The webhook is connected. Show its secret once and keep it where it is checked."))
        return redirect(room.address("webhook-detail", webhook=made.pk))
    lines = [(row, _badge(row), room.address("webhook-detail", webhook=row.pk)) for row in _of(room)]
    return form_page(request, "ui/webhook_list.html", {"form": form, "lines": lines})


def detail_page(request: HttpRequest, room: Room, key: UUID, *, secret: str = "") -> HttpResponse:
    """One webhook: its state, what can be done with it, and how its last deliveries ended."""
    row = _webhook(room, key)
    events = events_of(room.place)
    context = {
        "webhook": row,
        "badge": _badge(row),
        "events": [events.get(name, name) for name in row.events],
        "secret": secret,
        "act_url": room.address("webhook-change", webhook=row.pk),
        "secret_url": room.address("webhook-secret", webhook=row.pk),
        "back_url": room.address("webhook-list"),
        "deliveries": [(one, Badge(one.get_state_display(), TONES[one.state])) for one in row.deliveries.all()[:SHOWN]],
    }
    return render(request, "ui/webhook_detail.html", context)


def change(request: HttpRequest, room: Room, key: UUID) -> HttpResponse:
    """Carry out one of the acts that the page offers."""
    row, by = _webhook(room, key), visitor.person_of(request)
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
    act(row, place=room.place, by=by)
    messages.success(request, words)
    return redirect(room.address("webhook-list") if asked == "remove" else room.address("webhook-detail", webhook=key))


def secret_page(request: HttpRequest, room: Room, key: UUID) -> HttpResponse:
    """The page with the secret on it, this one time."""
    row = _webhook(room, key)
    secret = actions.show_webhook_secret(row, place=room.place, by=visitor.person_of(request))
    return detail_page(request, room, key, secret=secret)


def _of(room: Room) -> list[Webhook]:
    return list(webhooks.of_scope(room.place.pk))


def _webhook(room: Room, key: UUID) -> Webhook:
    found = webhooks.of_scope(room.place.pk).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _badge(row: Webhook) -> Badge:
    return Badge(row.get_state_display(), TONES[row.state])
