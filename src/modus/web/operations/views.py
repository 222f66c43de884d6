"""Whether the site lives and is ready, its figures for whoever has the key, and whom to tell of a weakness."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from modus.core import readiness
from modus.web.operations import figures
from modus.web.ui.audience import Audience, audience

PLAIN = "text/plain; charset=utf-8"
# Whoever finds a security.txt is told by the standard (RFC 9116) to look for its end first.
VALID_FOR = timedelta(days=180)


@audience(Audience.EVERYBODY)
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a slow database does not get it killed."""
    return _said("alive")


@audience(Audience.EVERYBODY)
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; else 503, so that a balancer sends nobody here."""
    return _said("ready") if readiness.is_ready() else _said("not ready", status=503)


@audience(Audience.EVERYBODY)
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in the form of Prometheus; without the key there is no such page."""
    key = settings.METRICS_KEY
    if not key or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {key}"):
        raise Http404
    return HttpResponse(figures.exposed(), content_type=figures.CONTENT_TYPE, headers={"Cache-Control": "no-store"})


@audience(Audience.EVERYBODY)
def security_contact(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness, by RFC 9116; without a contact in the settings there is no such page."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    ends = (datetime.now(UTC) + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_ADDRESS}{reverse('operations:security-contact')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN)


def _said(word: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{word}\n", status=status, content_type=PLAIN, headers={"Cache-Control": "no-store"})
