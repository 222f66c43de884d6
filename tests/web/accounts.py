"""What the tests of the account pages share: somebody who can sign in, her mails and their links."""

import re

from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core import outbox
from modus.directory.models import Person
from tests.factories import directory as make

ADDRESS = "jana@people.example"
PHRASE = "a long enough phrase"


def make_person(email: str = ADDRESS, password: str | None = PHRASE) -> Person:
    """Somebody with a password and a confirmed address."""
    made: Person = make.PersonFactory(email=email, user=make.UserFactory(email=email, password=password))
    EmailAddress.objects.create(user=made.user, email=email, verified=True, primary=True)
    return made


def sign_in(client: Client, **data: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": ADDRESS, "password": PHRASE} | data)  # type: ignore[return-value]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def arrived() -> list[mail.EmailMessage]:
    """What the sender has handed on."""
    outbox.deliver_due()
    return mail.outbox


def link_in(message: mail.EmailMessage) -> str:
    return re.search(r"https?://\S+", str(message.body)).group(0)  # type: ignore[union-attr]


def code_in(message: mail.EmailMessage) -> str:
    return re.search(r"\b\w{4}-\w{4}\b", str(message.body)).group(0)  # type: ignore[union-attr]
