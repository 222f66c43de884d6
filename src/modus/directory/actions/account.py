"""Accounts are made, get passwords and are closed; each act ends what it has to end, everywhere and at once."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.core import journal, links, sessions, users
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.links import MailedLink
from modus.core.users import User
from modus.directory.actions.person import correct_person, record_own_person
from modus.directory.models import Person


@action
def make_account(email: str, *, password: str | None, names: dict[str, str], by: Person) -> Person:
    """Make an account for somebody who has proved that she reads this mailbox; she has no right until she gets one.

    Raises: NotAllowed for everybody but the clock; RuleBroken when the address has an account.
    """
    if not by.is_clock:
        raise NotAllowed
    try:
        with transaction.atomic():
            user = users.open_account(email, password)
    except IntegrityError as error:
        raise RuleBroken(_("This address has an account already.")) from error
    person = record_own_person(user, given_name=names["given_name"])
    correct_person(person, facts=names, by=person)
    journal.record("directory.person.account-made", person, by=by)
    return person


@action
def make_account_by_link(link: MailedLink, *, password: str, names: dict[str, str], by: Person) -> Person:
    """Make the account that a mailed link asks for, once.

    Raises: NotAllowed for everybody but the clock; RuleBroken when the link was used or the address has an account.
    """
    if not links.use_link(link):
        raise RuleBroken(_("This link does not work any more."))
    return make_account(link.email, password=password, names=names, by=by)


@action
def enter_by_link(link: MailedLink, *, by: Person) -> Person:
    """Use a link to sign in; an address that nobody had confirmed is confirmed by it.

    A password that was set before belongs to whoever set it, perhaps not to her who reads the mailbox, so it goes.
    Raises: NotAllowed for everybody but the owner; RuleBroken when the link was used.
    """
    user = _owner_of(link, by)
    if not links.use_link(link):
        raise RuleBroken(_("This link does not work any more."))
    if not users.has_confirmed(user):
        user.set_unusable_password()
        user.save(update_fields=["password"])
        users.confirm_address(user)
        sessions.end_all_sessions(user)
        journal.record("directory.person.address-confirmed", by, by=by)
    journal.record("directory.person.entered-by-link", by, by=by)
    return by


@action
def change_own_password(person: Person, *, password: str, by: Person) -> Person:
    """Change a password by its owner: her sessions end, and no link that was mailed before leads anywhere.

    Raises: NotAllowed for everybody else.
    """
    user = person.user
    if user is None or by.pk != person.pk:
        raise NotAllowed
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all_sessions(user)
    links.end_links_of(user, links.Purpose.SIGN_IN, links.Purpose.NEW_PASSWORD)
    journal.record("directory.person.password-changed", person, by=by)
    return person


@action
def renew_password_by_link(link: MailedLink, *, password: str, by: Person) -> Person:
    """Set a new password by a mailed link, once; the second factor stays as it is.

    Raises: NotAllowed for everybody but the owner; RuleBroken when the link was used.
    """
    user = _owner_of(link, by)
    if not links.use_link(link):
        raise RuleBroken(_("This link does not work any more."))
    users.confirm_address(user)
    return change_own_password(by, password=password, by=by)


def _owner_of(link: MailedLink, by: Person) -> User:
    if link.user is None or by.user_id != link.user_id or not link.user.is_active:
        raise NotAllowed
    by.user = link.user
    return link.user
