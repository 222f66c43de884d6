"""Uploads: the one field for files, which views take them, and the refusal of what is too large before it is read."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from modus.core import files
from modus.core.errors import RuleBroken
from modus.core.files import Checked, Kind

View = Callable[..., HttpResponse]


class UploadField(forms.FileField):
    """A file of one kind. Its cleaned value passed every check of the kind; only such a value can be stored."""

    widget = forms.FileInput

    def __init__(self, kind: Kind, **said: Any) -> None:
        self.kind = kind
        said.setdefault("label", kind.label)
        said.setdefault("help_text", lazystr(_Limits(kind)))
        super().__init__(**said)
        self.widget.attrs["accept"] = kind.accepts

    def to_python(self, data: Any) -> Checked | None:  # type: ignore[override]
        """The upload as it may be stored, or nothing when none was sent."""
        if data in self.empty_values:
            return None
        try:
            return files.check(data, kind=self.kind)
        except RuleBroken as broken:
            raise ValidationError(broken.message) from broken


class _Limits:
    """The limits of a kind, said in the language of whoever reads them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def __str__(self) -> str:
        return self.kind.limits


def takes_uploads(*kinds: Kind) -> Callable[[View], View]:
    """Declare which kinds of files a view takes, below its audience; every other view takes none."""

    def decorate(view: View) -> View:
        view.largest_upload = sum(kind.largest_bytes for kind in kinds)  # type: ignore[attr-defined]
        return view

    return decorate


def posted_files(request: HttpRequest) -> MultiValueDict[str, Any] | None:
    """The files that a form is bound to, or nothing when the page is only read."""
    return request.FILES if request.method == "POST" else None


class UploadsMiddleware:
    """Answer 413 by the header alone when a request is larger than its page may take; nothing of it is read.

    A view that says `bounds_its_body` refuses in its own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        most = getattr(view, "largest_upload", 0) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _said_length(request) <= most or getattr(view, "bounds_its_body", False):
            return None
        return render(request, "413.html", {"most": _("%(n)s MB") % {"n": most // 1_000_000}}, status=413)


def _said_length(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 20 else 0
