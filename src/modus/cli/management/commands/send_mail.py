"""Send what waits in the outbox: once, or until it is stopped."""

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from modus.core import outbox
from modus.core.time import now

PAUSE_SECONDS = 2
ROUNDS_AN_HOUR = 3600 // PAUSE_SECONDS


class Command(BaseCommand):
    help = "Send the mails that are due and put the daily ones; with --loop until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until the process is stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        if options["loop"]:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_args: stopped.set())
        outbox.forget_old()
        sent, rounds = self._round(), 1
        while options["loop"] and not stopped.wait(PAUSE_SECONDS):
            sent, rounds = sent + self._round(), rounds + 1
            if rounds % ROUNDS_AN_HOUR == 0:
                outbox.forget_old()
        self.stdout.write(f"Mails sent: {sent}" if settings.MAIL_MODE == "send" else f"Mails shown, not sent: {sent}")

    def _round(self) -> int:
        close_old_connections()
        return send_round(self.stdout.write)


def send_round(write: Callable[[str], object]) -> int:
    """Put the daily mails and send all that is due; without a mail server, write what nobody gets."""
    outbox.build_digests()
    started, sent = now(), 0
    while batch := outbox.deliver_due():
        sent += batch
    if settings.MAIL_MODE == "show":
        _show(started, write)
    return sent


def _show(started: Any, write: Callable[[str], object]) -> None:
    """Without a mail server the operator reads here what nobody gets, links to sign in among it."""
    for mail in outbox.shown_since(started):
        preview = outbox.preview_of(mail)
        write(f"To: {mail.to_address}\nSubject: {preview.subject}\n\n{preview.text}")
