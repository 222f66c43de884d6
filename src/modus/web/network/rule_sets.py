"""Pages about rule sets: their versions, what other thresholds would do, and adopting them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.queries.history import newest_change
from modus.directory.rules import plain
from modus.web.network.forms import VersionForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page

if TYPE_CHECKING:
    from modus.directory.models import Network, RuleSet


@audience(Audience.OFFICE)
def rule_set_list(request: HttpRequest, network: Network) -> HttpResponse:
    in_force = list(queries.rule_sets_in_force(on=today()))
    return render(request, "network/rule_set_list.html", {"network": network, "rule_sets": in_force})


@audience(Audience.OFFICE, methods=("GET", "POST"))
def rule_set_detail(request: HttpRequest, network: Network, rule_set: str) -> HttpResponse:
    versions = queries.rule_set_history(rule_set)
    if not versions:
        raise Http404
    form = _form(request, versions[0])
    form.last_change = partial(newest_change, (versions[0].pk,))
    if request.method == "POST":
        by = visitor.person_of(request)
        adopted = carried_out(form, lambda said: _adopt(versions[0], form, said, by))
        if adopted:
            messages.success(request, _("Version %(n)s is adopted.") % {"n": adopted.version})
            return redirect("network:rule-set-detail", network=network.slug, rule_set=rule_set)
    is_tried = form.is_bound and form.is_valid()
    tried = queries.dry_run(versions[0], thresholds=form.thresholds(), on=today()) if is_tried else None
    context = {"network": network, "versions": versions, "newest": versions[0], "form": form, "tried": tried}
    context |= {"watched": queries.profiles_to_check(network, rule_set).count(), "attempt": uuid4()}
    return form_page(request, "network/rule_set_detail.html", context)


@audience(Audience.OFFICE, methods=("POST",))
def rule_set_check(request: HttpRequest, network: Network, rule_set: str) -> HttpResponse:
    if not queries.rule_set_history(rule_set):
        raise Http404
    by = visitor.person_of(request)
    if queries.profiles_to_check(network, rule_set).count() > actions.MANY:
        begun = actions.begin_profile_check(network, rule_set=rule_set, key=_attempt(request), by=by)
        return redirect("home:task-detail", task=begun.pk)
    profiles, changed = actions.check_profiles_of(network, rule_set=rule_set, by=by)
    words = ngettext("%(n)d profile is checked.", "%(n)d profiles are checked.", profiles) % {"n": profiles}
    found = ngettext("%(n)d result changed.", "%(n)d results changed.", changed) % {"n": changed}
    messages.success(request, f"{words} {found}")
    return redirect("network:rule-set-detail", network=network.slug, rule_set=rule_set)


def _attempt(request: HttpRequest) -> str:
    """What makes a second click no second check: the key that the page was given."""
    try:
        return str(UUID(request.POST.get("attempt", "")))
    except ValueError:
        return str(uuid4())


def _form(request: HttpRequest, newest: RuleSet) -> VersionForm:
    """The thresholds that are tried or adopted; what an address does not name stands as it does today."""
    own = list(newest.rules.all())
    first: dict[str, Any] = {f"threshold_{rule.code}": plain(rule.threshold) for rule in own}
    first |= {"grace_days": str(newest.grace_days), "in_force_from": today().isoformat()}
    first |= {"version": newest.version}
    if request.method == "POST":
        return VersionForm(request.POST, own=own, initial=first)
    tried = {name: value for name, value in request.GET.items() if name in first}
    return VersionForm({**first, **tried} if tried else None, own=own, initial=first)


def _adopt(newest: RuleSet, form: VersionForm, said: dict[str, Any], by: Any) -> RuleSet:
    if said["in_force_from"] is None:
        raise RuleBroken(_("Choose the day from which it holds."), field="in_force_from")
    facts = {} if said["grace_days"] is None else {"grace_days": said["grace_days"]}
    return actions.adopt_rule_set_version(
        newest,
        thresholds=form.thresholds(),
        in_force_from=said["in_force_from"],
        facts=facts,
        version=said["version"],
        by=by,
    )
