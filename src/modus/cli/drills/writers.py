"""Writers who send forms and press again until they are answered, while something is killed, and what came of it."""

import bisect
import http.client
import random
import re
import secrets
import statistics
import sys
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections

from modus.cli.drills import judging
from modus.cli.drills.processes import free_port
from modus.cli.drills.site import Site, serving
from modus.core.time import today
from modus.directory import actions, queries

LEAST_PAUSE, MOST_PAUSE = 0.2, 1.0
PATIENCE_SECONDS = 60
CLUSTER = "drill"
PAGE = f"/space/{CLUSTER}/members/new/"
ANSWERED = 302
# Nobody there, a fault, or somebody in front or the site itself says that it cannot now: the writer presses again.
AGAIN = {0, 500, 502, 503}
# Whoever was told that it is away does not press at once.
AGAIN_SECONDS = {503: 0.2}
# So much of the site's log is told when something broke.
TOLD = 5000


@dataclass
class Outcome:
    """What came of a drill."""

    kills: int = 0
    answers: "Counter[int]" = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    repeated: int = 0
    verdict: judging.Verdict = field(default_factory=judging.Verdict)
    gaps: list[float] = field(default_factory=list)
    changing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean and not self.answers[500] and set(self.answers) <= {ANSWERED, *AGAIN}

    def answered(self, status: int, name: str = "", *, is_again: bool = False) -> None:
        """Count one answer; with the name of what was acknowledged by it."""
        with self.changing:
            self.answers[status] += 1
            if name:
                self.acknowledged.add(name)
                self.repeated += is_again

    def __str__(self) -> str:
        most = statistics.quantiles(self.gaps, n=20, method="inclusive")[18] if len(self.gaps) > 1 else max(self.gaps)
        return (
            f"{self.kills} kills, {len(self.acknowledged)} acknowledged in {self.answers.total()} sendings: "
            f"{self.verdict}; {self.repeated} answered only at a further try, "
            f"{self.answers[0]} times nobody answered, {self.answers[503]} times 503, {self.answers[500]} times 500; "
            f"from a kill to the next answer {statistics.median(self.gaps):.2f} s in the middle, "
            f"{most:.2f} s at the 95th percentile, {max(self.gaps):.2f} s at most"
        )


class Writer(threading.Thread):
    """Somebody who adds one member after the other and presses again, with the same key, until she is answered."""

    def __init__(self, port: int, cookie: str, name: str, outcome: Outcome, stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.cookie, self.outcome, self.stop = port, cookie, outcome, stop
        self.answered_at: list[float] = []

    def run(self) -> None:
        token = self._token()
        number = 0
        while not self.stop.is_set():
            number += 1
            self._add(f"{self.name} {number}", token)

    def _add(self, name: str, token: str) -> None:
        form = {"csrfmiddlewaretoken": token, "form_key": secrets.token_urlsafe(16), "name": name, "country": "CZ"}
        form |= {"kind": "small", "membership_kind": "full", "joined_on": "2024-01-01", "is_another": "on"}
        is_again = False
        while not self.stop.is_set():
            status, page = self._ask("POST", urlencode(form))
            if status == ANSWERED:
                self.answered_at.append(time.monotonic())
                self.outcome.answered(status, name, is_again=is_again)
                return
            self.outcome.answered(status)
            if status not in AGAIN:
                raise RuntimeError(f"{name}: {status} {page[:500]}")
            is_again = True
            time.sleep(AGAIN_SECONDS.get(status, 0.02))

    def _token(self) -> str:
        while True:
            status, page = self._ask("GET")
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            if status == 200 and found:
                return found[1]
            time.sleep(0.1)

    def _ask(self, method: str, body: str = "") -> tuple[int, str]:
        """Status and page of one request; status 0 when nobody answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, PAGE, body or None, headers)
            response = connection.getresponse()
            page = response.read().decode("utf-8", "replace")
            for name, value in response.getheaders():
                if name.lower() == "set-cookie" and value.startswith("csrf=") and "csrf=" not in self.cookie:
                    self.cookie += f"; {value.partition(';')[0]}"
            return response.status, page
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()


def add_arguments(parser: ArgumentParser, *, kills: int) -> None:
    """How often something is killed, and under how many writers."""
    parser.add_argument("--kills", type=int, default=kills)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)


def disturbed(
    kill: Callable[[Site, random.Random], bool],
    *,
    kills: int,
    writers: int,
    seed: int,
    waits_for_answer: bool = False,
) -> Outcome:
    """Let writers write and `kill` be called every 0.2 to 1 s, then judge; the database is migrated and empty.

    With `waits_for_answer` nothing is killed before somebody was answered after the kill before.
    """
    chance, outcome, stop, cookie = random.Random(seed), Outcome(), threading.Event(), _scene()
    log = settings.DATA_FOLDER / "site.log"
    with log.open("w") as file, serving(free_port(), file) as site:
        crew = [Writer(site.port, cookie, f"Writer {chr(65 + n)}", outcome, stop) for n in range(writers)]
        for writer in crew:
            writer.start()
        killed_at = [time.monotonic()]
        _await_answer(crew, killed_at[-1])
        while outcome.kills < kills:
            time.sleep(chance.uniform(LEAST_PAUSE, MOST_PAUSE))
            at = time.monotonic()
            if kill(site, chance):
                killed_at.append(at)
                outcome.kills += 1
                if waits_for_answer:
                    _await_answer(crew, at)
        _await_answer(crew, killed_at[-1])
        stop.set()
        for writer in crew:
            writer.join(PATIENCE_SECONDS)
    outcome.gaps = _gaps(killed_at[1:], sorted(at for writer in crew for at in writer.answered_at))
    # The connections of this process may have been cut as well.
    connections.close_all()
    outcome.verdict = judging.judged(outcome.acknowledged)
    if not outcome.is_clean:
        print(log.read_text()[-TOLD:], file=sys.stderr)
    return outcome


def _await_answer(crew: list[Writer], since: float) -> None:
    """Wait until somebody was answered.

    Raises: RuntimeError for a dead end.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while not any(writer.answered_at and writer.answered_at[-1] > since for writer in crew):
        if time.monotonic() > until:
            raise RuntimeError(f"Nobody was answered for {PATIENCE_SECONDS} s: this is a dead end.")
        time.sleep(0.05)


def _gaps(killed_at: list[float], answered_at: list[float]) -> list[float]:
    """From each kill to the next answer that anybody got."""
    return [answered_at[bisect.bisect(answered_at, at)] - at for at in killed_at]


def _scene() -> str:
    """One cluster with a manager; the cookie of her session."""
    clock = queries.clock()
    operator = actions.record_organisation({"name": "Operator", "country": "CZ"}, by=clock)
    network = actions.found_network(operator, facts={"slug": "drill", "name": "Drill"}, by=clock)
    runner = actions.record_organisation({"name": "Cluster", "country": "CZ"}, by=clock)
    cluster = actions.found_cluster(network, organisation=runner, slug=CLUSTER, time_zone="Europe/Prague", by=clock)
    names = {"given_name": "Manager"}
    manager = actions.make_account("manager@drill.example", password=None, names=names, by=clock)
    actions.give_position(manager, organisation=cluster.organisation, role="manager", starts_on=today(), by=clock)
    account: Any = manager.user
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
