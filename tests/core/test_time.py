"""Moments are said with their zone."""

from datetime import UTC, datetime

import pytest

from modus.core.time import say_moment


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Sofia", "Tue 12 Mar 2024, 14:00 (Sofia)"),
        ("Europe/Lisbon", "Tue 12 Mar 2024, 12:00 (Lisbon)"),
        ("America/New_York", "Tue 12 Mar 2024, 08:00 (New York)"),
    ],
)
def test_say_moment_names_the_zone(zone: str, said: str) -> None:
    assert say_moment(datetime(2024, 3, 12, 12, tzinfo=UTC), zone) == said
