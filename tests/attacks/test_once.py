"""Every form of every address is carried out once: double click, way back, lost answer, and other answers with its key.

A new address whose form changes something is walked by itself; say in `SENT` what a person would type into it.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from modus.core.time import today
from modus.directory.models import Membership, Profile, profile_type
from modus.web.ui.audience import Audience
from modus.web.ui.once import FORM_KEY
from tests.attacks.test_forms import fields_of
from tests.attacks.walking import ask, facts, home_of, named, routes, taken_back, who_may
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import address_of

pytestmark = [pytest.mark.attack("A-101")]
KEY = {FORM_KEY: "a key of the form"}
FIRM = {"country": "CZ", "name": "Quillon Works", "kind": "small"}
SHE = {"given_name": "Ines", "family_name": "Quill", "email": "ines@quillon.example"}
# What a person types into the form of an address, beside what stands in it already.
SENT: dict[str, dict[str, Any]] = {
    "account:person": {"given_name": "Ines"},
    "directory:cluster-rename": {"slug": "quillon"},
    "directory:member-bulk": {"kind": "associate", "count": "1"},
    "directory:member-create": FIRM,
    "directory:person-create": SHE,
    "directory:saved-view-create": {"name": "Quillon"},
    "directory:team": SHE,
    "directory:webhook-change": {"act": "stop"},
    "directory:webhook-list": {"url": "https://hooks.quillon.example/", "events": "directory.membership"},
    "network:webhook-change": {"act": "renew"},
    "network:webhook-list": {"url": "https://hooks.quillon.example/", "events": "directory.profile"},
    "network:cluster-create": {**FIRM, **SHE, "slug": "quillon"},
    "network:cluster-hand-over": SHE,
    "network:profile-decide": {"decision": "refuse", "reason": "Not yet", "version": "1"},
    "network:request-decide": {"decision": "refuse", "reason": "Not yet"},
    "network:waiver-create": {
        "programme": "Quillon",
        "evidence": "https://programme.example/quillon",
        "valid_until": (today() + timedelta(days=30)).isoformat(),
    },
    "profile:request-create": {"message": "Quillon"},
    "profile:request-decide": {"decision": "refuse", "reason": "Not yet"},
    "public:claim": {"message": "Quillon"},
    "public:registration-create": {"name": "Quillon Works"},
}
QUERY = {"profile:organisation": "?new=1", "public:registration-create": "?country=CZ&type=member"}
WHO = {
    "directory:member-edit": "own member",
    "directory:position-end": "own member",
    "directory:saved-view-delete": "manager",
    "profile:organisation": "own member",
    "profile:request-create": "staff",
    "profile:request-withdraw": "applicant",
    "public:claim": "participant",
    "public:registration-create": "participant",
}


def ended(world: World) -> None:
    Membership.objects.within(pk=world.a.things["membership"].pk).update(left_on=today())


def published(world: World) -> None:
    draft = world.a.things["draft"]
    Profile.objects.within(pk=draft.pk).update(published=draft.values, status="published", confirmed_on=today())


def filled(world: World) -> None:
    kind = profile_type("member")
    values = {field.name: "Quillon" for field in kind.fields if field.is_required} | {"country": "CZ"}
    Profile.objects.within(pk=world.a.things["draft"].pk).update(values=values)


# What has to be so before an act is possible.
BEFORE: dict[str, Callable[[World], None]] = {
    "directory:membership-reinstate": ended,
    "profile:confirm": published,
    "profile:submit": filled,
    "profile:withdraw": published,
}


# What scripts say in JSON while somebody types: it is the same however often it is said.
NOT_FORMS = {"home:drafts", "home:draft-discard"}
# A secret is never kept as an answer: the second press is told that it was shown.
NOT_FORMS |= {"directory:webhook-secret", "network:webhook-secret"}
# Open: these need more than words (a second factor, a parked mail, a running task, a fresh proof), and are
# not walked yet. Nothing may be added here; whoever gives one its words in SENT takes it out.
NOT_WALKED = {
    "account:address",
    "account:app-add",
    "account:close",
    "account:factor-remove",
    "account:mail-call-back",
    "account:mail-stop",
    "account:passkey-add",
    "account:provider-link",
    "account:provider-unlink",
    "account:recovery-codes",
    "account:session-end",
    "account:sessions-end",
    "account:token-create",
    "account:token-revoke",
    "directory:invitation-create",
    "directory:outbox-send-again",
    "home:task-cancel",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "network:cluster-hand-over",
    "network:outbox-send-again",
    "openid_connect_callback",
}
NOT_FORMS |= NOT_WALKED


def own_routes() -> list[Route]:
    """The addresses of ours that take a form; signing in and out is done each time."""
    return [
        route
        for route in routes(method="POST")
        if not route.name.startswith("account_") and route.name not in NOT_FORMS
    ]


def actor_of(route: Route) -> str:
    default = "manager" if route.audience is Audience.MANAGER else who_may(route)
    return WHO.get(route.name, default if route.name.partition(":")[0] in {"network", "directory"} else "own member")


def form_of(route: Route, world: World) -> tuple[str, str, dict[str, Any]]:
    """Who sends what to which address, as a browser would after somebody typed."""
    if route.name in BEFORE:
        BEFORE[route.name](world)
    actor = actor_of(route)
    address = address_of(route, home_of(actor, world)) + QUERY.get(route.name, "")
    fields = fields_of(ask(world, actor, "GET", address)) if "GET" in route.methods else {}
    if route.name == "directory:member-bulk":
        fields["chosen"] = str(world.a.things["membership"].pk)
    return actor, address, {**fields, **SENT.get(route.name, {}), **KEY}


def state() -> dict[str, Any]:
    """Every row but those of keys, and when somebody was seen last."""
    return {label: rows for label, rows in facts().items() if label != "core.UsedKey"}


def said(answer: HttpResponse) -> str:
    """The words of the page about what is wrong."""
    words = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode("utf-8", "replace").partition("<main")[2])
    return re.sub(r" +", " ", words)[:500]


@pytest.mark.parametrize("route", own_routes(), ids=named)
def test_a_form_that_is_sent_again_does_nothing_more_and_gets_the_first_answer(route: Route, world: World) -> None:
    with taken_back():
        actor, address, sent = form_of(route, world)
        untouched = state()
        first = ask(world, actor, "POST", address, sent)
        assert first.status_code == 302, f"Say in SENT what {route.name} needs: {said(first)}"
        after = state()
        assert after != untouched, f"{route.name} changed nothing, so that this test proves nothing"
        again = ask(world, actor, "POST", address, sent)
        assert (again.status_code, again["Location"]) == (302, first["Location"]), said(again)
        assert state() == after


@pytest.mark.parametrize("route", own_routes(), ids=named)
def test_a_key_with_other_answers_does_nothing_and_says_so(route: Route, world: World) -> None:
    with taken_back():
        actor, address, sent = form_of(route, world)
        assert ask(world, actor, "POST", address, sent).status_code == 302
        after = state()
        other = ask(world, actor, "POST", address, {**sent, "more": "words"})
        assert state() == after
        # A button without a form to show again leads back and says that there is nothing to do.
        assert other.status_code in {403, 404, 422} or "GET" not in route.methods, said(other)


@pytest.mark.parametrize("route", [route for route in own_routes() if "GET" in route.methods], ids=named)
def test_every_form_carries_a_key_of_its_own(route: Route, world: World) -> None:
    actor = actor_of(route)
    address = address_of(route, home_of(actor, world)) + QUERY.get(route.name, "")
    keys = [fields_of(ask(world, actor, "GET", address)).get(FORM_KEY, "") for _time in range(2)]
    assert all(len(key) >= 22 for key in keys), f"{route.name}: a key has 128 bits"
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ["directory:member-create", "public:registration-create"])
def test_a_key_of_somebody_else_is_another_key(name: str, world: World) -> None:
    """Nobody reads another's answer by sending her key."""
    route = next(one for one in own_routes() if one.name == name)
    with taken_back():
        actor, address, sent = form_of(route, world)
        first = ask(world, actor, "POST", address, sent)
        other_actor = {"manager": "staff", "participant": "trainer"}[actor]
        other = ask(world, other_actor, "POST", address, {**sent, "name": "Another Quillon Works"})
        assert other.get("Location") != first["Location"]
