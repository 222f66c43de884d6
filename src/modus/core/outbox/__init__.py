"""The outbox: a row per recipient in the transaction of the fact, and one sender. It knows nothing about clusters."""

from modus.core.outbox.delivering import deliver_due
from modus.core.outbox.digests import build_digests
from modus.core.outbox.keeping import forget_old
from modus.core.outbox.models import Frequency, Mail, Priority, State
from modus.core.outbox.putting import HELD_SECONDS, call_back, edit, hold, put, send_again
from modus.core.outbox.seen import (
    Preview,
    counts_of_scope,
    keys_beginning_with,
    mail_of_scope,
    mails_of_act,
    mails_of_scope,
    mails_to,
    older_than,
    preview_of,
    shown_since,
    words_to_edit,
)
from modus.core.outbox.topics import Topic, topics_to_choose
from modus.core.outbox.wishes import choose, ending_of, frequencies_of, habit_of, resume, stop

__all__ = [
    "HELD_SECONDS",
    "Frequency",
    "Mail",
    "Preview",
    "Priority",
    "State",
    "Topic",
    "build_digests",
    "call_back",
    "choose",
    "counts_of_scope",
    "deliver_due",
    "edit",
    "ending_of",
    "forget_old",
    "frequencies_of",
    "habit_of",
    "hold",
    "keys_beginning_with",
    "mail_of_scope",
    "mails_of_act",
    "mails_of_scope",
    "mails_to",
    "older_than",
    "preview_of",
    "put",
    "resume",
    "send_again",
    "shown_since",
    "stop",
    "topics_to_choose",
    "words_to_edit",
]
