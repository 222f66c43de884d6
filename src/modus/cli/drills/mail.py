"""Mails and a sender that is killed: thousands of recipients, and a mail server that fails in every way at random.

Counted are recipients reached, those refused for good, and letters that came twice: inside the window in which a letter
was taken and that was not recorded yet, and outside of it, where there must be none.
"""

import contextlib
import json
import logging
import os
import random
import signal
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from modus.cli.drills.ground import Choices, Surroundings, add_database, ground, migrated
from modus.cli.drills.mail_server import Letter, MailServer, mail_server
from modus.core import outbox
from modus.core.outbox import Mail, State, delivering

HELP = "Kill senders while the mail server fails at random: is everybody reached, and by how many letters?"
# How often in 1,000 each trouble happens, and at which step; some addresses are refused for ever.
TROUBLES = (
    (20, "RCPT", "450 come back later"),
    (10, "END", "451 busy"),
    (10, "DATA", "drop"),
    (10, "END", "drop"),
    (10, "END", "taken, drop"),
    (5, "RCPT", "421 closing"),
    (2, "DATA", "hang"),
)
GONE_EACH = 100
SECONDS = 5
LETTERS = "letters.jsonl"
LOST = ("SMTPServerDisconnected", "TimeoutError")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--pause", type=float, default=1.0, help="the longest time between two kills, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    add_database(parser)


@contextlib.contextmanager
def place(choices: Choices) -> Iterator[Surroundings]:
    """A mail server that fails as it is told, and notes in the folder every letter that it took."""
    with mail_server() as server:
        settings = {"MODUS_MAIL_HOST": "127.0.0.1", "MODUS_MAIL_PORT": str(server.port), "MODUS_MAIL_TLS": "none"}
        settings |= {"MODUS_MAIL_SECONDS": str(SECONDS)}
        with ground(choices["database"], choices["server"], **settings) as here:
            server.trouble = _trouble(choices["seed"])
            server.keep = _noted(server, Path(here["MODUS_DATA_FOLDER"], LETTERS))  # type: ignore[method-assign, assignment]
            yield here


def _trouble(seed: int) -> Callable[[str, str], str]:
    chance = random.Random(seed)

    def trouble(step: str, address: str) -> str:
        if step == "RCPT" and address.startswith("gone"):
            return "550 no such user"
        drawn = chance.random() * 1000
        for share, at, answer in TROUBLES:
            if drawn < share:
                return answer if at == step else ""
            drawn -= share
        return ""

    return trouble


def _noted(server: MailServer, log: Path) -> Callable[[Letter], None]:
    log.touch()

    def keep(letter: Letter) -> None:
        line = {"id": str(letter.message["Message-ID"]), "to": letter.to[0]}
        with server.changing, log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    return keep


def run(choices: Choices) -> bool:
    """The drill; prints its figures."""
    # A drill has no hours: waits and leases are seconds, and a mail may fail as often as the drill lasts.
    delivering.LEASE = timedelta(seconds=6 * SECONDS)
    delivering.BACK_OFF = [timedelta(seconds=0.5)] * 60
    migrated()
    prepare(choices["mails"])
    found = disturbed(choices, settings.DATA_FOLDER / LETTERS)
    report(choices, found)
    is_right = not found["outside"] and not found["with_two_numbers"]
    return is_right and found["recipients"] == choices["mails"] - _gone(choices)


def _gone(choices: Choices) -> int:
    """How many mails go to addresses that are refused for ever."""
    return -(-int(choices["mails"]) // GONE_EACH)


def prepare(mails: int) -> None:
    """So many mails that are due."""
    words = {"role": "Colleague", "organisation": "Lens", "last": "1 Jan", "by": "Jana", "account_url": "/account/"}
    for start in range(0, mails, 500):
        with transaction.atomic():
            for number in range(start, min(start + 500, mails)):
                name = "gone" if number % GONE_EACH == 0 else "p"
                outbox.put(
                    "directory/mail/position_ended.txt",
                    f"{name}{number}@people.example",
                    context=words,
                    topic="positions",
                    by=None,
                )


def send_for_ever() -> None:
    """A sender that knows no pause, until it is killed."""
    while True:
        if not outbox.deliver_due():
            time.sleep(0.05)


def begin_sender(notes: Path) -> int:
    """A process that sends, and notes each mail whose connection was lost before an answer came."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        logger = logging.getLogger("modus.outbox")
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.addHandler(logging.FileHandler(notes))
        try:
            send_for_ever()
        finally:
            os._exit(1)
    return child


def in_flight() -> list[str]:
    """The mails that somebody had claimed at this moment."""
    rows = Mail.objects.across("a drill").filter(state=State.SENDING)
    return list(rows.values_list("message_id", flat=True))


def left() -> int:
    return Mail.objects.across("a drill").filter(state__in=[State.WAITING, State.SENDING]).count()


def disturbed(choices: Choices, log: Path) -> dict[str, Any]:
    """Start senders, kill them, wait until nothing is left; the figures."""
    chance = random.Random(choices["seed"])
    notes = log.with_name("notes")
    notes.touch()
    senders = [begin_sender(notes) for _ in range(choices["senders"])]
    cut: Counter[str] = Counter()
    kills, started = 0, time.monotonic()
    while kills < choices["kills"] and left():
        time.sleep(chance.uniform(0.05, choices["pause"]))
        victim = senders.pop(chance.randrange(len(senders)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        cut.update(in_flight())
        kills += 1
        senders.append(begin_sender(notes))
    while left():
        time.sleep(0.2)
    seconds = time.monotonic() - started
    for child in senders:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    states = Counter(Mail.objects.across("a drill").values_list("state", flat=True))
    return {"kills": kills, "seconds": seconds, "states": dict(states), **figures(log, cut + lost_in(notes))}


def lost_in(notes: Path) -> Counter[str]:
    """How often a connection was lost on a mail before the sender heard whether the letter was taken."""
    lines = notes.read_text(encoding="utf-8").splitlines()
    lost = [line.split()[1] for line in lines if line.startswith("Mail ") and line.endswith(LOST)]
    return Counter(f"<{number.replace('-', '')}@{settings.SITE_HOST}>" for number in lost)


def figures(log: Path, unrecorded: Counter[str]) -> dict[str, Any]:
    """What arrived, read from the server's own notes."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    numbers = Counter(line["id"] for line in lines)
    doubles = {number: count - 1 for number, count in numbers.items() if count > 1}
    outside = sum(max(0, count - unrecorded[number]) for number, count in doubles.items())
    to: dict[str, set[str]] = {}
    for line in lines:
        to.setdefault(line["to"], set()).add(line["id"])
    return {
        "recipients": len(to),
        "letters": len(lines),
        "inside": sum(doubles.values()) - outside,
        "outside": outside,
        "with_two_numbers": sum(1 for ids in to.values() if len(ids) > 1),
    }


def report(choices: Choices, found: dict[str, Any]) -> None:
    mails, gone = choices["mails"], _gone(choices)
    print(f"Mails {mails}, of which {gone} to addresses that are refused for good; {choices['senders']} senders")
    print(f"Senders killed: {found['kills']}; {found['seconds']:.0f} s until nothing was left")
    print(f"Recipients reached: {found['recipients']} of {mails - gone}; states: {found['states']}")
    print(f"Letters taken by the server: {found['letters']}")
    print(f"Doubles inside the window of a letter taken and not recorded: {found['inside']}")
    print(f"Doubles outside of it: {found['outside']}")
    print(f"Recipients whose doubles bear different Message-IDs: {found['with_two_numbers']}")
