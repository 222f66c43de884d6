"""Requests to speak for an organisation, as two pages show them to those who decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django import forms

from modus.directory import actions, queries

if TYPE_CHECKING:
    from modus.directory.models import JoinRequest, Person


def decide(request: JoinRequest, said: dict[str, Any], *, by: Person) -> JoinRequest:
    """Approve or refuse, as the form says."""
    if said["decision"] == "approve":
        return actions.approve_request(request, role=said["role"], by=by)
    return actions.refuse_request(request, reason=said["reason"], by=by)


def request_lines(
    requests: Iterable[JoinRequest],
    *,
    form: forms.Form,
    url: Callable[[JoinRequest], str],
    wrong: JoinRequest | None = None,
) -> list[dict[str, Any]]:
    """Each request with the roles to choose from; the refused answer stays with its faults."""
    return [
        {
            "request": request,
            "url": url(request),
            "roles": queries.offered_roles(request),
            "faults": [str(fault) for faults in form.errors.values() for fault in faults]
            if wrong is not None and wrong.pk == request.pk
            else [],
            "reason": form.data.get("reason", "") if wrong is not None and wrong.pk == request.pk else "",
        }
        for request in requests
    ]
