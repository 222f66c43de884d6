"""A form is carried out once: its hidden key leads whoever sends it again to the answer of the first time.

Double clicks, the way back and another press, a lost answer: one act, one answer. The key stands in every form, because
the tag that every form needs, `csrf_token`, writes it too; a form without it is carried out each time it is sent.
"""

import secrets
from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from modus.core import drafts
from modus.core.idempotency import LONGEST_KEY, KeyReused, once
from modus.core.reads import WriteInRead, reading_only

FORM_KEY = "form_key"
DRAFT_KEY = "draft_key"
CSRF_FIELD = "csrfmiddlewaretoken"
REDIRECTS = range(300, 400)


def key_field(request: HttpRequest | None) -> SafeString:
    """A hidden field with a new key that nobody can guess, and the proof to whom it was given."""
    key, user = secrets.token_urlsafe(16), getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        key = f"{key}.{user.pk.hex}"
        key = f"{key}.{_seal(key)}"
    return format_html('<input type="hidden" name="{}" value="{}">', FORM_KEY, key)


def owner_of(key: str) -> UUID | None:
    """The account that a form with this key was given to, if it was given to one."""
    told, _dot, seal = key.rpartition(".")
    if not told or not constant_time_compare(seal, _seal(told)):
        return None
    return UUID(told.rpartition(".")[2])


def _seal(key: str) -> str:
    return salted_hmac("modus.web.form-key", key, algorithm="sha256").hexdigest()[:20]


def carried_out_once(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of the view; when this form was carried out before, the redirect and the messages of that time.

    Only a redirect without a word of failure, or a page that is shown once, says that something was done; every other
    answer leaves the key free, so that a form that was refused is corrected and sent again.
    """
    key = request.POST.get(FORM_KEY, "") if request.method == "POST" else ""
    if not 0 < len(key) <= LONGEST_KEY:
        return view()
    made: list[HttpResponse] = []

    def run() -> dict[str, Any] | None:
        before = len(_waiting(request))
        made.append(view())
        return _kept(made[-1], _waiting(request)[before:])

    purpose = f"POST {request.path}"[:200]
    try:
        answer, _again = once(key, by_id=_sender(request), purpose=purpose, fingerprint=_fingerprint(request), run=run)
    except KeyReused:
        return _shown_again(request, view)
    if answer is not None:
        _forget_draft(request)
    return made[-1] if made else _repeated(request, answer)


class ShownOnce(HttpResponse):
    """A page with a secret on it, which is kept nowhere: whoever sends the form again is led elsewhere and told why."""

    def __init__(self, page: HttpResponse, *, location: str, words: str) -> None:
        super().__init__(page.content, headers={**page.headers, "Cache-Control": "private, no-store"})
        self.when_repeated = {"location": location, "messages": [(messages.INFO, words, "", False)]}


def _forget_draft(request: HttpRequest) -> None:
    """What was carried out need not be kept for later."""
    if request.user.is_authenticated and DRAFT_KEY in request.POST:
        drafts.discard(f"{request.path}#{request.POST[DRAFT_KEY]}", by_id=_sender(request))


def _kept(response: HttpResponse, said: list[Message]) -> dict[str, Any] | None:
    if isinstance(response, ShownOnce):
        return response.when_repeated
    if response.status_code not in REDIRECTS or any(one.level >= messages.ERROR for one in said):
        return None
    words = [(one.level, str(one.message), one.extra_tags, isinstance(one.message, SafeString)) for one in said]
    return {"location": response["Location"], "messages": words}


def _repeated(request: HttpRequest, answer: dict[str, Any]) -> HttpResponse:
    """The first answer; what it said is not said twice when nobody has read it yet."""
    unread = {str(one.message) for one in _waiting(request)}
    for level, words, tags, is_safe in answer["messages"]:
        if words not in unread:
            messages.add_message(request, level, mark_safe(words) if is_safe else words, tags or "")  # noqa: S308  ours
    return HttpResponseRedirect(answer["location"])


def _shown_again(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The form with what was typed, a new key and a word: it was carried out before, with other answers."""
    words = _("You sent this form before, with other answers, and that was carried out. Send it again to add these.")
    shown = shown_only(request, view, words)
    return shown or render(request, "422.html", {"message": words}, status=422)


def shown_only(request: HttpRequest, view: Callable[[], HttpResponse], words: str) -> HttpResponse | None:
    """The form as it was sent, with a word why nothing was done; nothing from a view that would have done something."""
    request.POST.refusal = words  # type: ignore[attr-defined]
    try:
        with reading_only():
            return view()
    except WriteInRead:
        return None


def _waiting(request: HttpRequest) -> list[Message]:
    """The messages that nobody has read yet; looking at them here does not count as reading."""
    storage = messages.get_messages(request)
    was_used = storage.used  # type: ignore[union-attr]
    found = list(storage)
    storage.used = was_used  # type: ignore[union-attr]
    return found


def _sender(request: HttpRequest) -> UUID:
    """Whose key it is: the account's, or of the browser that holds this CSRF cookie."""
    if request.user.is_authenticated:
        return UUID(str(request.user.pk))
    return uuid5(NAMESPACE_URL, request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""))


def _fingerprint(request: HttpRequest) -> str:
    """What was sent, as a keyed hash: nothing that was typed can be guessed from it."""
    said = sorted((name, values) for name, values in request.POST.lists() if name not in {CSRF_FIELD, FORM_KEY})
    files = [(name, [(file.name, file.size) for file in found]) for name, found in sorted(request.FILES.lists())]
    asked = request.META.get("QUERY_STRING", "")
    return salted_hmac("modus.web.once", repr((asked, said, files)), algorithm="sha256").hexdigest()
