"""A PostgreSQL server of one's own, kept as a service manager keeps it: it may be killed and comes back."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import CommandError

from modus.cli.drills.processes import children_of, command_of, free_port

PLACES = "usr/lib/postgresql/*/bin/postgres"
# PostgreSQL refuses to run as root; whoever is root runs it as one of these.
USERS = ("postgres", "nobody")
PATIENCE_SECONDS = 60
LOCK = "postmaster.pid"


def binaries() -> Path | None:
    """The folder with PostgreSQL's programs of the newest version, if there is one."""
    found = sorted(Path("/").glob(PLACES), key=lambda path: int("0" + path.parts[-3].partition(".")[0]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@dataclass
class Cluster:
    """A server with its files, its port and a password that nobody else knows."""

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def prepare(self) -> None:
        """Make the files of a new server."""
        words = self.folder / "password"
        words.write_text(self.password)
        _give_away(self.folder, words)
        asked = ["-D", str(self.data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={words}", "-E", "UTF8"]
        made = subprocess.run(
            [str(_program("initdb")), *asked],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **_somebody(),
        )
        if made.returncode:
            raise CommandError(f"PostgreSQL could not be prepared: {made.stderr.strip()}")

    def keep_up(self) -> float:
        """Start it until it answers, as a service manager does, also over a lock that was left; in how many seconds.

        Raises: CommandError when it does not come back without a human.
        """
        began = time.monotonic()
        while not self.answers():
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise CommandError(f"PostgreSQL does not come back:\n{self._log().read_text()[-2000:]}")
            if self.process is None or self.process.poll() is not None:
                self._start()
            time.sleep(0.05)
        return time.monotonic() - began

    def answers(self) -> bool:
        """Whether a question is answered."""
        if self.process is None or self.process.poll() is not None:
            return False
        try:
            with psycopg.connect(self.address, connect_timeout=2) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def kill(self) -> None:
        """Kill -9 every process of the server; the first is held first, so that it starts no others meanwhile."""
        if self.process is None:
            return
        os.kill(self.process.pid, signal.SIGSTOP)
        for number in [*children_of(self.process.pid), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait()

    def plant(self, process: int) -> None:
        """Let the locks that were left name a process that lives and is no server, as when numbers come again."""
        for lock in self._locks():
            lines = lock.read_text().splitlines()
            lock.write_text("\n".join([str(process), *lines[1:], ""]))

    def stop(self) -> None:
        """End it at once; nothing in it is needed any more."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=PATIENCE_SECONDS)

    def _start(self) -> None:
        self._drop_stale_locks()
        asked = ["-D", str(self.data), "-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1"]
        with self._log().open("ab") as log:
            self.process = subprocess.Popen(
                [str(_program("postgres")), *asked], cwd=self.folder, stdout=log, stderr=log, **_somebody()
            )

    def _drop_stale_locks(self) -> None:
        """PostgreSQL would believe a lock whose number has come again, and refuse to start for ever."""
        for lock in self._locks():
            first = lock.read_text().partition("\n")[0]
            if not (first.isdecimal() and str(self.data) in command_of(int(first))):
                lock.unlink()

    def _locks(self) -> list[Path]:
        locks = (self.data / LOCK, self.folder / f".s.PGSQL.{self.port}.lock")
        return [lock for lock in locks if lock.exists()]

    def _log(self) -> Path:
        return self.folder / "log"


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A new server in a folder of its own, not started yet; stopped and removed in the end.

    Raises: CommandError where PostgreSQL is not installed.
    """
    _program("postgres")
    with tempfile.TemporaryDirectory(prefix="modus-drill-postgresql-") as folder:
        made = Cluster(Path(folder))
        made.prepare()
        try:
            yield made
        finally:
            made.stop()


def somebody_else() -> int:
    """Start a process of the server's user that does nothing; its number."""
    return subprocess.Popen(["sleep", "600"], **_somebody()).pid


def _program(name: str) -> Path:
    folder = binaries()
    if folder is None:
        raise CommandError("The programs of a PostgreSQL server are not installed here: apt install postgresql")
    return folder / name


def _somebody() -> dict[str, Any]:
    """As whom the server runs: whoever we are, but never root."""
    if os.geteuid():
        return {}
    user = _user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _user() -> pwd.struct_passwd:
    known = {user.pw_name: user for user in pwd.getpwall()}
    return next(known[name] for name in USERS if name in known)


def _give_away(*places: Path) -> None:
    """Let what root made belong to whom the server runs as."""
    if not os.geteuid():
        for place in places:
            shutil.chown(place, _user().pw_uid, _user().pw_gid)
