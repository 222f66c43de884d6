"""Mailed links: each proves one thing, once, for its time; only hashes of them are kept."""

import re
from datetime import timedelta

import pytest

from modus.core import links
from modus.core.links import MailedLink, Purpose
from modus.core.time import now
from modus.core.users import User
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-27")]
A_BIT = timedelta(seconds=5)


@pytest.fixture
def user() -> User:
    return make.UserFactory()


def made(user: User | None, purpose: Purpose = Purpose.SIGN_IN, code: str = "") -> tuple[MailedLink, str]:
    return links.make_link(purpose, "a@people.example", user=user, code=code)


def move(link: MailedLink, **facts: object) -> None:
    MailedLink.objects.filter(pk=link.pk).update(**facts)


@pytest.mark.parametrize(
    ("purpose", "seconds"),
    [
        (Purpose.SIGN_IN, 900),
        (Purpose.SIGN_UP, 86_400),
        (Purpose.NEW_PASSWORD, 3600),
        (Purpose.NEW_ADDRESS, 86_400),
        (Purpose.OLD_ADDRESS, 604_800),
    ],
)
def test_each_purpose_has_its_time(user: User, purpose: Purpose, seconds: int) -> None:
    link, token = made(user, purpose)
    assert (link.ends_at - link.made_at).total_seconds() == seconds
    assert abs(link.made_at - now()) < timedelta(minutes=1)
    assert links.link_with_token(token) == link


def test_a_link_is_found_by_its_secret_which_is_not_kept(user: User) -> None:
    _link, token = links.make_link(
        Purpose.SIGN_IN, "a@people.example", user=user, data={"next": "/x"}, code="BBBB-CCCC"
    )
    kept = MailedLink.objects.get()
    assert (kept.email, kept.user, kept.purpose, kept.data, kept.used_at) == (
        "a@people.example",
        user,
        "sign-in",
        {"next": "/x"},
        None,
    )
    assert re.fullmatch(r"[\w-]{43}", token)
    assert re.fullmatch(r"[0-9a-f]{64}", kept.token_hash)
    assert re.fullmatch(r"[0-9a-f]{64}", kept.code_hash)
    assert token not in str(vars(kept))
    assert links.link_with_token(f"{token}x") is None
    bare = made(user)[0]
    assert (bare.data, bare.code_hash) == ({}, "")


def test_a_link_that_was_opened_is_found_by_its_number_for_its_purpose_only(user: User) -> None:
    link, _token = made(user)
    assert links.link_with_id(str(link.pk), Purpose.SIGN_IN) == link
    assert links.link_with_id(str(link.pk), Purpose.NEW_PASSWORD) is None
    assert links.link_with_id("", Purpose.SIGN_IN) is None
    assert links.link_with_id(str(user.pk), Purpose.SIGN_IN) is None


def test_a_link_ends_with_its_time_its_use_and_its_account(user: User) -> None:
    for number, facts in enumerate([{"ends_at": now() - A_BIT}, {"used_at": now()}]):
        link, token = made(user)
        move(link, **facts)
        assert links.link_with_token(token) is None, number
        assert links.link_with_id(str(link.pk), Purpose.SIGN_IN) is None
        assert not links.use_link(link)
    link, token = made(user)
    user.is_active = False
    user.save()
    assert links.link_with_token(token) is None


def test_a_link_without_an_account_is_found_too(user: User) -> None:
    link, token = made(None, Purpose.SIGN_UP)
    assert links.link_with_token(token) == link


def test_a_link_is_used_once_and_others_stay(user: User) -> None:
    link, token = made(user)
    other, other_token = made(user)
    assert (links.use_link(link), links.use_link(link)) == (True, False)
    link.refresh_from_db()
    assert link.used_at is not None
    assert abs(link.used_at - now()) < timedelta(minutes=1)
    assert (links.link_with_token(token), links.link_with_token(other_token)) == (None, other)


def test_a_code_is_eight_letters_that_nobody_mixes_up() -> None:
    codes = {links.new_code() for _time in range(50)}
    assert len(codes) == 50
    letters = "[BCDFGHJKLMNPQRSTVWXZ23456789]"
    assert all(re.fullmatch(rf"{letters}{{4}}-{letters}{{4}}", code) for code in codes)


def test_a_code_opens_its_own_link_however_it_is_typed(user: User) -> None:
    link, _token = made(user, code="BCDF-2345")
    other, _token = made(user, code="BCDF-2346")
    without, _token = made(user)
    for typed in ("BCDF-2345", " bcdf 2345 ", "bcdf2345", "b.c-d_f2345"):
        assert links.has_code(link, typed)
        assert not links.has_code(other, typed)
    for typed in ("BCDF-234", "BCDF-23456", "", "-"):
        assert not links.has_code(link, typed)
        assert not links.has_code(without, typed)
    assert made(user, code="BCDF-2345")[0].code_hash != link.code_hash, "worth nothing beside another link"


def test_the_links_of_an_account_end_all_or_by_purpose(user: User) -> None:
    sign_in, password, used, foreign = (
        made(user)[0],
        made(user, Purpose.NEW_PASSWORD)[0],
        made(user)[0],
        made(make.UserFactory())[0],
    )
    long_ago = now() - timedelta(days=1)
    move(used, used_at=long_ago)
    assert links.end_links_of(user, Purpose.NEW_PASSWORD) == 1
    assert links.link_with_id(str(sign_in.pk), Purpose.SIGN_IN) == sign_in
    assert links.link_with_id(str(password.pk), Purpose.NEW_PASSWORD) is None
    assert (links.end_links_of(user), links.end_links_of(user)) == (1, 0)
    assert links.link_with_id(str(foreign.pk), Purpose.SIGN_IN) == foreign
    used.refresh_from_db()
    assert used.used_at == long_ago


def test_links_are_forgotten_a_week_after_their_end(user: User) -> None:
    week = timedelta(days=7)
    old, young = made(user)[0], made(user)[0]
    move(old, ends_at=now() - week - A_BIT)
    move(young, ends_at=now() - week + timedelta(minutes=1))
    assert (links.purge(), links.purge()) == (1, 0)
    assert list(MailedLink.objects.all()) == [young]
