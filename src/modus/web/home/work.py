"""Somebody's own work in the background: a list, one piece of work with its progress, and stopping it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core import tasks
from modus.core.tasks import queue
from modus.core.time import database_now
from modus.directory import actions
from modus.web.ui import frames, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.pieces import Link, Progress
from modus.web.ui.progress import progress_of

if TYPE_CHECKING:
    from modus.core.tasks.models import QueuedTask

NEWEST = 20
KINDS = actions.change_kinds.module_path
CHECKS = actions.check_profiles.module_path


@audience(Audience.SIGNED_IN)
def task_list(request: HttpRequest) -> HttpResponse:
    person = visitor.person_or_none(request)
    rows = queue.tasks_of(person)[:NEWEST] if person else []
    return render(request, "home/task_list.html", {"tasks": rows})


@audience(Audience.SIGNED_IN)
def task_detail(request: HttpRequest, task: UUID) -> HttpResponse:
    row = _own_task(request, task)
    context = {"task": row, "progress": _progress(row), "back": _way_back(request, row)}
    is_fragment = request.htmx  # type: ignore[attr-defined]
    return render(request, "ui/_progress.html" if is_fragment else "home/task_detail.html", context)


@audience(Audience.SIGNED_IN, methods=("POST",))
def task_cancel(request: HttpRequest, task: UUID) -> HttpResponse:
    row = tasks.ask_to_cancel(_own_task(request, task), by=visitor.person_of(request))
    if not row.is_finished:
        messages.info(request, _("It stops before the next step."))
    return redirect("home:task-detail", task=row.pk)


def _own_task(request: HttpRequest, task: UUID) -> QueuedTask:
    """The task, for whoever began it; for anybody else it does not exist."""
    person = visitor.person_or_none(request)
    row = tasks.task_begun_by(person, task) if person else None
    if row is None:
        raise Http404
    return row


def _progress(row: QueuedTask) -> Progress:
    at = {"task": row.pk}
    return progress_of(
        row,
        report=_report(row),
        url=reverse("home:task-detail", kwargs=at),
        cancel_url=reverse("home:task-cancel", kwargs=at),
        at=database_now(),
    )


def _report(row: QueuedTask) -> str:
    """What was done, counted by the steps themselves."""
    said = row.result if isinstance(row.result, dict) else {}
    changed, left_out, not_met = (int(said.get(name, 0)) for name in ("changed", "left out", "not met"))
    if row.path == KINDS:
        words = [ngettext("%(n)d member is changed.", "%(n)d members are changed.", changed) % {"n": changed}]
        others = ngettext("%(n)d could not be changed.", "%(n)d could not be changed.", left_out) % {"n": left_out}
        words += [others] if left_out else []
    elif row.path == CHECKS:
        words = [ngettext("%(n)d profile is checked.", "%(n)d profiles are checked.", row.done) % {"n": row.done}]
        words += [check_in_words(changed, not_met)]
    else:
        return ""
    rest = row.total - row.done
    stays = ngettext("%(n)d other is as it was.", "%(n)d others are as they were.", rest) % {"n": rest}
    return " ".join([*words, stays] if row.is_finished and rest > 0 else words)


def check_in_words(changed: int, not_met: int) -> str:
    """What a check found."""
    if not changed:
        return _("Nothing changed since the last check.")
    words = ngettext("%(n)d result changed;", "%(n)d results changed;", changed) % {"n": changed}
    no_longer = ngettext("%(n)d of them is not met.", "%(n)d of them are not met.", not_met) % {"n": not_met}
    return f"{words} {no_longer}"


def _way_back(request: HttpRequest, row: QueuedTask) -> Link:
    """Where the work was begun, whose frame the page takes."""
    rights = visitor.rights_of(request)
    for cluster in rights.clusters:
        if cluster.pk == row.scope_id:
            frames.attach_space(request, cluster, "directory:member-list")
            return Link(_("Members"), reverse("directory:member-list", kwargs={"cluster": cluster.slug}))
    for network in rights.offices:
        if network.pk == row.scope_id:
            frames.attach_office(request, network)
            return Link(_("Rule sets"), reverse("network:rule-set-list", kwargs={"network": network.slug}))
    return Link(_("Home"), reverse("home:home"))
