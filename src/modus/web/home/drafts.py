"""Where the pages keep what is being typed: one's own drafts, for the scripts of one's own forms."""

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from modus.core import drafts as kept
from modus.core.errors import RuleBroken
from modus.web.ui.audience import Audience, audience

# What a draft may weigh as JSON with every sign escaped.
LARGEST_BODY = 6 * kept.LARGEST


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def drafts(request: HttpRequest) -> HttpResponse:
    """The draft of one form: read when the form opens, kept while somebody types."""
    if request.method == "POST":
        said = _said(request)
        draft = kept.keep(said["address"], said.get("values") or {}, by_id=_account(request))
        return JsonResponse({"saved_at": draft.saved_at})
    found = kept.draft_at(request.GET.get("address", "")[: kept.LONGEST_ADDRESS], by_id=_account(request))
    return JsonResponse({"saved_at": found.saved_at, "values": found.values} if found else {})


@audience(Audience.SIGNED_IN, methods=("POST",))
def draft_discard(request: HttpRequest) -> HttpResponse:
    """Forget the draft of one form."""
    kept.discard(_said(request)["address"], by_id=_account(request))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _account(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))


def _said(request: HttpRequest) -> dict[str, Any]:
    """What the script of a form sent.

    Raises: RuleBroken for anything else than a small JSON object with an address.
    """
    if request.content_type != "application/json" or len(request.body) > LARGEST_BODY:
        raise RuleBroken(_("This is no draft of a form."))
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        said = None
    is_draft = isinstance(said, dict) and isinstance(said.get("address"), str)
    if not is_draft or not isinstance(said.get("values", {}), dict):
        raise RuleBroken(_("This is no draft of a form."))
    return dict(said)
