"""The one sender: it claims a mail, sends it outside of any transaction, and records what became of it."""

import logging
import re
import smtplib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import override

from modus.core.outbox import rendering, wishes
from modus.core.outbox.models import Frequency, Mail, Priority, State
from modus.core.outbox.topics import ACCOUNT, all_topics
from modus.core.text import one_line, plain_of
from modus.core.time import now

log = logging.getLogger("modus.outbox")

LEASE = timedelta(minutes=5)
# How long a mail waits after each failure that may pass; after the last one it is parked.
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 480, 480)]
CHOSEN_AT_ONCE = 20
PERMANENT = 500
ADDRESSES = re.compile(r"\S*(?://|@)\S*")


class Transport(Protocol):
    """What takes the letters: a mail server, or the page that shows them."""

    outcome: State

    def open(self) -> None: ...
    def send(self, mail: Mail) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Failure:
    """Why a mail did not get out, in words without secrets, and whether trying again can help."""

    words: str
    is_permanent: bool = False


class Unreachable(Exception):
    """The mail server cannot be reached or does not let us in: nothing is wrong with the mail."""


class MailServer:
    """Mail over SMTP; TLS is verified and never left out, and every step has a time limit (see settings)."""

    outcome = State.SENT

    def __init__(self) -> None:
        self.connection = get_connection()

    def open(self) -> None:
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(type(error).__name__) from error

    def send(self, mail: Mail) -> None:
        self.connection.send_messages([message_of(mail)])

    def close(self) -> None:
        try:
            self.connection.close()
        except (OSError, smtplib.SMTPException) as error:
            log.info("The mail server went away before the farewell: %s", type(error).__name__)


class Showcase:
    """Nothing leaves the house: a page shows what would have been sent."""

    outcome = State.SHOWN

    def open(self) -> None:
        """There is nothing to open."""

    def send(self, mail: Mail) -> None:
        message_of(mail).message()

    def close(self) -> None:
        """There is nothing to close."""


def deliver_due(most: int = 100) -> int:
    """Send what is due, at most so many, in the order of priority and by turns between tenants; how many got out.

    Any number of senders may run, and each may be killed at any moment: a claim that ends is taken up by another.
    """
    transport: Transport = MailServer() if settings.MAIL_MODE == "send" else Showcase()
    sent = tried = 0
    try:
        while tried < most and (chosen := _due(min(CHOSEN_AT_ONCE, most - tried))):
            transport.open()
            for key in chosen:
                tried += 1
                sent += _deliver(key, transport)
    except Unreachable as error:
        log.warning("The mail server cannot be reached (%s); mails wait.", error)
    finally:
        transport.close()
    return sent


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The message as it goes over the wire."""
    topic = all_topics()[mail.topic]
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    stop_url = rendering.site_url(wishes.stop_path(mail)) if topic.can_be_stopped else ""
    if stop_url:
        headers |= {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    with override(mail.language):
        footer = rendering.footer_of(topic, stop_url)
    message = EmailMultiAlternatives(
        mail.subject,
        plain_of(f"{mail.source}\n\n---\n\n{footer}"),
        sender_address(),
        [mail.to_address],
        headers=headers,
    )
    page = rendering.letter(mail.subject, mail.source, footer, language=mail.language)
    message.attach_alternative(page, "text/html")
    return message


def sender_address() -> str:
    """The fixed sender: the name of the site and the configured address."""
    return formataddr((one_line(settings.SITE_NAME, most=60), settings.DEFAULT_FROM_EMAIL))


def _due(most: int) -> list[uuid.UUID]:
    """The next mails: by priority, then one of each tenant by turns, so that nobody's mass delays another."""
    turn = Window(RowNumber(), partition_by=[F("priority"), F("scope_id")], order_by=F("next_try_at").asc())
    rows = Mail.objects.across("the sender serves everybody").filter(
        state__in=[State.WAITING, State.SENDING], next_try_at__lte=now()
    )
    ordered = rows.annotate(turn=turn).order_by("priority", "turn", "next_try_at")
    return list(ordered.values_list("pk", flat=True)[:most])


def _deliver(key: uuid.UUID, transport: Transport) -> int:
    """Claim one mail, send it, record the outcome; 1 when it got out.

    Raises: Unreachable when the connection is gone and cannot be had again.
    """
    mail = _claimed(key)
    if mail is None:
        return 0
    try:
        transport.send(mail)
    except smtplib.SMTPSenderRefused as error:
        _record_failure(mail, Failure(_said(error.smtp_code, error.smtp_error)))
    except smtplib.SMTPRecipientsRefused as error:
        _record_failure(mail, _refused(*next(iter(error.recipients.values()))))
    except smtplib.SMTPResponseException as error:
        _record_failure(mail, _refused(error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        _record_failure(mail, Failure(type(error).__name__))
        transport.close()
        transport.open()
    except (ValueError, TypeError) as error:
        # A mail that cannot be written as a message would fail for ever.
        _record_failure(mail, Failure(type(error).__name__, is_permanent=True))
    else:
        return _record(mail, transport.outcome)
    return 0


def _claimed(key: uuid.UUID) -> Mail | None:
    """Take a mail for the length of a lease, unless another sender has it; drop it if it should not go out."""
    at, claim = now(), uuid.uuid4()
    with transaction.atomic():
        taken = (
            Mail.objects.within(pk=key)
            .filter(Q(state=State.WAITING) | Q(state=State.SENDING), next_try_at__lte=at)
            .update(state=State.SENDING, claim=claim, next_try_at=at + LEASE, attempts=F("attempts") + 1)
        )
        if not taken:
            return None
        mail = Mail.objects.within(pk=key).select_related("user").get()
        dropped = _why_not(mail, at)
        if dropped:
            _record(mail, *dropped)
            return None
    return mail


def _why_not(mail: Mail, at: datetime) -> tuple[State, str] | None:
    """Why a mail should not go out after all, asked at the moment of sending."""
    topic = all_topics().get(mail.topic)
    if mail.stale_after and mail.stale_after < at:
        return State.STALE, _("It would have come too late.")
    if mail.attempts > len(BACK_OFF) + 1:
        return State.PARKED, mail.last_error or _("It was tried too often.")
    if topic is None or not _is_wanted(mail):
        return State.SUPPRESSED, _("The recipient may not or does not want to get it any more.")
    return None


def _is_wanted(mail: Mail) -> bool:
    """Whether the recipient still may and wants to get a mail; an account's new address takes the place of the old."""
    topic = all_topics()[mail.topic]
    if mail.user and topic.code != ACCOUNT.code:
        mail.to_address = mail.user.email
    if mail.user and not mail.user.is_active:
        return False
    if wishes.frequency_of(topic, user=mail.user, address=mail.to_address) == Frequency.NEVER:
        return False
    return topic.still_concerns is None or topic.still_concerns(mail)


def is_wanted(mail: Mail) -> bool:
    """The same question for who gathers mails."""
    return mail.topic in all_topics() and _is_wanted(mail)


def _refused(code: int, words: bytes | str) -> Failure:
    return Failure(_said(code, words), is_permanent=code >= PERMANENT)


def _said(code: int, words: bytes | str) -> str:
    """What the server answered, without addresses: they may be secret links of the mail that it repeats."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {ADDRESSES.sub('…', text)}", most=250)


def _record_failure(mail: Mail, failure: Failure) -> None:
    log.info("Mail %s did not get out (attempt %s): %s", mail.pk, mail.attempts, failure.words)
    if failure.is_permanent or mail.attempts > len(BACK_OFF):
        _record(mail, State.PARKED, failure.words)
        return
    _still_ours(mail).update(
        state=State.WAITING, claim=None, next_try_at=now() + BACK_OFF[mail.attempts - 1], last_error=failure.words
    )


def _record(mail: Mail, state: State, words: str = "") -> int:
    changes: dict[str, Any] = {"state": state, "claim": None, "settled_at": now(), "last_error": words}
    if mail.priority == Priority.SIGN_IN and state not in {State.SHOWN, State.PARKED}:
        # Its link opens an account: once it is out, nobody needs it here.
        changes["source"] = ""
    return _still_ours(mail).update(to_address=mail.to_address, **changes)


def _still_ours(mail: Mail) -> Any:
    """The row, if no other sender took it after our claim ended."""
    return Mail.objects.within(pk=mail.pk, claim=mail.claim)
