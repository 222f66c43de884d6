"""Every form of every address is carried out once: double click, way back, lost answer, and other answers with its key.

A new address whose form changes something is walked by itself; say in `SENT` what a person would type into it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse

from modus.core.idempotency import UsedKey
from modus.core.outbox import Mail, State
from modus.core.time import today
from modus.directory.models import Membership, Profile, profile_type
from modus.directory.rules import AREAS
from modus.web.ui.audience import Audience
from modus.web.ui.mails import SEEN
from modus.web.ui.once import FORM_KEY
from tests.attacks.test_forms import fields_of
from tests.attacks.walking import ask, facts, home_of, named, routes, taken_back, who_may
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import WORDS, address_of

pytestmark = [pytest.mark.attack("A-101")]
KEY = {FORM_KEY: "a key of the form"}
FIRM = {"country": "CZ", "name": "Quillon Works", "kind": "small"}
SHE = {"given_name": "Ines", "family_name": "Quill", "email": "ines@quillon.example"}
# What a person types into the form of an address, beside what stands in it already.
SENT: dict[str, dict[str, Any]] = {
    "account:address": {"email": "ines@quillon.example"},
    "account:person": {"given_name": "Ines"},
    "account:session-end": {"number": "4242"},
    "account:token-create": {"name": "Quillon", "areas": sorted(AREAS)[:1], "expires_on": today().isoformat()},
    "directory:invitation-create": {"addresses": "ines@quillon.example", "role": "staff", "act": "send"},
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
    "network:cluster-hand-over": {**SHE, SEEN: "1"},
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
QUERY = {
    "account:factor-remove": "?number=4242",
    "profile:organisation": "?new=1",
    "public:registration-create": "?country=CZ&type=member",
}
WHO = {
    "account:token-revoke": "manager",
    "directory:member-edit": "own member",
    "directory:position-end": "own member",
    "directory:saved-view-delete": "manager",
    "home:task-cancel": "manager",
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


def proved(world: World) -> None:
    """She has just proved that it is she."""
    request = HttpRequest()
    request.session = SessionStore(world.session("own member"))
    record_authentication(request, world.a.own_member.user, "password")
    request.session.save()


def linked(world: World) -> None:
    proved(world)
    SocialAccount.objects.create(user=world.a.own_member.user, provider="campus", uid="quillon")


def caused(world: World) -> None:
    mail = Mail.objects.within(pk=world.a.things["mail"].pk)
    mail.update(by_id=world.a.own_member.pk, request_id=WORDS["act"])


def with_app(world: World) -> None:
    proved(world)
    Authenticator.objects.create(pk=4242, user=world.a.own_member.user, type="totp", data={"secret": "x"})


def elsewhere(world: World) -> None:
    """She is signed in on another device too."""
    world.client("own member")
    UserSession.objects.create(pk=4242, user=world.a.own_member.user, session_key="k" * 32, ip="0.0.0.0")  # noqa: S104


def called_back(world: World) -> None:
    keys = [world.a.things[name].pk for name in ("mail", "office mail")]
    Mail.objects.within(pk__in=keys).update(state=State.CALLED_BACK)


# What has to be so before an act is possible.
BEFORE: dict[str, Callable[[World], None]] = {
    "account:address": proved,
    "account:factor-remove": with_app,
    "account:mail-call-back": caused,
    "account:provider-unlink": linked,
    "account:recovery-codes": with_app,
    "account:session-end": elsewhere,
    "account:sessions-end": elsewhere,
    "directory:membership-reinstate": ended,
    "directory:outbox-send-again": called_back,
    "network:outbox-send-again": called_back,
    "profile:confirm": published,
    "profile:submit": filled,
    "profile:withdraw": published,
}


# What scripts say in JSON while somebody types: it is the same however often it is said.
NOT_FORMS = {"home:drafts", "home:draft-discard"}
# A secret is never kept as an answer: the second press is told that it was shown.
NOT_FORMS |= {"directory:webhook-secret", "network:webhook-secret"}
# A link in a mail ends what it names however often it is opened; unsubscribing is tested by itself.
NOT_FORMS |= {"account:mail-stop"}
# What a code, a passkey or a provider answers counts once by itself; behind a closed account nobody presses again.
NOT_FORMS |= {"account:app-add", "account:passkey-add", "account:provider-link", "account:close"}
# Their answer shows a secret and is kept nowhere: `test_secrets_are_made_once_and_shown_once` presses them twice.
SHOWN_ONCE = {"account:recovery-codes", "account:token-create"}
NOT_FORMS |= SHOWN_ONCE


def own_routes() -> list[Route]:
    """The addresses of ours that take a form; signing in and out is done each time."""
    return [
        route
        for route in routes(method="POST")
        if not route.name.startswith(("account_", "mfa_", "openid_")) and route.name not in NOT_FORMS
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


@contextmanager
def walked(world: World) -> Iterator[None]:
    """Whatever is done inside is undone, and so are the sessions that it began."""
    sessions = dict(world.sessions)
    try:
        with taken_back():
            yield
    finally:
        world.sessions = sessions


def keep_session(world: World, actor: str, answer: HttpResponse) -> None:
    """A browser goes on with the session that an answer gave it."""
    if settings.SESSION_COOKIE_NAME in answer.cookies:
        world.sessions[actor] = answer.cookies[settings.SESSION_COOKIE_NAME].value


def said(answer: HttpResponse) -> str:
    """The words of the page about what is wrong."""
    words = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode("utf-8", "replace").partition("<main")[2])
    return re.sub(r" +", " ", words)[:500]


@pytest.mark.parametrize("route", own_routes(), ids=named)
@pytest.mark.fault("F-04", "F-05")
def test_a_form_that_is_sent_again_does_nothing_more_and_gets_the_first_answer(route: Route, world: World) -> None:
    with walked(world):
        actor, address, sent = form_of(route, world)
        untouched = state()
        first = ask(world, actor, "POST", address, sent)
        assert first.status_code == 302, f"Say in SENT what {route.name} needs: {said(first)}"
        after = state()
        assert after != untouched, f"{route.name} changed nothing, so that this test proves nothing"
        keep_session(world, actor, first)
        again = ask(world, actor, "POST", address, sent)
        assert (again.status_code, again["Location"]) == (302, first["Location"]), said(again)
        assert state() == after


@pytest.mark.parametrize("name", sorted(SHOWN_ONCE))
@pytest.mark.fault("F-04", "F-05")
def test_secrets_are_made_once_and_shown_once(name: str, world: World) -> None:
    """The second press makes nothing, and leads to where it is said that they were shown; no answer is kept."""
    route = next(one for one in routes(method="POST") if one.name == name)
    with walked(world):
        actor, address, sent = form_of(route, world)
        first = ask(world, actor, "POST", address, sent)
        assert first.status_code == 200, said(first)
        assert "no-store" in first["Cache-Control"]
        secrets = first.context.get("codes") or [first.context["secret"]]
        after = state()
        again = ask(world, actor, "POST", address, sent)
        assert (again.status_code, state()) == (302, after), said(again)
        kept = str(UsedKey.objects.latest("at").answer)
        assert "shown then" in kept
        assert not [secret for secret in secrets if secret in kept]


@pytest.mark.parametrize("route", own_routes(), ids=named)
@pytest.mark.fault("F-04")
def test_a_key_with_other_answers_does_nothing_and_says_so(route: Route, world: World) -> None:
    with walked(world):
        actor, address, sent = form_of(route, world)
        first = ask(world, actor, "POST", address, sent)
        assert first.status_code == 302
        after = state()
        keep_session(world, actor, first)
        other = ask(world, actor, "POST", address, {**sent, "more": "words"})
        assert state() == after
        # A button without a form to show again leads back and says that there is nothing to do.
        assert other.status_code in {403, 404, 422} or "GET" not in route.methods, said(other)


@pytest.mark.parametrize("route", [route for route in own_routes() if "GET" in route.methods], ids=named)
def test_every_form_carries_a_key_of_its_own(route: Route, world: World) -> None:
    with walked(world):
        actor, address, _sent = form_of(route, world)
        keys = [fields_of(ask(world, actor, "GET", address)).get(FORM_KEY, "") for _time in range(2)]
    assert all(len(key) >= 22 for key in keys), f"{route.name}: a key has 128 bits"
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ["directory:member-create", "public:registration-create"])
def test_a_key_of_somebody_else_is_another_key(name: str, world: World) -> None:
    """Nobody reads another's answer by sending her key."""
    route = next(one for one in own_routes() if one.name == name)
    with walked(world):
        actor, address, sent = form_of(route, world)
        first = ask(world, actor, "POST", address, sent)
        other_actor = {"manager": "staff", "participant": "trainer"}[actor]
        other = ask(world, other_actor, "POST", address, {**sent, "name": "Another Quillon Works"})
        assert other.get("Location") != first["Location"]
