"""Tokens: shown once, kept as a digest, never for longer than a year, never made by a token."""

from datetime import date, timedelta
from typing import Any

import pytest

from modus.core import tokens
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.time import today
from modus.core.tokens import Token, digest_of, issue_token, new_secret, note_use, revoke_token, token_behind
from modus.directory.models import Cluster, Person
from tests.factories import directory as make
from tests.factories.tokens import token_of

pytestmark = [pytest.mark.row("P3"), pytest.mark.django_db]


def issue(by: Person, **said: Any) -> tuple[Token, str]:
    usual: dict[str, Any] = {"name": "Import", "place": None, "areas": ["members"], "may_write": False}
    return issue_token(**{**usual, "expires_on": today() + timedelta(days=30), **said}, by=by)


@pytest.mark.attack("A-88")
def test_the_secret_is_given_once_and_kept_nowhere(manager: Person, cluster: Cluster) -> None:
    token, secret = issue(manager, place=cluster)
    assert secret.startswith("modus_")
    row = Token.objects.filter(pk=token.pk).values().get()
    assert row["digest"] == digest_of(secret)
    assert secret not in str(row)
    assert secret[12:] not in str(row)
    lines = JournalLine.objects.filter(event="core.token.issued", scope_id=cluster.pk)
    assert lines.count() == 1
    assert secret[12:] not in str(list(lines.values()))


@pytest.mark.attack("A-15", "A-88")
def test_secrets_hold_160_bits_of_chance_that_nothing_tells() -> None:
    sample = [int(new_secret().removeprefix("modus_"), 16) for _ in range(4000)]
    assert len(set(sample)) == 4000
    shares = [sum(number >> bit & 1 for number in sample) / len(sample) for bit in range(160)]
    assert 0.45 < min(shares) <= max(shares) < 0.55


@pytest.mark.attack("A-05")
def test_who_acts_by_a_token_makes_none_and_revokes_none(manager: Person, cluster: Cluster) -> None:
    manager.token = token_of(manager, cluster)[0]
    with pytest.raises(NotAllowed):
        issue(manager)
    with pytest.raises(NotAllowed):
        revoke_token(manager.token, by=manager)
    assert Token.objects.count() == 1


def test_who_has_no_account_makes_none(cluster: Cluster) -> None:
    with pytest.raises(NotAllowed):
        issue(make.PersonFactory(user=None))


@pytest.mark.attack("A-88")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"areas": []}, "areas"),
        ({"expires_on": date(2000, 1, 1)}, "expires_on"),
        ({"expires_on": today() + timedelta(days=366)}, "expires_on"),
    ],
    ids=["no name", "no area", "over before it begins", "longer than a year"],
)
def test_a_token_is_named_narrow_and_ends_within_a_year(said: dict[str, Any], field: str, manager: Person) -> None:
    with pytest.raises(RuleBroken) as refused:
        issue(manager, **said)
    assert refused.value.field == field


def test_nobody_has_more_than_twenty(manager: Person) -> None:
    for _number in range(tokens.MOST_TOKENS):
        token_of(manager)
    with pytest.raises(RuleBroken, match="20 tokens"):
        issue(manager)


@pytest.mark.attack("A-88")
def test_a_token_opens_until_its_last_day_and_until_it_is_revoked(manager: Person) -> None:
    token, secret = token_of(manager, expires_on=today())
    assert token_behind(secret) == token
    revoke_token(token, by=manager)
    assert token_behind(secret) is None
    with pytest.raises(RuleBroken):
        revoke_token(token, by=manager)
    assert token_behind(token_of(manager, expires_on=today() - timedelta(days=1))[1]) is None


def test_nobody_revokes_anothers(manager: Person) -> None:
    token, _secret = token_of(make.PersonFactory())
    with pytest.raises(NotAllowed):
        revoke_token(token, by=manager)


@pytest.mark.parametrize(
    "secret", ["", "modus_", "modus_" + "g" * 40, "x" * 46, "modus_" + "0" * 5000, "modus_" + "０" * 40]
)
def test_what_is_no_token_opens_nothing_and_asks_nothing(secret: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert token_behind(secret) is None


def test_the_day_of_use_is_written_once_a_day(manager: Person, django_assert_num_queries: Any) -> None:
    token, secret = token_of(manager)
    note_use(token)
    used = token_behind(secret)
    assert used is not None
    assert used.last_used_on == today()
    with django_assert_num_queries(0):
        note_use(used)


def test_what_is_issued_and_revoked_is_journalled_as_it_is(manager: Person, cluster: Cluster) -> None:
    ends = today() + timedelta(days=365)
    facts = {"name": " Import ", "place": cluster, "areas": ["people", "members", "people"], "may_write": True}
    token, secret = issue(manager, **facts, expires_on=ends)
    stored = Token.objects.get(pk=token.pk)
    assert (stored.user_id, stored.name, stored.scope_id) == (manager.user_id, "Import", cluster.pk)
    assert (stored.areas, stored.may_write, stored.expires_on) == (["members", "people"], True, ends)
    assert (stored.beginning, len(secret)) == (secret[:10], 46)
    line = JournalLine.objects.get(event="core.token.issued")
    assert (line.subject_id, line.scope_id, line.changes) == (
        token.pk,
        cluster.pk,
        {
            "name": [None, "Import"],
            "areas": [None, ["members", "people"]],
            "may_write": [None, True],
            "expires_on": [None, ends.isoformat()],
        },
    )
    revoked = revoke_token(token, by=manager)
    assert revoked == token
    assert revoked.revoked_at is not None
    assert JournalLine.objects.get(event="core.token.revoked").changes == {"name": ["Import", None]}
    with pytest.raises(RuleBroken, match="is revoked already"):
        revoke_token(token, by=manager)


def test_a_token_of_today_and_one_for_oneself(manager: Person) -> None:
    token, secret = issue(manager, expires_on=today())
    newer, other = issue(manager)
    assert (token.scope_id, token.may_write, token_behind(secret), token_behind(other)) == (None, False, token, newer)
    assert (token.is_valid(today()), token.is_valid(today() + timedelta(days=1))) == (True, False)


def test_tokens_are_counted_and_listed_for_their_owner(manager: Person) -> None:
    own = [issue(manager)[0] for _number in range(3)]
    issue(make.PersonFactory())
    revoke_token(own[0], by=manager)
    Token.objects.filter(pk=own[1].pk).update(expires_on=today() - timedelta(days=1))
    assert set(tokens.valid_tokens(manager.user_id)) == {own[2]}
    assert set(tokens.tokens_of(manager.user_id)) == set(own)


def test_a_use_is_noted_at_its_own_token(manager: Person) -> None:
    used, other = issue(manager)[0], issue(manager)[0]
    note_use(used)
    assert Token.objects.get(pk=used.pk).last_used_on == today()
    assert Token.objects.get(pk=other.pk).last_used_on is None


def test_who_was_switched_off_has_tokens_that_open_nothing(manager: Person) -> None:
    token, secret = issue(manager)
    assert token_behind(secret) == token
    manager.user.is_active = False
    manager.user.save()
    assert token_behind(secret) is None
