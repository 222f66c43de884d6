"""What is unsafe about this installation: checks that `modus check` runs beside Django's own."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Doubt
from django.db import DatabaseError, connection

from modus.core import readiness

LEAST_FREE_SHARE = 0.05
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def _fault(number: int, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id=f"modus.E{number:03}")


def _doubt(number: int, message: str, hint: str) -> CheckMessage:
    return Doubt(message, hint=hint, id=f"modus.W{number:03}")


def address(**_: Any) -> Iterator[CheckMessage]:
    """The site is reached by HTTPS, under its own name."""
    if not settings.IS_SECURE:
        yield _fault(1, "The site's address begins with http://.", "Set MODUS_SITE_ADDRESS to https://…")
    if "*" in settings.ALLOWED_HOSTS:
        yield _fault(2, "Any host name is answered.", "Name the hosts in MODUS_HOSTS.")
    if settings.SITE_HOST in {"localhost", "127.0.0.1"}:
        yield _doubt(3, "The site's address is this machine only.", "Set MODUS_SITE_ADDRESS to what people type.")


def development(**_: Any) -> Iterator[CheckMessage]:
    """Nothing of development is on."""
    if settings.DEBUG:
        yield _fault(4, "Pages of development are on.", "Take MODUS_DEBUG out of the settings.")
    if settings.GUARD_READS:
        yield _doubt(5, "Every read is guarded, which costs time.", "Take MODUS_GUARD_READS out of the settings.")


def secrets_kept(**_: Any) -> Iterator[CheckMessage]:
    """The secret is long, and its file and the data folder are read by nobody else."""
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 10:
        yield _fault(6, "The secret is short or simple.", "Take a long random MODUS_SECRET_KEY, or leave it to modus.")
    places = [settings.DATA_FOLDER / "secret-key", settings.DATA_FOLDER / "modus.sqlite3"]
    for place in (path for path in places if path.exists() and _is_open(path)):
        yield _fault(7, f"{place.name} can be read by others.", f"chmod 600 {place}")
    if _is_open(settings.DATA_FOLDER):
        yield _doubt(8, "The data folder can be read by others.", f"chmod 700 {settings.DATA_FOLDER}")


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & OPEN_TO_OTHERS)


def database(**_: Any) -> Iterator[CheckMessage]:
    """The database answers, is complete, and is asked by a secure way when it is elsewhere."""
    try:
        missing = readiness.missing_migrations()
    except DatabaseError as error:
        yield _fault(9, f"The database does not answer: {type(error).__name__}.", "Look at MODUS_DATABASE.")
        return
    if missing:
        yield _fault(10, f"{len(missing)} migrations are missing.", "modus migrate")
    host = str(settings.DATABASES["default"].get("HOST", ""))
    if connection.vendor == "postgresql":
        is_near = host in {"", "localhost", "127.0.0.1", "::1"} or host.startswith("/")
        if not is_near and not _is_encrypted():
            yield _fault(11, "The way to the database is not encrypted.", "Add ?sslmode=verify-full to MODUS_DATABASE.")
        if not settings.DATABASES["default"].get("PASSWORD") and not host.startswith("/"):
            yield _doubt(12, "The database asks for no password.", "Give the user of the database a password.")


def _is_encrypted() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        row = cursor.fetchone()
    return bool(row and row[0])


def proxy(**_: Any) -> Iterator[CheckMessage]:
    """Behind a proxy the visitors' addresses are known, so that limits on tries count each one apart."""
    if settings.IS_SECURE and not settings.IS_BEHIND_PROXY:
        yield _doubt(
            13,
            "modus is not told that a proxy stands in front.",
            "Set MODUS_BEHIND_PROXY=yes if one ends HTTPS; else all visitors count as one.",
        )


def mail(**_: Any) -> Iterator[CheckMessage]:
    """Mails go out, from an address of one's own, over an encrypted way."""
    if not getattr(settings, "EMAIL_HOST", "") or settings.EMAIL_HOST == "localhost":
        yield _doubt(14, "No mail server is set: nobody can set a new password.", "Set MODUS_MAIL_HOST.")
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield _doubt(15, "Mails would come from an address that is not yours.", "Set MODUS_MAIL_FROM.")


def contact(**_: Any) -> Iterator[CheckMessage]:
    """Whoever finds a weakness knows whom to tell."""
    if not settings.SECURITY_CONTACT:
        yield _doubt(16, "Nobody is named for reports of weaknesses.", "Set MODUS_SECURITY_CONTACT=mailto:…")


def room(**_: Any) -> Iterator[CheckMessage]:
    """There is room for what comes; a full disk takes nothing any more, and PostgreSQL may stop on one."""
    share = readiness.free_share()
    if share < LEAST_FREE_SHARE:
        message = f"Only {share:.1%} of the disk with the data folder is free."
        yield _doubt(17, message, f"Make room there; below {LEAST_FREE_SHARE:.0%} this is said.")


CHECKS: list[Callable[..., Any]] = [address, development, secrets_kept, database, proxy, mail, contact, room]
