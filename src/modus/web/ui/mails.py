"""Mails as pages show them: lists with states, one mail with its preview, and what an act is about to send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from modus.core import logs, outbox
from modus.core.outbox import Mail, Preview, State
from modus.core.time import say_moment
from modus.directory import actions
from modus.web.ui import pieces, visitor
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.places import Place
from modus.web.ui.tables import ListPlan, ListState

R = TypeVar("R")
PLAN = ListPlan(sorts=("newest",), filters={"state": frozenset(State.values)})
PER_PAGE = 50
SHOWN_NAMES = 3
SEEN = "mails_seen"
TONES = {State.SENT: "good", State.SHOWN: "good", State.PARKED: "bad", State.STALE: "warn", State.WAITING: "accent"}
NOT_OUT = (State.WAITING, State.DIGEST)


class EditForm(forms.Form):
    """The words of a mail; its links stay as they are."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=150)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("An empty line begins a new paragraph. Words only: the links of the mail stay below."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


def outbox_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The list of a cluster's or a network's mails: to whom, what, in which state, when, by whom."""
    state = PLAN.state(request.GET)
    rows = outbox.mails_of_scope(place.owner.pk)
    rows = rows.filter(state=state.chosen["state"]) if state.chosen["state"] else rows
    counts = outbox.counts_of_scope(place.owner.pk)
    if state.after:
        rows = outbox.older_than(rows, state.after)
    shown = list(rows[: PER_PAGE + 1])
    page = _table(shown, state, counts, lambda mail: place.address("outbox-mail", mail=mail.pk))
    return render(request, "ui/outbox.html", {"table": page, "is_shown_only": settings.MAIL_MODE == "show"})


def mail_page(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    """One mail as its recipient sees it, and what can be done with it."""
    mail = mail_or_404(place, key)
    context = {
        **picture(mail),
        "back_url": place.address("outbox"),
        "hold_url": place.address("outbox-hold", mail=mail.pk) if mail.state in NOT_OUT and not mail.attempts else "",
        "call_back_url": place.address("outbox-call-back", mail=mail.pk)
        if mail.state in {*NOT_OUT, State.PARKED}
        else "",
        "again_url": place.address("outbox-send-again", mail=mail.pk) if _can_go_again(mail) else "",
    }
    return render(request, "ui/outbox_mail.html", context)


def edit_page(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    """The form with the words of a held mail."""
    mail, by = mail_or_404(place, key), visitor.person_of(request)
    first = {"subject": mail.subject, "text": outbox.words_to_edit(mail), "version": mail.version}
    form = EditForm(posted(request), initial=first)
    if carried_out(form, lambda said: actions.edit_mail(mail, by=by, **said)):
        messages.success(request, _("Changed. The mail goes out in 60 seconds."))
        return redirect(place.address("outbox-mail", mail=mail.pk))
    context = {"form": form, "mail": mail, "back_url": place.address("outbox-mail", mail=mail.pk)}
    return form_page(request, "ui/outbox_edit.html", context)


def hold_page(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    """Hold a mail and go to its form."""
    mail = mail_or_404(place, key)
    actions.hold_mail(mail, by=visitor.person_of(request))
    return redirect(place.address("outbox-edit", mail=mail.pk))


def call_back_page(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    """Call a mail back."""
    mail = actions.call_back_mail(mail_or_404(place, key), by=visitor.person_of(request))
    messages.success(request, _("Called back: the mail to %(address)s is not sent.") % {"address": mail.to_address})
    return redirect(place.address("outbox-mail", mail=mail.pk))


def send_again_page(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    """Let a mail go out after all."""
    mail = actions.send_mail_again(mail_or_404(place, key), by=visitor.person_of(request))
    messages.success(request, _("The mail to %(address)s goes out in 60 seconds.") % {"address": mail.to_address})
    return redirect(place.address("outbox-mail", mail=mail.pk))


def mail_or_404(place: Place, key: UUID) -> Mail:
    """A mail of this outbox.

    Raises: Http404 for one of another, as for none.
    """
    mail = outbox.mail_of_scope(place.owner.pk, key)
    if mail is None:
        raise Http404
    return mail


def picture(mail: Mail, *, to: str = "") -> dict[str, Any]:
    """What every page with one mail shows; `to` stands for the address where that is not to be seen."""
    return {"mail": mail, "preview": outbox.preview_of(mail), "facts": _facts(mail, to or mail.to_address)}


def state_badge(mail: Mail) -> pieces.Badge:
    """The state of a mail in a word."""
    return pieces.Badge(mail.get_state_display(), TONES.get(State(mail.state), ""))


def recipient_of(request: HttpRequest, mail: Mail) -> str:
    """To whom a mail goes: the address for the team or the office whose mail it is, for everybody else no address."""
    rights = visitor.rights_of(request)
    own = {s.cluster.pk for s in rights.standings if s.is_team} | {office.pk for office in rights.offices}
    if mail.scope_id in own:
        return mail.to_address
    return _("somebody at %(name)s") % {"name": mail.about}


def when_of(mail: Mail) -> str:
    """When a mail goes out, went out, or came to its end."""
    if mail.state == State.DIGEST:
        return _("with the next daily mail")
    moment = say_moment(mail.settled_at or mail.next_try_at, settings.TIME_ZONE)
    if mail.settled_at is None and mail.attempts:
        return _("tried %(n)s times, again %(moment)s") % {"n": mail.attempts, "moment": moment}
    return moment if mail.settled_at else _("from %(moment)s") % {"moment": moment}


def done_after_preview(
    request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], R], *, back: str
) -> tuple[R | None, HttpResponse | None]:
    """Carry out an act; when it would send mail to several people, show first who gets what and when.

    The act runs once: before its mails were seen it is taken back as a whole, and the page asks for it again.
    """
    if request.method != "POST":
        # Whoever only looks begins no transaction that could write.
        return None, None
    with transaction.atomic():
        result = carried_out(form, act)
        told = [] if result is None or SEEN in request.POST else _told(request)
        if len(told) < 2:
            return result, None
        context = {
            "letters": _letters(request, told),
            "count": len(told),
            "kept": _kept(request.POST),
            "back_url": back,
        }
        transaction.set_rollback(True)
    return None, render(request, "ui/mail_confirm.html", {**context, "action": request.get_full_path()})


def say_done(request: HttpRequest, words: str) -> None:
    """Say what happened; when mails go out because of it, to whom, with a minute to call them back."""
    told = _told(request)
    if not told:
        messages.success(request, words)
        return
    at = {"act": logs.request_id.get()}
    form = format_html(
        '{} {} <a href="{}">{}</a> <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" '
        'value="{}"><button class="button button-small" type="submit">{}</button></form>',
        words,
        _sentence(request, told),
        reverse("account:mail-act", kwargs=at),
        _("See what is sent"),
        reverse("account:mail-call-back", kwargs=at),
        get_token(request),
        _("Call back"),
    )
    messages.success(request, form, extra_tags="undo minute")


def _told(request: HttpRequest) -> list[Mail]:
    person = visitor.person_of(request)
    rows = outbox.mails_of_act(logs.request_id.get(), by_id=person.pk)
    return list(rows.filter(state__in=NOT_OUT))


def _sentence(request: HttpRequest, told: Sequence[Mail]) -> str:
    """To how many a mail goes, the first few by name, and when."""
    soon = [mail for mail in told if mail.state == State.WAITING]
    if not soon:
        return ngettext(
            "%(n)d person reads it in a daily mail.", "%(n)d people read it in a daily mail.", len(told)
        ) % {"n": len(told)}
    names = ", ".join(recipient_of(request, mail) for mail in soon[:SHOWN_NAMES])
    words = {"n": len(soon), "names": f"{names} …" if len(soon) > SHOWN_NAMES else names}
    return (
        ngettext(
            "A mail to %(names)s goes out in 60 seconds.", "%(n)d mails, to %(names)s, go out in 60 seconds.", len(soon)
        )
        % words
    )


def _letters(request: HttpRequest, told: Iterable[Mail]) -> list[dict[str, Any]]:
    """What is sent, each text once, with those who get it and when."""
    letters: dict[tuple[str, str], tuple[Preview, list[tuple[str, str]]]] = {}
    for mail in told:
        _preview, people = letters.setdefault((mail.subject, mail.source), (outbox.preview_of(mail), []))
        is_daily = mail.state == State.DIGEST
        people.append(
            (
                recipient_of(request, mail),
                _("with the next daily mail") if is_daily else _("60 seconds after you confirm"),
            )
        )
    return [{"preview": preview, "people": people} for preview, people in letters.values()]


def _kept(said: QueryDict) -> list[tuple[str, str]]:
    """What was typed and pressed, to be sent once more."""
    left_out = {"csrfmiddlewaretoken", SEEN}
    return [(name, value) for name, values in said.lists() if name not in left_out for value in values]


def _can_go_again(mail: Mail) -> bool:
    return mail.state in {State.PARKED, State.CALLED_BACK} and bool(mail.source)


def _facts(mail: Mail, to: str) -> list[pieces.Fact]:
    facts = [
        pieces.Fact(_("To"), to),
        pieces.Fact(_("State"), state_badge(mail)),
        pieces.Fact(_("When"), when_of(mail)),
        pieces.Fact(_("Put here"), say_moment(mail.created_at, settings.TIME_ZONE)),
        pieces.Fact(_("By"), mail.by_name or _("the system")),
    ]
    return [*facts, pieces.Fact(_("What happened"), mail.last_error)] if mail.last_error else facts


def _table(shown: list[Mail], state: ListState, counts: dict[str, int], url: Callable[[Mail], str]) -> pieces.Table:
    chosen = state.chosen["state"]
    rows, has_more = shown[:PER_PAGE], len(shown) > PER_PAGE
    paging = pieces.Paging(
        _("%(n)d mails on this page") % {"n": len(rows)},
        state.url() if state.after else "",
        state.url(after=rows[-1].pk) if has_more else "",
    )
    return pieces.Table(
        caption=_("Mails"),
        columns=[
            pieces.Column(_("Subject")),
            pieces.Column(_("To")),
            pieces.Column(_("State")),
            pieces.Column(_("When")),
            pieces.Column(_("By"), is_extra=True),
        ],
        rows=[
            pieces.Row(
                key=str(mail.pk),
                url=url(mail),
                cells=[
                    mail.subject,
                    mail.to_address,
                    state_badge(mail),
                    when_of(mail),
                    mail.by_name or _("the system"),
                ],
            )
            for mail in rows
        ],
        total=sum(counts.values()),
        filters=[
            pieces.FilterChip(
                str(kind.label), state.url(state="" if kind == chosen else kind.value), counts[kind], kind == chosen
            )
            for kind in State
            if counts.get(kind)
        ],
        paging=paging if has_more or state.after else None,
    )
