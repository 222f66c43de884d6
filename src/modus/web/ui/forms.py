"""Forms and actions: an action's refusal stands beside the field that has to change, and the text is kept."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from modus.core.errors import Conflict, RuleBroken
from modus.core.files import NoRoom
from modus.web.ui.merging import SHOWN, VERSIONS, MergingForm
from modus.web.ui.once import CSRF_FIELD, FORM_KEY

R = TypeVar("R")


def carried_out(form: forms.Form, act: Callable[[dict[str, Any]], R]) -> R | None:
    """Call the action with the cleaned data; nothing, and an error in the form, when it breaks a rule.

    A form that edits is first laid over what stands there now (web/ui/merging.py); a question that this leaves open is
    no error of the form, but `form_page` asks it.
    """
    # The same form was carried out with other answers before (web/ui/once.py): it is shown, not done.
    refusal = getattr(form.data, "refusal", "")
    if isinstance(form, MergingForm) and not form.merge():
        return None
    if not form.is_valid():
        return None
    if refusal:
        form.add_error(None, refusal)
        return None
    try:
        return act({name: value for name, value in form.cleaned_data.items() if name != SHOWN})
    except RuleBroken as broken:
        form.refusal = broken  # type: ignore[attr-defined]
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        if isinstance(broken, Conflict):
            _show_present_state(form)
        return None


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with a form: 422 when the form that it shows was refused, or when two people changed the same field.

    507 when there was no room for the form's files.
    """
    form = context["form"]
    if getattr(form, "questions", ()):
        return render(request, "ui/merge.html", {**context, "kept": _kept(form)}, status=422)
    refused = 507 if isinstance(getattr(form, "refusal", None), NoRoom) else 422
    return render(request, template, context, status=refused if form.is_bound and form.errors else 200)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the answers that were sent, or nothing when the page is only read."""
    return request.POST if request.method == "POST" else None


def _show_present_state(form: forms.Form) -> None:
    """Whoever reads the refusal and the page below it has seen the present state, and may decide upon it."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name in VERSIONS:
        if name in form.fields:
            data[form.add_prefix(name)] = str(form.get_initial_for_field(form.fields[name], name))
    form.data = data


def _kept(form: MergingForm) -> list[tuple[str, str]]:
    """What was sent, name by name, so that the page with the choices sends it again."""
    left_out = {CSRF_FIELD, FORM_KEY, *(form.add_prefix(f"take-{choice.name}") for choice in form.questions)}
    sent: QueryDict = form.data  # type: ignore[assignment]
    return [(name, value) for name, values in sent.lists() for value in values if name not in left_out]
