"""Tasks for real worker processes: some hang, one holds the whole interpreter, one takes its time."""

import time

from django_tasks import task

from modus.core import journal
from modus.core.tasks import Context, in_steps
from modus.core.tasks.models import Lane
from tests.core.actor import ANNA


@task()
def good(*, word: str) -> str:
    """An effect."""
    journal.record("test.effect.left", Lane(pk=ANNA.id), by=ANNA, changes={"word": word})
    return word


@task(limit_seconds=1)
def hang() -> None:
    """Waits for ever, and swallows every error that it can."""
    while True:
        try:
            time.sleep(600)
        except Exception:  # noqa: BLE001, S112  this is what bad code does
            continue


@task(limit_seconds=1)
def burn() -> int:
    """Never gives another thread a turn, nor a signal."""
    return sum(range(10**15))


@in_steps()
def slow_steps(context: Context, *, words: list[str]) -> None:
    """A tenth of a second for each step."""
    for word in context.remaining(words):
        with context.step():
            good.func(word=word)
            time.sleep(0.1)
