"""Tasks that tests put into the queue: a worker finds a task by its dotted path, so they stand in a module."""

from datetime import date
from uuid import UUID

from django_tasks import task

from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.tasks import Context, in_steps
from modus.core.tasks.models import Lane
from tests.core.actor import ANNA


def _leave(word: str) -> None:
    journal.record("test.effect.left", Lane(pk=ANNA.id), by=ANNA, changes={"word": word})


@task()
def leave(*, word: str) -> str:
    """One effect, and then perhaps a fault: what was left before it is taken back."""
    _leave(word)
    if word.startswith("poison"):
        raise ValueError("Cannot write to jana@lens.example with password=hunter2")
    return word


@in_steps()
def leave_many(context: Context, *, words: list[str]) -> dict[str, int]:
    """One effect a step; the word `stop` is where the worker falls over."""
    count = 0
    for word in context.remaining(words):
        if word == "stop" and context.attempt == 1:
            raise ValueError("fell over")
        with context.step():
            _leave(word)
        count += 1
    return {"here": count}


@task()
def take(*, day: date, keys: list[UUID], often: int = 1) -> list[str]:
    """Arguments come as they were declared."""
    assert isinstance(day, date)
    assert all(isinstance(key, UUID) for key in keys)
    return [day.isoformat(), *map(str, keys), str(often)]


@task()
def forbid() -> None:
    """The right ended while the task was waiting."""
    _leave("forbidden")
    raise NotAllowed


@task()
def break_rule() -> None:
    """What was asked for is no longer possible."""
    raise RuleBroken("This membership has ended already.")


@task(priority=10)
def hurry(*, word: str) -> str:
    """What goes before everything else."""
    _leave(word)
    return word


no_task = len


def plain() -> None:
    """What a clock may register."""


@task()
def no_words() -> None:
    """A job without a word."""
