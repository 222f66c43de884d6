"""Mails and a sender that is killed: 10,000 recipients, 200 kills, and a mail server that fails in every way at random.

    .venv/bin/python -m benchmarks.drills.mail [--mails 10000] [--kills 200] [--senders 2] [--seed 1]

Prints how many recipients were reached, which were refused for good, and how many letters came twice: inside the window
in which a letter was taken and that was not recorded yet, and outside of it, where there must be none.
"""

import argparse
import json
import logging
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

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
LOST = ("SMTPServerDisconnected", "TimeoutError")


def serve(log: str, port: Any, seed: int) -> None:
    """The mail server: it notes every letter that it took."""
    from tests.mail_server import Letter, mail_server

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

    def keep(letter: Letter) -> None:
        line = {"id": str(letter.message["Message-ID"]), "to": letter.to[0]}
        with server.changing, Path(log).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    with mail_server() as server:
        server.trouble, server.keep = trouble, keep  # type: ignore[method-assign]
        port.value = server.port
        signal.pause()


def prepare(mails: int) -> None:
    """An empty database with so many mails."""
    from django.core.management import call_command
    from django.db import transaction

    from modus.core import outbox

    call_command("migrate", verbosity=0)
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
    from modus.core import outbox

    while True:
        if not outbox.deliver_due():
            time.sleep(0.05)


def begin_sender(notes: Path) -> int:
    """A process that sends, and notes each mail whose connection was lost before an answer came."""
    from django.db import connections

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
    from modus.core.outbox import Mail, State

    rows = Mail.objects.across("a drill").filter(state=State.SENDING)
    return list(rows.values_list("message_id", flat=True))


def left() -> int:
    from modus.core.outbox import Mail, State

    return Mail.objects.across("a drill").filter(state__in=[State.WAITING, State.SENDING]).count()


def run(options: argparse.Namespace, log: Path) -> dict[str, Any]:
    """Start senders, kill them, wait until nothing is left; the figures."""
    from modus.core.outbox import Mail

    chance = random.Random(options.seed)
    notes = log.with_name("notes")
    notes.touch()
    senders = [begin_sender(notes) for _ in range(options.senders)]
    cut: Counter[str] = Counter()
    kills, started = 0, time.monotonic()
    while kills < options.kills and left():
        time.sleep(chance.uniform(0.05, options.pause))
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
    from django.conf import settings

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--pause", type=float, default=1.0, help="the longest time between two kills, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="modus-drill-") as folder:
        log = Path(folder, "letters.jsonl")
        log.touch()
        port = multiprocessing.Value("i", 0)
        server = multiprocessing.get_context("fork").Process(
            target=serve, args=(str(log), port, options.seed), daemon=True
        )
        server.start()
        while not port.value:
            time.sleep(0.05)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "modus.config.settings",
            "MODUS_DATA_FOLDER": folder,
            "MODUS_MAIL_HOST": "127.0.0.1",
            "MODUS_MAIL_PORT": str(port.value),
            "MODUS_MAIL_TLS": "none",
            "MODUS_MAIL_SECONDS": str(SECONDS),
            "MODUS_LOG_LEVEL": "ERROR",
        }
        import django

        django.setup()
        from modus.core.outbox import delivering

        # A drill has no hours: waits and leases are seconds, and a mail may fail as often as the drill lasts.
        delivering.LEASE = timedelta(seconds=6 * SECONDS)
        delivering.BACK_OFF = [timedelta(seconds=0.5)] * 60
        prepare(options.mails)
        found = run(options, log)
        server.terminate()
    report(options, found)
    is_right = not found["outside"] and not found["with_two_numbers"]
    sys.exit(0 if is_right and found["recipients"] == options.mails - -(-options.mails // GONE_EACH) else 1)


def report(options: argparse.Namespace, found: dict[str, Any]) -> None:
    gone = -(-options.mails // GONE_EACH)
    print(f"Mails {options.mails}, of which {gone} to addresses that are refused for good; {options.senders} senders")
    print(f"Senders killed: {found['kills']}; {found['seconds']:.0f} s until nothing was left")
    print(f"Recipients reached: {found['recipients']} of {options.mails - gone}; states: {found['states']}")
    print(f"Letters taken by the server: {found['letters']}")
    print(f"Doubles inside the window of a letter taken and not recorded: {found['inside']}")
    print(f"Doubles outside of it: {found['outside']}")
    print(f"Recipients whose doubles bear different Message-IDs: {found['with_two_numbers']}")


if __name__ == "__main__":
    main()
