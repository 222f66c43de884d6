"""Drafts are kept for their writer, bounded, without secrets, and forgotten in time."""

import uuid
from datetime import timedelta

import pytest

from modus.core import drafts
from modus.core.drafts import Draft
from modus.core.errors import RuleBroken
from modus.core.time import now

pytestmark = pytest.mark.django_db
SHE, HE = uuid.UUID(int=1), uuid.UUID(int=2)


def test_a_draft_is_what_was_typed_last_and_only_for_its_writer() -> None:
    drafts.keep("/a#f", {"name": "Qui"}, by_id=SHE)
    drafts.keep("/a#f", {"name": "Quillon", "kinds": ["a", "b"], "agreed=on": True}, by_id=SHE)
    found = drafts.draft_at("/a#f", by_id=SHE)
    assert found
    assert found.values == {"name": "Quillon", "kinds": ["a", "b"], "agreed=on": True}
    assert drafts.draft_at("/a#f", by_id=HE) is None
    assert drafts.draft_at("/b#f", by_id=SHE) is None
    assert not drafts.discard("/a#f", by_id=HE)
    assert drafts.discard("/a#f", by_id=SHE)
    assert Draft.objects.count() == 0


def test_secrets_and_strange_values_are_not_kept() -> None:
    secret = [
        "password",
        "new_password1",
        "csrfmiddlewaretoken",
        "form_key",
        "otp",
        "api_token",
        "client_secret",
        "code",
    ]
    draft = drafts.keep("/a#f", {**dict.fromkeys(secret, "x"), "city": "Brno", "file": {"a": 1}, "n": [1]}, by_id=SHE)
    assert draft.values == {"city": "Brno"}


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("", {"a": "b"}),
        ("/" * (drafts.LONGEST_ADDRESS + 1), {"a": "b"}),
        ("/a", {"a": "b" * drafts.LARGEST}),
        ("/a", {f"f{n}": "" for n in range(drafts.MOST_FIELDS + 1)}),
    ],
)
def test_what_is_too_much_is_refused(address: str, values: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        drafts.keep(address, values, by_id=SHE)
    assert Draft.objects.count() == 0


def test_a_person_keeps_so_many_and_the_oldest_go() -> None:
    for number in range(drafts.MOST_OF_A_PERSON + 2):
        drafts.keep(f"/{number}", {"a": "b"}, by_id=SHE)
    drafts.keep("/other", {"a": "b"}, by_id=HE)
    assert Draft.objects.filter(by_id=SHE).count() == drafts.MOST_OF_A_PERSON
    assert drafts.draft_at("/0", by_id=SHE) is None
    assert drafts.draft_at("/other", by_id=HE) is not None


def test_nobody_comes_back_to_a_draft_of_last_month() -> None:
    drafts.keep("/old", {"a": "b"}, by_id=SHE)
    Draft.objects.update(saved_at=now() - drafts.KEPT_FOR - timedelta(minutes=1))
    drafts.keep("/new", {"a": "b"}, by_id=SHE)
    assert drafts.draft_at("/old", by_id=SHE) is None
    assert drafts.purge_old() == 1
    assert [row.address for row in Draft.objects.all()] == ["/new"]
    assert drafts.discard_all(by_id=SHE) == 1
