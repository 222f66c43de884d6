"""The pages and workers that are killed: writers that send forms and try again, `kill -9` of a worker now and then.

    .venv/bin/python -m benchmarks.drills.web [--kills 500] [--database postgresql] [--writers 4] [--seed 1]

Prints what was acknowledged and lost, what stands half, what was made twice, and the longest time in which nobody was
answered. Each form adds a member: an organisation, its membership, the lines of the journal and the key stand together
or not at all. The database is one of its own and is removed afterwards.
"""

import argparse
import bisect
import http.client
import os
import random
import re
import secrets
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

SERVER = "postgresql://postgres@127.0.0.1:5432"
LEAST_PAUSE, MOST_PAUSE = 0.2, 1.0
CLUSTER = "drill"


@dataclass
class Outcome:
    """What came of a drill."""

    kills: int = 0
    sent: int = 0
    acknowledged: set[str] = field(default_factory=set)
    repeated: int = 0
    lost: set[str] = field(default_factory=set)
    torn: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    unacknowledged: int = 0
    gaps: list[float] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.torn or self.double)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {len(self.acknowledged)} acknowledged in {self.sent} sendings: "
            f"{len(self.lost)} acknowledged lost, {len(self.torn)} torn, {len(self.double)} double; "
            f"{self.repeated} answered only at a further try, {self.unacknowledged} committed and not acknowledged; "
            f"from a kill to the next answer {statistics.median(self.gaps):.2f} s in the middle, "
            f"{statistics.quantiles(self.gaps, n=20)[18]:.2f} s at the 95th percentile, {max(self.gaps):.2f} s at most"
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
        for attempt in range(1000):
            self.outcome.sent += 1
            status, page = self._ask("POST", f"/space/{CLUSTER}/members/new/", urlencode(form))
            if status == 302:
                self.answered_at.append(time.monotonic())
                self.outcome.acknowledged.add(name)
                self.outcome.repeated += attempt > 0
                return
            if status not in {0, 500, 502, 503}:
                raise RuntimeError(f"{name}: {status} {page[:2000]}")
            if self.stop.is_set():
                return
            time.sleep(0.02)

    def _token(self) -> str:
        while True:
            status, page = self._ask("GET", f"/space/{CLUSTER}/members/new/")
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            if status == 200 and found:
                return found[1]
            time.sleep(0.1)

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Status and page of one request; status 0 when nobody answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body or None, headers)
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


def drill(*, kills: int, writers: int = 4, seed: int = 1) -> Outcome:
    """Run it on the database of the settings, which has to be migrated and empty."""
    from benchmarks.server import serving

    chance, outcome, stop = random.Random(seed), Outcome(), threading.Event()
    cookie = _scene()
    with serving(_free_port()) as server:
        threads = [Writer(server.port, cookie, f"Writer {chr(65 + n)}", outcome, stop) for n in range(writers)]
        for thread in threads:
            thread.start()
        while not any(thread.answered_at for thread in threads):
            time.sleep(0.1)
        killed_at: list[float] = []
        while outcome.kills < kills:
            time.sleep(chance.uniform(LEAST_PAUSE, MOST_PAUSE))
            workers = _workers_of(server.process)
            if workers:
                os.kill(chance.choice(workers), signal.SIGKILL)
                killed_at.append(time.monotonic())
                outcome.kills += 1
        time.sleep(2)
        stop.set()
        for thread in threads:
            thread.join(60)
    moments = sorted(at for thread in threads for at in thread.answered_at)
    # Nobody was answered after the last kill only when the drill itself had ended.
    later = [(at, bisect.bisect(moments, at)) for at in killed_at]
    outcome.gaps = [moments[place] - at for at, place in later if place < len(moments)]
    _judge(outcome)
    return outcome


def _judge(outcome: Outcome) -> None:
    """Hold the rows against what was acknowledged."""
    from modus.core.idempotency import UsedKey
    from modus.core.journal import JournalLine
    from modus.directory.models import Membership, Organisation

    firms = dict(Organisation.objects.across("drill").filter(name__startswith="Writer ").values_list("pk", "name"))
    members = dict(Membership.objects.across("drill").values_list("organisation_id", "pk"))
    recorded = Counter(JournalLine.objects.filter(event="directory.organisation.recorded").values_list("subject_id"))
    admitted = Counter(JournalLine.objects.filter(event="directory.membership.admitted").values_list("subject_id"))
    told = Counter(
        str(answer["location"]).split("/")[-2] for answer in UsedKey.objects.values_list("answer", flat=True)
    )
    for key, name in firms.items():
        member = members.get(key)
        parts = (recorded[(key,)], admitted[(member,)], told[str(member)])
        if member is None or parts != (1, 1, 1):
            outcome.torn.append(f"{name}: {parts}")
    outcome.torn += [str(key) for key in members.keys() - firms.keys()]
    names = Counter(firms.values())
    outcome.double = [name for name, count in names.items() if count > 1]
    outcome.lost = outcome.acknowledged - names.keys()
    outcome.unacknowledged = len(names.keys() - outcome.acknowledged)


def _scene() -> str:
    """One cluster with a manager; the cookie of her session."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from modus.core.users import User
    from modus.directory import actions, queries

    clock = queries.clock()
    operator = actions.record_organisation({"name": "Operator", "country": "CZ"}, by=clock)
    network = actions.found_network(operator, facts={"slug": "drill", "name": "Drill"}, by=clock)
    runner = actions.record_organisation({"name": "Cluster", "country": "CZ"}, by=clock)
    cluster = actions.found_cluster(network, organisation=runner, slug=CLUSTER, time_zone="Europe/Prague", by=clock)
    user = User.objects.create_user("manager@drill.example")
    manager = actions.record_person({"given_name": "Manager", "email": user.email}, by=clock, user=user)
    actions.give_position(manager, organisation=cluster.organisation, role="manager", starts_on=_today(), by=clock)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _today() -> Any:
    from modus.core.time import today

    return today()


def _workers_of(master: int) -> list[int]:
    """The processes below the server's first that are alive."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return [int(child) for child in children if Path(f"/proc/{child}/cmdline").read_bytes()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Run the drill in a folder and a database of its own; 1 when something was lost, torn or double."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    name = f"modus_drill_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="modus-drill-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "modus.config.settings",
            "MODUS_DATA_FOLDER": folder,
            "MODUS_DATABASE": f"{SERVER}/{name}" if asked.database == "postgresql" else "",
            "MODUS_DEBUG": "no",
            "MODUS_SITE_ADDRESS": "http://127.0.0.1",
            "MODUS_LOG_LEVEL": "ERROR",
        }
        if asked.database == "postgresql":
            _on_server(f"CREATE DATABASE {name}")
        try:
            outcome = _run(asked)
        finally:
            if asked.database == "postgresql":
                _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    print(f"{asked.database}: {outcome}")
    return 0 if outcome.is_clean else 1


def _run(asked: argparse.Namespace) -> Outcome:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    try:
        return drill(kills=asked.kills, writers=asked.writers, seed=asked.seed)
    finally:
        django.db.connections.close_all()


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(statement)


if __name__ == "__main__":
    sys.exit(main())
