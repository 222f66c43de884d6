"""An invitation as whoever was invited sees it: for whom it is, who she is, and one step from here to there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.directory import actions, queries
from modus.directory.queries import accounts, invitations
from modus.web.account import limiting
from modus.web.account.forms import SignUpForm
from modus.web.account.views.mailed import dead_link, without_referrer
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.directory.models import Invitation

# In the session: which invitation was opened here, and whether its mail proved that this is the reader of the mailbox.
OPENED = "invitation_opened"
HERE = "account_invitation"


@audience(Audience.EVERYBODY)
def invitation_link(request: HttpRequest, key: str) -> HttpResponse:
    """Open the link of an invitation; its secret part leaves the address line, and nothing changes."""
    found, is_by_mail = invitations.invitation_with_token(key)
    if found is None:
        return dead_link(request)
    request.session[OPENED] = [str(found.pk), is_by_mail]
    return without_referrer(redirect(HERE))


@audience(Audience.EVERYBODY, methods=("GET", "POST"))
def invitation(request: HttpRequest) -> HttpResponse:
    """For whom it is; accept it by the right account, or make that account if the mail has proved the mailbox."""
    found, is_proved = _opened(request)
    if found is None:
        return dead_link(request)
    account = None if request.user.is_authenticated else accounts.account_or_free(found.email)
    may_make = is_proved and account is not None and account[1]
    form = SignUpForm(posted(request) if may_make else None, user=get_user_model()(email=found.email))
    if request.method == "POST":
        answer = _made(request, found, form) if may_make else _accepted(request, found)
        if answer is not None:
            return answer
    context = {
        "invitation": found,
        "form": form,
        "is_right": request.user.is_authenticated and request.user.email == found.email,
        "may_make": may_make,
        "is_proved": is_proved,
    }
    return form_page(request, "account/invitation.html", context)


@audience(Audience.EVERYBODY, methods=("POST",))
def invitation_opened(request: HttpRequest) -> HttpResponse:
    """A browser has shown the invitation to somebody: the inviter sees that, once."""
    found, _is_proved = _opened(request)
    if found is not None and found.opened_at is None:
        actions.mark_invitation_opened(found, by=queries.clock())
    return HttpResponse(status=204)


@audience(Audience.EVERYBODY, methods=("POST",))
def invitation_switch(request: HttpRequest) -> HttpResponse:
    """Change the account and keep the invitation: sign out, and sign in as whom it is for."""
    kept = request.session.get(OPENED)
    get_adapter().logout(request)
    if kept:
        request.session[OPENED] = kept
    return redirect(reverse("account_login", query={"next": reverse(HERE)})) if kept else dead_link(request)


@audience(Audience.EVERYBODY, methods=("POST",))
def invitation_mail(request: HttpRequest) -> HttpResponse:
    """Send the mail of the invitation once more to whom it is for, because its link was passed on by hand.

    Raises: TooMany.
    """
    found, _is_proved = _opened(request)
    if found is None:
        return dead_link(request)
    limiting.spend_mail_to(request, found.email)
    actions.mail_invitation_again(found, by=queries.clock())
    messages.success(request, _("The mail is on its way. Open its link in this browser."))
    return redirect(HERE)


def _opened(request: HttpRequest) -> tuple[Invitation | None, bool]:
    """The invitation that was opened in this browser, if it can still be accepted."""
    kept = request.session.get(OPENED) or ["", False]
    try:
        return invitations.open_invitation(UUID(kept[0])), bool(kept[1])
    except ValueError:
        return None, False


def _accepted(request: HttpRequest, found: Invitation) -> HttpResponse | None:
    """Accept by the account that is signed in; nothing happens in another one."""
    person = visitor.person_or_none(request)
    if person is None or person.user is None or person.user.email != found.email:
        return None
    try:
        actions.accept_invitation(found, by=person)
    except RuleBroken as broken:
        messages.error(request, broken.message)
        return redirect("home:home")
    request.session.pop(OPENED, None)
    messages.success(request, _("Welcome to %(name)s.") % {"name": found.cluster.name})
    return redirect("directory:home", cluster=found.cluster.slug)


def _made(request: HttpRequest, found: Invitation, form: SignUpForm) -> HttpResponse | None:
    """Make the account, accept, and be signed in."""

    def make(said: dict[str, Any]) -> Any:
        names = {"given_name": said["given_name"], "family_name": said["family_name"]}
        return actions.accept_invitation_anew(found, password=said["password"], names=names, by=queries.clock())

    person = carried_out(form, make)
    if not person:
        return None
    request.session.pop(OPENED, None)
    record_authentication(request, person.user, method="code", email=found.email)
    messages.success(request, _("Welcome to %(name)s.") % {"name": found.cluster.name})
    space = reverse("directory:home", kwargs={"cluster": found.cluster.slug})
    return perform_login(request, Login(user=person.user, email=found.email, redirect_url=space))
