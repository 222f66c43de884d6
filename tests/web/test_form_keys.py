"""Form keys one by one: whose they are, what is kept of an answer, and what counts as the same form."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants, get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from modus.core import drafts
from modus.core.idempotency import LONGEST_KEY, UsedKey
from modus.core.users import User
from modus.web.ui import once
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-101")]


@pytest.fixture
def user() -> User:
    return make.UserFactory()


def sent(user: Any = None, *, path: str = "/a/", key: str | None = "k", cookie: str = "c", **said: Any) -> HttpRequest:
    data = said if key is None else {"form_key": key, **said}
    request = RequestFactory().post(path, data)
    request.user = user or AnonymousUser()
    request.COOKIES[settings.CSRF_COOKIE_NAME] = cookie
    request._messages = CookieStorage(request)
    return request


class Act:
    """A view that counts how often it was carried out."""

    def __init__(self, request: HttpRequest, answer: Callable[[], HttpResponse] | None = None) -> None:
        self.request, self.times = request, 0
        self.answer = answer or (lambda: HttpResponseRedirect("/made/"))

    def __call__(self) -> HttpResponse:
        self.times += 1
        return self.answer()


def pressed(request: HttpRequest, answer: Callable[[], HttpResponse] | None = None) -> tuple[HttpResponse, int]:
    act = Act(request, answer)
    return once.carried_out_once(request, act), act.times


def test_a_key_proves_to_whom_it_was_given_and_no_two_are_alike(user: User) -> None:
    def key_for(somebody: Any) -> str:
        field = once.key_field(sent(somebody))
        assert re.fullmatch(r'<input type="hidden" name="form_key" value="[^"]+">', field)
        return field.split('value="')[1].split('"')[0]

    keys = [key_for(user), key_for(user)]
    assert (keys[0] != keys[1], {once.owner_of(key) for key in keys}) == (True, {user.pk})
    assert all(len(key) <= LONGEST_KEY for key in keys)
    told, _dot, seal = keys[0].rpartition(".")
    for wrong in ("", "x", ".", told, f"{told}.", f"{told}.{seal[:-1]}", f"{told}.x{seal[1:]}", f"x{told}.{seal}"):
        assert once.owner_of(wrong) is None
    assert once.owner_of(f".{once._seal('')}") is None
    nobodys = key_for(None)
    assert ("." in nobodys, once.owner_of(nobodys)) == (False, None)
    assert 'value="' in once.key_field(None)


@pytest.mark.parametrize("key", [None, "", "k" * (LONGEST_KEY + 1)])
def test_a_form_without_a_proper_key_is_carried_out_each_time(key: str | None) -> None:
    assert [pressed(sent(key=key))[1] for _time in range(2)] == [1, 1]
    assert UsedKey.objects.count() == 0


@pytest.mark.parametrize("key", ["k", "k" * LONGEST_KEY])
def test_a_form_with_a_key_is_carried_out_once(key: str, user: User) -> None:
    first, second = pressed(sent(user, key=key, a="b")), pressed(sent(user, key=key, a="b"))
    assert (first[1], second[1], second[0].status_code, second[0]["Location"]) == (1, 0, 302, "/made/")
    row = UsedKey.objects.get()
    assert (row.by_id, row.purpose, row.key) == (user.pk, "POST /a/", key)


def test_a_get_with_a_key_is_no_form() -> None:
    request = RequestFactory().get("/a/", {"form_key": "k"})
    request.user, request.POST = AnonymousUser(), {"form_key": "k"}  # type: ignore[assignment]
    assert pressed(request)[1] == 1
    assert UsedKey.objects.count() == 0


def test_keys_of_another_account_browser_or_address_are_other_keys(user: User) -> None:
    other = make.UserFactory()
    requests = [sent(user), sent(other), sent(), sent(cookie="d"), sent(user, path="/b/")]
    assert [pressed(request)[1] for request in requests] == [1] * 5
    assert [pressed(request)[1] for request in (sent(user), sent(), sent(cookie="d"))] == [0] * 3
    long = "/" + "a" * 300
    assert pressed(sent(user, path=long))[1] == 1
    assert len(UsedKey.objects.get(purpose__startswith="POST /aaa").purpose) == 200


def upload(name: str = "a.pdf", size: int = 3) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, True),
        ({"a": "1"}, {"a": "1", "csrfmiddlewaretoken": "t"}, True),
        ({"a": "1"}, {"a": "2"}, False),
        ({"a": "1"}, {"b": "1"}, False),
        ({"a": ["1", "2"]}, {"a": ["2", "1"]}, False),
        ({"f": ("a.pdf", 3)}, {"f": ("a.pdf", 3)}, True),
        ({"f": ("a.pdf", 3)}, {"f": ("a.pdf", 4)}, False),
        ({"f": ("a.pdf", 3)}, {"f": ("b.pdf", 3)}, False),
        ({"f": ("a.pdf", 3)}, {"g": ("a.pdf", 3)}, False),
        ({"a": "1"}, {"a": "1", "path": "/a/?x=1"}, False),
    ],
)
def test_the_same_form_says_the_same_in_any_order(first: dict[str, Any], second: dict[str, Any], is_same: bool) -> None:
    def print_of(said: dict[str, Any]) -> str:
        facts = {name: upload(*value) if isinstance(value, tuple) else value for name, value in said.items()}
        return once._fingerprint(sent(**facts))

    assert (print_of(first) == print_of(second)) is is_same
    assert len(print_of(first)) == 64


def test_other_contents_under_the_same_key_do_nothing_and_say_so(user: User) -> None:
    @transaction.atomic
    def write() -> HttpResponse:
        make.UserFactory()
        return HttpResponseRedirect("/made/")

    pressed(sent(user, a="1"))
    before = User.objects.count()
    response, times = pressed(sent(user, a="2"), write)
    assert (response.status_code, times, User.objects.count()) == (422, 1, before)
    assert "You sent this form before, with other answers" in response.content.decode()
    request = sent(user, a="3")
    shown, _times = pressed(request, lambda: HttpResponse("form", status=422))
    assert (shown.content, shown.status_code) == (b"form", 422)
    assert request.POST.refusal.startswith("You sent this form before")  # type: ignore[attr-defined]


def say(request: HttpRequest, level: int, words: str) -> None:
    get_messages(request).add(level, words, "extra")


@pytest.mark.parametrize(
    ("status", "level", "is_kept"),
    [
        (300, constants.SUCCESS, True),
        (302, constants.WARNING, True),
        (399, constants.SUCCESS, True),
        (299, constants.SUCCESS, False),
        (400, constants.SUCCESS, False),
        (200, constants.SUCCESS, False),
        (422, constants.SUCCESS, False),
        (302, constants.ERROR, False),
    ],
)
def test_only_a_redirect_without_a_word_of_failure_was_an_act(status: int, level: int, is_kept: bool) -> None:
    def press() -> int:
        request = sent()

        def answer() -> HttpResponse:
            say(request, level, "Done.")
            response = HttpResponse(status=status)
            response["Location"] = "/made/"
            return response

        return pressed(request, answer)[1]

    assert (press(), press()) == (1, 0 if is_kept else 1)


def test_a_failure_that_was_said_before_is_not_this_acts() -> None:
    request = sent()
    say(request, constants.ERROR, "Of another page.")
    assert (pressed(request)[1], pressed(sent())[1]) == (1, 0)
    assert [str(one.message) for one in get_messages(request)] == ["Of another page."]


def test_what_was_said_is_said_again_as_it_was_and_not_twice() -> None:
    def first(request: HttpRequest) -> HttpResponse:
        say(request, constants.SUCCESS, "<b>typed</b>")
        say(request, constants.INFO, mark_safe("<b>ours</b>"))
        return HttpResponseRedirect("/made/")

    request = sent()
    pressed(request, lambda: first(request))
    again = sent()
    pressed(again)
    told = [
        (one.level, str(one.message), one.extra_tags, hasattr(one.message, "__html__")) for one in get_messages(again)
    ]
    assert told == [
        (constants.SUCCESS, "<b>typed</b>", "extra", False),
        (constants.INFO, "<b>ours</b>", "extra", True),
    ]
    unread = sent()
    say(unread, constants.INFO, mark_safe("<b>ours</b>"))
    pressed(unread)
    assert [str(one.message) for one in get_messages(unread)] == ["<b>ours</b>", "<b>typed</b>"]


def test_looking_at_messages_is_not_reading_them() -> None:
    request = sent()
    say(request, constants.INFO, "One.")
    assert [str(one.message) for one in once._waiting(request)] == ["One."]
    assert get_messages(request).used is False
    list(get_messages(request))
    once._waiting(request)
    assert get_messages(request).used is True


@pytest.mark.parametrize(("answer", "is_kept"), [(None, False), (lambda: HttpResponse("form", status=422), True)])
def test_a_draft_is_forgotten_when_its_form_is_carried_out_and_only_then(
    user: User, answer: Callable[[], HttpResponse] | None, is_kept: bool
) -> None:
    for by in (user.pk, make.UserFactory().pk):
        drafts.keep("/a/#f", {"a": "b"}, by_id=by)
    drafts.keep("/a/#g", {"a": "b"}, by_id=user.pk)
    pressed(sent(user, draft_key="f"), answer)
    assert (drafts.draft_at("/a/#f", by_id=user.pk) is not None) is is_kept
    assert drafts.Draft.objects.count() == (3 if is_kept else 2)


def test_a_visitor_has_no_drafts_to_forget() -> None:
    assert pressed(sent(draft_key="f"))[1] == 1
    assert isinstance(once._sender(sent()), UUID)
    assert once._sender(sent()) != uuid4()
