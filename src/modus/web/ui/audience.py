"""Who a page is for, declared at every view: a view without an audience has no place in the URL table."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from modus.core.errors import NotAllowed
from modus.core.reads import reading_only
from modus.directory import rules
from modus.web.ui import frames, visitor
from modus.web.ui.once import carried_out_once, shown_only
from modus.web.ui.unsent import COOKIE, sign_in_first, take_unsent

View = Callable[..., HttpResponse]


class Audience(StrEnum):
    """From the widest circle to the narrowest; from `MEMBER` to `MANAGER` of the cluster in the address."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    MEMBER = "members of the cluster"
    STAFF = "staff of the cluster"
    MANAGER = "managers of the cluster"
    OFFICE = "network office"
    DEVELOPER = "development only"


OF_A_CLUSTER = {
    Audience.MEMBER: rules.can_enter,
    Audience.STAFF: rules.can_manage_members,
    Audience.MANAGER: rules.can_manage_cluster,
}


def audience(
    who: Audience, *, methods: tuple[str, ...] = ("GET",), is_on_the_way_in: bool = False
) -> Callable[[View], View]:
    """Declare whom a view is for and which methods it takes; HEAD goes with GET.

    A view of a cluster gets the `cluster` itself in the place of its short name, a view of the office the `network`.
    Who owes a second factor gets no further than the pages that are on the way in: they lead to one.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            frames.attach(request)
            if who is Audience.DEVELOPER and not settings.DEBUG:
                raise Http404
            if who in {Audience.EVERYBODY, Audience.DEVELOPER}:
                return _run(view, request, kwargs)
            if not request.user.is_authenticated:
                return sign_in_first(request)
            if settings.SECOND_FACTOR != "no" and not is_on_the_way_in and visitor.owes_second_factor(request):
                return redirect("account:second-factor")
            unsent = take_unsent(request)
            if unsent is not None:
                response = _shown_unsent(request, _admitted(view, who), kwargs, unsent)
                response.delete_cookie(COOKIE)
                return response
            return _run(_admitted(view, who), request, kwargs)

        guarded.audience = who  # type: ignore[attr-defined]
        guarded.methods = methods  # type: ignore[attr-defined]
        return guarded

    return decorate


def _admit(request: HttpRequest, who: Audience, kwargs: dict[str, Any]) -> None:
    """Put the cluster or the network of the address into its place, if this person belongs to it.

    Raises: Http404 for a stranger, as for an address that does not exist; NotAllowed for one of too narrow rights.
    """
    rights = visitor.rights_of(request)
    if who in OF_A_CLUSTER:
        cluster = next((own for own in rights.clusters if own.slug == kwargs["cluster"]), None)
        if cluster is None:
            raise Http404
        if not OF_A_CLUSTER[who](rights, cluster):
            raise NotAllowed
        kwargs["cluster"] = cluster
        frames.attach_space(request, cluster)
    elif who is Audience.OFFICE:
        network = next((own for own in rights.offices if own.slug == kwargs["network"]), None)
        if network is None:
            raise Http404
        kwargs["network"] = network
        frames.attach_office(request, network)
    else:
        frames.attach_person(request)


def _admitted(view: View, who: Audience) -> View:
    """The view, for those whom it admits."""

    @wraps(view)
    def admitting(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        _admit(request, who, kwargs)
        return view(request, **kwargs)

    return admitting


def _shown_unsent(request: HttpRequest, view: View, kwargs: dict[str, Any], unsent: QueryDict) -> HttpResponse:
    """The form as it was sent when the session had ended; nothing was done, and nothing is done by showing it."""
    request.method, request.POST = "POST", unsent  # type: ignore[assignment]
    words = _("You were signed out while you were writing. Nothing is lost and nothing is saved yet: send it again.")
    shown = shown_only(request, partial(view, request, **kwargs), words)
    request.method = "GET"
    if shown is None or shown.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        request.POST = QueryDict()  # type: ignore[assignment]
        return _run(view, request, kwargs)
    shown.status_code = HTTPStatus.OK
    return shown


def _run(view: View, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    """The view's answer: a GET changes nothing, and a form is carried out once.

    Whoever sends a form again gets the first answer before she is admitted anew: the act itself may have taken her
    right (she left) or the address (the cluster has another short name).
    """
    if request.method in {"GET", "HEAD"}:
        if not settings.GUARD_READS:
            return view(request, **kwargs)
        with reading_only():
            return view(request, **kwargs)
    if view.__module__.startswith("allauth."):
        # Signing in and out is done each time it is asked for: no answer of it is kept.
        return view(request, **kwargs)
    return carried_out_once(request, partial(view, request, **kwargs))
