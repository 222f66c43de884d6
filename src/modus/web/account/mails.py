"""Pages about mails of one's own: what one is told and when, what came, what one caused; and the way to end them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from modus.core import outbox
from modus.core.outbox import Mail
from modus.directory import actions, queries
from modus.web.account.forms import MailForm
from modus.web.ui import mails, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

SHOWN = 100


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def mail(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = MailForm(posted(request), topics=outbox.topics_to_choose(), initial=_chosen(request.user))
    if carried_out(form, lambda _said: actions.choose_mails(own, by=own, **form.choice())):
        messages.success(request, _("Saved. It holds from the next mail on."))
        return redirect("account:mail")
    return form_page(request, "account/mail.html", {"form": form})


@audience(Audience.SIGNED_IN)
def mail_list(request: HttpRequest) -> HttpResponse:
    lines = [_line(one) for one in outbox.mails_to(request.user).defer("source")[:SHOWN]]  # type: ignore[arg-type]
    return render(request, "account/mail_list.html", {"lines": lines, "is_shown_only": settings.MAIL_MODE == "show"})


@audience(Audience.SIGNED_IN)
def mail_detail(request: HttpRequest, mail: UUID) -> HttpResponse:
    found = outbox.mails_to(request.user).filter(pk=mail).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return render(request, "account/mail_detail.html", mails.picture(found))


@audience(Audience.SIGNED_IN)
def mail_act(request: HttpRequest, act: str) -> HttpResponse:
    caused = list(outbox.mails_of_act(act, by_id=visitor.person_of(request).pk)[:SHOWN])
    if not caused:
        raise Http404
    can_stop = any(one.state in mails.NOT_OUT for one in caused)
    context = {
        "pictures": [mails.picture(one, to=mails.recipient_of(request, one)) for one in caused],
        "act": act,
        "can_stop": can_stop,
    }
    return render(request, "account/mail_act.html", context)


@audience(Audience.SIGNED_IN, methods=("POST",))
def mail_call_back(request: HttpRequest, act: str) -> HttpResponse:
    by = visitor.person_of(request)
    caused = outbox.mails_of_act(act, by_id=by.pk).count()
    if not caused:
        raise Http404
    stopped = len(actions.call_back_act(act, by=by))
    words = ngettext("%(n)d of %(all)d mail called back.", "%(n)d of %(all)d mails called back.", caused)
    messages.success(request, words % {"n": stopped, "all": caused})
    return redirect("account:mail-act", act=act)


# The signed address is the whole authority, whoever opens it; a mail program posts to it without a cookie (RFC 8058).
@csrf_exempt
@audience(Audience.EVERYBODY, methods=("GET", "POST"))
def mail_stop(request: HttpRequest, signed: str) -> HttpResponse:
    ending = outbox.ending_of(signed)
    if ending is None:
        raise Http404
    is_back = request.method == "POST" and "again" in request.POST
    if request.method == "POST":
        act = actions.resume_mails if is_back else actions.stop_mails
        act(ending, by=queries.clock())
    context = {"topic": ending.topic.label, "is_stopped": request.method == "POST" and not is_back, "is_back": is_back}
    return render(request, "account/mail_stop.html", context)


def _chosen(user: Any) -> dict[str, Any]:
    habit = outbox.habit_of(user)
    return {"hour": habit.hour, "language": habit.language, **outbox.frequencies_of(user)}


def _line(one: Mail) -> dict[str, Any]:
    return {"mail": one, "badge": mails.state_badge(one), "when": mails.when_of(one)}
