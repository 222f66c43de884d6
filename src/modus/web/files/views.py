"""A file is handed out to those who may read it, to be saved and never to be run; to others it does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header

from modus.core import files
from modus.core.files.kinds import PICTURES
from modus.web.files.readers import READERS, Readers
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience

if TYPE_CHECKING:
    from modus.core.files import StoredFile

# A file runs nothing, loads nothing, sends nothing and is framed by nobody, whatever a browser takes it for.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# As long as a public picture that was taken back may stay in caches.
SECONDS_KEPT = 600
# Larger ones are sent piece by piece.
AT_ONCE = 1_000_000


@audience(Audience.EVERYBODY)
def file(request: HttpRequest, file: UUID, form: str) -> HttpResponse:
    """What everybody reads is decided first, so that it is the same for all and no session is asked for."""
    found = files.file_at(file)
    readers = READERS.get(found.kind) if found else None
    facts = found.form(form) if found else None
    if found and readers and facts and readers.is_public(found):
        return _public(request, found, form, facts, readers)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if found and readers and facts and readers.is_seen_by(found, visitor.rights_of(request)):
        return _private(request, found, form, facts, readers)
    raise Http404


def _public(
    request: HttpRequest, found: StoredFile, form: str, facts: dict[str, Any], readers: Readers
) -> HttpResponse:
    etag = f'"{facts["sha256"][:32]}"'
    kept = {"ETag": etag, "Cache-Control": f"public, max-age={SECONDS_KEPT}"}
    known = get_conditional_response(request, etag=etag)
    response = HttpResponse(status=304) if known is not None else _answer(request, found, form, facts, readers)
    return _with(response, kept)


def _private(
    request: HttpRequest, found: StoredFile, form: str, facts: dict[str, Any], readers: Readers
) -> HttpResponse:
    response = _answer(request, found, form, facts, readers)
    response.headers["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ("Cookie",))
    return response


def _answer(
    request: HttpRequest, found: StoredFile, form: str, facts: dict[str, Any], readers: Readers
) -> HttpResponse:
    """The bytes as a whole; parts of a file are not served, and HEAD does not open it."""
    is_shown = readers.is_shown and facts["media_type"] in PICTURES
    headers = {
        "Content-Type": facts["media_type"],
        "Content-Length": str(facts["size"]),
        "Content-Disposition": content_disposition_header(not is_shown, _name(found, facts)) or "attachment",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "none",
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    content = files.opened(found, form)
    if content is None:
        raise Http404
    if facts["size"] > AT_ONCE:
        return _with(FileResponse(content), headers)
    with content:
        return HttpResponse(content.read(), headers=headers)


def _with(response: Any, headers: dict[str, str]) -> Any:
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _name(found: StoredFile, facts: dict[str, Any]) -> str:
    """The name to save it by, which ends as its content does."""
    return files.cleaned_name(found.name, facts["media_type"])
