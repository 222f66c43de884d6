"""Moments and days: UTC inside, the zone of the reader or the cluster outside, and always printed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format


def now() -> datetime:
    """The present moment in UTC."""
    return timezone.now()


def database_now() -> datetime:
    """The present moment by the database's clock, for what several machines must agree on."""
    if connection.vendor != "postgresql":
        return now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def today() -> date:
    """The present day in the installation's zone (MODUS_TIME_ZONE), by which dated rights begin and end."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def say_moment(moment: datetime, zone: str) -> str:
    """A moment in words with its zone, as "Tue 12 Mar 2024, 14:00 (Sofia)"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'D j M Y, H:i')} ({zone.rpartition('/')[2].replace('_', ' ')})"


def say_day(day: date) -> str:
    """A day in words, as "12 Mar 2024"."""
    return date_format(day, "j M Y")
