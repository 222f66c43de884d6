"""The daily mail: what waited for a person, grouped by the thing it is about, the newest first."""

import re
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from modus.core.outbox.delivering import is_wanted
from modus.core.outbox.models import Mail, MailHabit, State
from modus.core.outbox.putting import put
from modus.core.outbox.topics import DIGEST
from modus.core.time import now, say_moment
from modus.core.users import User

FIRST_LINK = re.compile(r"\]\((https?://[^)]+)\)")


def build_digests(at: datetime | None = None) -> int:
    """Put the daily mail of everybody whose hour has come and for whom something waits; how many were put.

    One a person and day, however often this runs.
    """
    local = timezone.localtime(at or now(), timezone.get_default_timezone())
    waiting = Mail.objects.across("the daily mails of everybody").filter(state=State.DIGEST, created_at__lte=local)
    people = User.objects.filter(pk__in=waiting.values("user"))
    hours = dict(MailHabit.objects.within(user__in=people).values_list("user", "hour"))
    usual = MailHabit().hour
    due = [person for person in people.order_by("pk") if local.hour >= hours.get(person.pk, usual)]
    return sum(_build(person, local) for person in due)


@transaction.atomic
def _build(person: User, local: datetime) -> int:
    """One person's daily mail, in one transaction with what it takes up."""
    key = f"digest:{person.pk.hex}:{local.date():%Y-%m-%d}"
    if Mail.objects.within(key=key).exists():
        return 0
    rows = Mail.objects.select_for_update(of=("self",)).within(user=person, state=State.DIGEST)
    waiting = list(rows.select_related("user").filter(created_at__lte=local).order_by("-created_at", "-id"))
    wanted = [mail for mail in waiting if is_wanted(mail)]
    dropped = [mail.pk for mail in waiting if mail not in wanted]
    Mail.objects.within(pk__in=dropped).update(state=State.SUPPRESSED, settled_at=now())
    if not wanted:
        return 0
    digest = put(
        "core/mail/digest.txt",
        person.email,
        context={"count": len(wanted), "groups": groups_of(wanted)},
        topic=DIGEST.code,
        by=None,
        user=person,
        key=key,
    )
    own = Mail.objects.within(pk__in=[mail.pk for mail in wanted])
    own.update(state=State.GATHERED, digest=digest, settled_at=now())
    return 1


def groups_of(mails: list[Mail]) -> list[dict[str, Any]]:
    """Mails, newest first, under the things they are about; the thing with the newest mail stands first."""
    order = {about: -place for place, about in reversed(list(enumerate(mail.about for mail in mails)))}
    ordered = sorted(mails, key=lambda mail: order[mail.about], reverse=True)
    return [
        {"about": about, "lines": [_line(mail) for mail in rows]}
        for about, rows in groupby(ordered, key=lambda mail: mail.about)
    ]


def _line(mail: Mail) -> dict[str, Any]:
    found = FIRST_LINK.search(mail.source)
    parts = urlsplit(found[1]) if found else None
    path = f"{parts.path}?{parts.query}" if parts and parts.query else parts.path if parts else "/home/"
    return {"subject": mail.subject, "moment": say_moment(mail.created_at, settings.TIME_ZONE), "page_url": path}
