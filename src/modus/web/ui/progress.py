"""Work in the background as a page shows it: how far, how long still, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.web.ui.pieces import Progress

if TYPE_CHECKING:
    from modus.core.tasks.models import QueuedTask

LONG_WAIT = timedelta(minutes=2)
TONES = {"done": "good", "cancelled": "warn", "refused": "bad", "dropped": "bad", "parked": "bad"}


def progress_of(task: QueuedTask, *, report: str, url: str, cancel_url: str, at: datetime) -> Progress:
    """The piece for a task; `report` says what its steps have done so far."""
    left = task.time_left(at)
    is_stopping = task.cancel_asked_at is not None
    return Progress(
        label=task.title or task.path.rpartition(".")[2],
        done=task.done,
        total=task.total,
        time_left=in_words(left) if left and not is_stopping else "",
        url=url,
        cancel_url="" if is_stopping else cancel_url,
        is_finished=task.is_finished,
        state=str(task.get_state_display()),
        outcome=_outcome(task, report, at),
        tone=TONES.get(task.state, ""),
    )


def in_words(left: timedelta) -> str:
    """How long it still takes, as exactly as anybody can know."""
    seconds = int(left.total_seconds())
    if seconds < 5:
        return _("a few seconds left")
    if seconds < 90:
        return _("about %(n)d seconds left") % {"n": round(seconds, -1) or 5}
    minutes = round(seconds / 60)
    return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}


def _outcome(task: QueuedTask, report: str, at: datetime) -> str:
    """What came of it, with what stays as it is; before the end, what it waits for."""
    so_far = f" {report}" if report else ""
    ended = {
        "done": report or _("Done."),
        "cancelled": _stop(task) + so_far if task.total else _("Stopped before it began. Nothing was changed."),
        "refused": _refusal(task) + so_far,
        "dropped": _("It was not done: the order was damaged on its way. Begin it again."),
        "parked": _("It failed several times and was put aside. Tell whoever runs this installation.") + so_far,
    }
    return ended[task.state] if task.is_finished else _what_goes_on(task, at)


def _stop(task: QueuedTask) -> str:
    return _("Stopped after %(done)d of %(total)d.") % {"done": task.done, "total": task.total}


def _refusal(task: QueuedTask) -> str:
    if task.error == "RuleBroken":
        return _("It could not be done:") + f" {(task.result or {}).get('message', '')}"
    return _("It was not done: you may no longer do this.")


def _what_goes_on(task: QueuedTask, at: datetime) -> str:
    if task.cancel_asked_at:
        return _("It stops before the next step.")
    if task.state == "running":
        return ""
    if task.attempts:
        return _("It failed and is tried again by itself.")
    if at - task.enqueued_at > LONG_WAIT:
        return _("It waits longer than usual. If this goes on, tell whoever runs this installation.")
    return _("It waits for its turn and begins by itself.")
