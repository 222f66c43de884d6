"""The work of the drill: effects that can be counted, slow enough to be killed in the middle."""

import time
import uuid

from django_tasks import task

from modus.core import journal
from modus.core.tasks import Context, in_steps
from modus.core.tasks.models import Lane

EVENT = "drill.effect.left"


class Drill:
    """Who acts in a drill."""

    id = uuid.UUID(int=1)
    name = "drill"


@task()
def one_effect(*, word: str, milliseconds: int) -> str:
    """One effect, then a while in which the process may die."""
    _leave(word)
    time.sleep(milliseconds / 1000)
    return word


@in_steps()
def many_effects(context: Context, *, words: list[str], milliseconds: int) -> int:
    """Several effects, one a step."""
    for word in context.remaining(words):
        with context.step():
            _leave(word)
            time.sleep(milliseconds / 1000 / len(words))
    return len(words)


def _leave(word: str) -> None:
    journal.record(EVENT, Lane(pk=Drill.id), by=Drill(), changes={"word": word})
