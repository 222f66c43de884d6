"""Forms and actions: an action's refusal stands beside the field that has to change, and the text is kept."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from modus.core.errors import RuleBroken

R = TypeVar("R")


def carried_out(form: forms.Form, act: Callable[[dict[str, Any]], R]) -> R | None:
    """Call the action with the cleaned data; nothing, and an error in the form, when it breaks a rule."""
    if not form.is_valid():
        return None
    refusal = getattr(form.data, "refusal", "")
    if refusal:
        # The same form was carried out with other answers before (web/ui/once.py): it is shown, not done.
        form.add_error(None, refusal)
        return None
    try:
        return act(form.cleaned_data)
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return None


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with a form: 422 when the form that it shows was refused."""
    form = context["form"]
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the answers that were sent, or nothing when the page is only read."""
    return request.POST if request.method == "POST" else None
