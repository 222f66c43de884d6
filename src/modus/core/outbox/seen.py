"""Mails as pages show them: those of a scope, those of a person, those of one act; and the preview."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import override

from modus.core.outbox import rendering
from modus.core.outbox.models import Mail, Priority, State
from modus.core.outbox.topics import all_topics
from modus.core.text import markup_of, plain_of
from modus.core.time import now
from modus.core.users import User

SHOWN_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Preview:
    """A mail as it will be seen, as text and as clean markup; the address that ends mails is left out of a preview."""

    subject: str
    text: str
    markup: SafeString


def mails_of_scope(scope_id: uuid.UUID) -> QuerySet[Mail]:
    """The mails of a cluster or a network, newest first; without their texts."""
    return Mail.objects.within(scope_id=scope_id).defer("source").order_by("-created_at", "-id")


def mail_of_scope(scope_id: uuid.UUID, key: uuid.UUID) -> Mail | None:
    """One mail of a cluster or a network."""
    return Mail.objects.within(scope_id=scope_id, pk=key).first()


def older_than(rows: QuerySet[Mail], key: uuid.UUID) -> QuerySet[Mail]:
    """The part of a list, newest first, that comes after one of its mails."""
    place = rows.filter(pk=key).values_list("created_at", "pk").first()
    if place is None:
        return rows
    return rows.filter(Q(created_at__lt=place[0]) | Q(created_at=place[0], pk__lt=place[1]))


def words_to_edit(mail: Mail) -> str:
    """The text of a mail without its links: what may be written anew."""
    return rendering.words_to_edit(mail.source)


def counts_of_scope(scope_id: uuid.UUID) -> dict[str, int]:
    """How many mails of a scope are in each state; one query."""
    rows = Mail.objects.within(scope_id=scope_id).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows.values_list("state", "pk__count"))


def mails_to(user: User) -> QuerySet[Mail]:
    """What came, or will come, to a person within the last three months; a mail that was called back never came."""
    never = Q(state__in=[State.CALLED_BACK, State.SUPPRESSED])
    rows = Mail.objects.within(user=user, created_at__gt=now() - SHOWN_FOR).exclude(never)
    return rows.order_by("-created_at", "-id")


def mails_of_act(request_id: str, *, by_id: uuid.UUID) -> QuerySet[Mail]:
    """What one person's one request put here."""
    if not request_id:
        return Mail.objects.none().within()
    return Mail.objects.within(request_id=request_id, by_id=by_id).order_by("to_address", "id")


def shown_since(moment: datetime) -> QuerySet[Mail]:
    """What was shown instead of being sent since a moment, for the operator."""
    return Mail.objects.within(state=State.SHOWN, settled_at__gte=moment).order_by("settled_at", "id")


def keys_beginning_with(start: str) -> set[str]:
    """The keys under which mails were put once and for all, of one kind."""
    rows = Mail.objects.across("keys say what was told already, to whomever").filter(key__startswith=start)
    return {key for key in rows.values_list("key", flat=True) if key}


def preview_of(mail: Mail) -> Preview:
    """A mail as its recipient sees it, made by the same code that sends it."""
    with override(mail.language):
        footer = rendering.footer_of(all_topics()[mail.topic], "")
    is_secret = mail.priority == Priority.SIGN_IN and mail.state != State.SHOWN
    return preview("", "", footer) if is_secret else preview(mail.subject, mail.source, footer)


def preview(subject: str, source: str, footer: str = "") -> Preview:
    """Words that are not a mail yet, as they would be seen."""
    whole = f"{source}\n\n---\n\n{footer}" if footer else source
    return Preview(subject, plain_of(whole), markup_of(whole))
