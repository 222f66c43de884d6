"""A mail is put here in the transaction of the fact; while it is held it can be edited and called back."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.core import logs
from modus.core.errors import Conflict, RuleBroken
from modus.core.journal import Actor
from modus.core.outbox import rendering, wishes
from modus.core.outbox.models import Frequency, Mail, Priority, State
from modus.core.outbox.topics import ACCOUNT, all_topics
from modus.core.text import one_line
from modus.core.time import now
from modus.core.users import User

# What one address gets in a day because of what people do; nobody makes the system flood a stranger.
MOST_A_DAY = {"account": 20, "known": 60, "unknown": 5}
HELD_SECONDS = 60
TIME_TO_EDIT = timedelta(minutes=15)
CALLED_BACK_FROM = (State.WAITING, State.DIGEST, State.PARKED)
SENT_AGAIN_FROM = (State.PARKED, State.CALLED_BACK)


def put(
    template: str,
    to: str,
    *,
    context: dict[str, Any],
    topic: str,
    by: Actor | None,
    user: User | None = None,
    scope_id: uuid.UUID | None = None,
    subject_id: uuid.UUID | None = None,
    about: str = "",
    priority: Priority = Priority.NORMAL,
    hold_seconds: int = 0,
    stale_after: datetime | None = None,
    key: str | None = None,
) -> Mail:
    """Put a mail to one recipient; it is sent after the running transaction and the hold have ended.

    `about` names the thing under which the daily mail gathers it. With a `key` there is one such mail, ever.
    Raises: RuleBroken when the address is none; LookupError for an unknown topic.
    """
    kind = all_topics()[topic]
    address = _address(to)
    known = Mail.objects.across("a key names one mail of all").filter(key=key).first() if key else None
    if known:
        return known
    language = wishes.language_of(user)
    written = rendering.write(template, context, language=language)
    at, number = now(), uuid.uuid4()
    starts_at = at + timedelta(seconds=hold_seconds)
    mail = Mail(
        id=number,
        message_id=f"<{number.hex}@{settings.SITE_HOST}>",
        to_address=address,
        user=user,
        topic=kind.code,
        priority=priority,
        template=template,
        language=language,
        subject=written.subject,
        source=written.source,
        about=one_line(about),
        key=key,
        not_before=starts_at,
        next_try_at=starts_at,
        stale_after=stale_after,
        by_id=by.id if by else None,
        by_name=one_line(by.name) if by else "",
        scope_id=scope_id,
        subject_id=subject_id,
        request_id=logs.request_id.get(),
    )
    mail.state, mail.last_error = _first_state(mail, wishes.frequency_of(kind, user=user, address=address), at)
    mail.settled_at = at if mail.state == State.SUPPRESSED else None
    return _saved(mail)


def hold(mail: Mail) -> Mail:
    """Keep a mail that is not out yet for a quarter of an hour, so that it can be edited at leisure.

    Raises: RuleBroken when it is out.
    """
    current = _locked(mail)
    _require_held(current)
    return _restart(current, now() + TIME_TO_EDIT)


def edit(mail: Mail, *, subject: str, text: str, version: int) -> Mail:
    """Give a held mail other words; they are literal, and the links that the mail had stay. It then waits a minute.

    Raises: Conflict when somebody else edited it since; RuleBroken when it is out, or nothing would be said.
    """
    current = _locked(mail)
    _require_held(current)
    if current.version != version:
        raise Conflict(_("Somebody else edited this mail since. Look at it again."))
    if not one_line(subject) or not text.strip():
        raise RuleBroken(_("A mail needs a subject and a text."), field="text" if one_line(subject) else "subject")
    current.subject, current.source = one_line(subject, most=150), rendering.rewritten(current.source, text)
    current.version += 1
    return _restart(current, now() + timedelta(seconds=HELD_SECONDS))


def call_back(mail: Mail) -> Mail:
    """Stop a mail that is not out yet; it is kept and never sent unless somebody sends it again.

    Raises: RuleBroken when it is out.
    """
    current = _locked(mail)
    if current.state not in CALLED_BACK_FROM:
        raise RuleBroken(_("This mail cannot be called back: %(state)s.") % {"state": current.get_state_display()})
    current.state, current.settled_at = State.CALLED_BACK, now()
    current.save(update_fields=["state", "settled_at"])
    return current


def send_again(mail: Mail) -> Mail:
    """Let a mail that was parked or called back wait once more, under the same Message-ID.

    Raises: RuleBroken when it is neither, or its words are gone.
    """
    current = _locked(mail)
    if current.state not in SENT_AGAIN_FROM or not current.source:
        raise RuleBroken(_("This mail cannot be sent again: %(state)s.") % {"state": current.get_state_display()})
    current.state, current.attempts, current.last_error, current.settled_at = State.WAITING, 0, "", None
    return _restart(current, now() + timedelta(seconds=HELD_SECONDS))


def _address(to: str) -> str:
    """One address and nothing else: no name before it, no second one, no line end."""
    address = to.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise RuleBroken(_("This is not a mail address."), field="email") from error
    if not address.isprintable() or any(sign in address for sign in ',;<>"'):
        raise RuleBroken(_("This is not a mail address."), field="email")
    return address


def _first_state(mail: Mail, frequency: Frequency, at: datetime) -> tuple[State, str]:
    if frequency == Frequency.NEVER:
        return State.SUPPRESSED, _("The recipient does not want mails on this topic.")
    if (mail.by_id is not None or mail.topic == ACCOUNT.code) and _is_too_much(mail, at):
        return State.SUPPRESSED, _("This address has had as many mails today as one address may get.")
    return (State.DIGEST if frequency == Frequency.DAILY and mail.user_id else State.WAITING), ""


def _is_too_much(mail: Mail, at: datetime) -> bool:
    """Whether people have caused as many mails to this address within a day as one address may get."""
    circle = "account" if mail.topic == ACCOUNT.code else "known" if mail.user_id else "unknown"
    rows = Mail.objects.within(to_address=mail.to_address, created_at__gt=at - timedelta(days=1))
    of_people = rows.filter(by_id__isnull=False).exclude(topic=ACCOUNT.code)
    same = rows.filter(topic=ACCOUNT.code) if circle == "account" else of_people
    return same.exclude(state=State.SUPPRESSED).count() >= MOST_A_DAY[circle]


def _saved(mail: Mail) -> Mail:
    if mail.key is None:
        mail.save(force_insert=True)
        return mail
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        return Mail.objects.within(key=mail.key).get()
    return mail


def _locked(mail: Mail) -> Mail:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A mail is changed within the transaction of an action.")
    return Mail.objects.select_for_update().within(pk=mail.pk).get()


def _require_held(mail: Mail) -> None:
    if mail.state not in {State.WAITING, State.DIGEST} or (mail.attempts and mail.state == State.WAITING):
        raise RuleBroken(_("This mail is no longer held: %(state)s.") % {"state": mail.get_state_display()})


def _restart(mail: Mail, at: datetime) -> Mail:
    mail.not_before = mail.next_try_at = at
    mail.save()
    return mail
