"""Counters that all workers share: how often something may be tried by one key within a stretch of time.

A stretch begins with the first try and ends after its seconds, so that nobody is kept out for longer than one of them.
Keys are stored as hashes: no address and no token stands in the table. A counter is written in the running transaction,
so spend before the act that may be taken back.
"""

import hashlib
import ipaddress
import time
from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.db.models import F

# An owner of IPv6 addresses has 2^64 of them; they count as one.
IPV6_PREFIX = 64
UNKNOWN = "unknown"


class TooMany(Exception):
    """Too many tries; the next may be made after `retry_after` seconds. `is_first` once in each stretch, to tell."""

    def __init__(self, retry_after: int, *, is_first: bool = False) -> None:
        super().__init__(f"Too many tries; wait {retry_after} s.")
        self.retry_after = retry_after
        self.is_first = is_first


class Counter(models.Model):
    """How often one key was used in the stretch that ends at `ends_at`, in seconds since 1970."""

    key = models.CharField(primary_key=True, max_length=64)
    tries = models.PositiveIntegerField()
    ends_at = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.tries} until {self.ends_at}"


def spend(purpose: str, key: object, *, most: int, seconds: int) -> int:
    """Count one try; gives how many are left in this stretch. One statement.

    Raises: TooMany from the try after `most`.
    """
    at = int(time.time())
    with connection.cursor() as cursor:
        # One statement on SQLite and PostgreSQL alike, so that parallel tries are each counted; the ORM has no words
        # for it.
        cursor.execute(
            """
            INSERT INTO core_counter (key, tries, ends_at) VALUES (%s, 1, %s)
            ON CONFLICT (key) DO UPDATE SET
              tries = CASE WHEN core_counter.ends_at <= %s THEN 1 ELSE core_counter.tries + 1 END,
              ends_at = CASE WHEN core_counter.ends_at <= %s THEN excluded.ends_at ELSE core_counter.ends_at END
            RETURNING tries, ends_at
            """,
            [_hashed(purpose, key), at + seconds, at, at],
        )
        tries, ends_at = cursor.fetchone()
    if tries > most:
        raise TooMany(max(1, ends_at - at), is_first=tries == most + 1)
    return most - tries


def give_back(purpose: str, key: object) -> None:
    """Take one try back, because it was rightful. One statement."""
    Counter.objects.filter(key=_hashed(purpose, key), tries__gt=0).update(tries=F("tries") - 1)


def forget(purpose: str, key: object) -> None:
    """Let a key begin anew. One statement."""
    Counter.objects.filter(key=_hashed(purpose, key)).delete()


def purge() -> int:
    """Delete the counters whose stretch is over; for the clock."""
    return Counter.objects.filter(ends_at__lte=int(time.time())).delete()[0]


def client_address(meta: Mapping[str, Any], *, is_behind_proxy: bool) -> str:
    """The address that a request came from: what the socket says, or the one proxy before us wrote last.

    Everything else that a client can write (the rest of X-Forwarded-For, Forwarded, X-Real-IP) counts for nothing.
    """
    seen = str(meta.get("REMOTE_ADDR") or "")
    if is_behind_proxy:
        # A proxy appends what it saw; whatever stands to the left was sent by the client.
        seen = str(meta.get("HTTP_X_FORWARDED_FOR") or "").rpartition(",")[2].strip() or seen
    return _network_of(seen) or _network_of(str(meta.get("REMOTE_ADDR") or "")) or UNKNOWN


def _network_of(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, IPV6_PREFIX), strict=False).network_address)


def _hashed(purpose: str, key: object) -> str:
    return hashlib.sha256(f"{purpose}\0{key}".encode()).hexdigest()
