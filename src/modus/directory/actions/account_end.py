"""An account gets another address, is left, switched off or closed; each act ends at once what it has to end."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.core import journal, links, sessions, users
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.links import MailedLink, Purpose
from modus.core.time import today
from modus.core.users import User
from modus.directory.actions.account import _owner_of
from modus.directory.actions.person import correct_person, end_position
from modus.directory.actions.second_factor import revoke_tokens
from modus.directory.models import Person, Position


@action
def ask_for_address(person: Person, *, email: str, by: Person) -> tuple[str, str]:
    """Ask to sign in with another address; gives the secret parts of the link to confirm and of the link to undo.

    Whether the address has an account is not told: then the first link is nobody's. The old address stays until the
    new one is confirmed, and for a week the old one can take everything back.
    Raises: NotAllowed for everybody but the owner; RuleBroken when it is the same address.
    """
    user = person.user
    if user is None or person.pk != by.pk:
        raise NotAllowed
    if email == user.email:
        raise RuleBroken(_("This is your address already."), field="email")
    links.end_links_of(user, Purpose.NEW_ADDRESS)
    is_free = users.any_account_with(email) is None
    _new, confirming = links.make_link(Purpose.NEW_ADDRESS, email, user=user if is_free else None)
    _old, undoing = links.make_link(Purpose.OLD_ADDRESS, user.email, user=user)
    journal.record("directory.person.address-asked", person, by=by)
    return confirming, undoing


@action
def confirm_new_address(link: MailedLink, *, by: Person) -> Person:
    """Sign in with the new address from now on; other sessions and every open link end.

    Raises: NotAllowed for everybody but the owner; RuleBroken when the link was used or the address has an account.
    """
    user = _owner_of(link, by)
    if not links.use_link(link):
        raise RuleBroken(_("This link does not work any more."))
    _move(user, link.email, by)
    links.end_links_of(user, Purpose.SIGN_IN, Purpose.NEW_PASSWORD, Purpose.NEW_ADDRESS)
    sessions.end_all_sessions(user)
    journal.record("directory.person.address-changed", by, by=by)
    return by


@action
def take_address_back(link: MailedLink, *, by: Person) -> Person:
    """Stop or undo a change of address: the old one counts, the password is taken away and every session ends.

    Raises: NotAllowed for everybody but the owner; RuleBroken when the link was used or the address is another's now.
    """
    user = _owner_of(link, by)
    if not links.use_link(link):
        raise RuleBroken(_("This link does not work any more."))
    if user.email != link.email:
        _move(user, link.email, by)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    links.end_links_of(user)
    sessions.end_all_sessions(user)
    revoke_tokens(by, by=by)
    journal.record("directory.person.address-taken-back", by, by=by)
    return by


@action
def leave_position(position: Position, *, by: Person) -> Position:
    """Leave a role of one's own at once: its rights are gone with the next request.

    Raises: NotAllowed for everybody but its holder; RuleBroken when she is the only manager.
    """
    if position.person_id != by.pk:
        raise NotAllowed
    return end_position(position, ends_on=_last_day(position), by=by)


@action
def close_account(person: Person, *, by: Person) -> Person:
    """Close an account: its roles end, and what it signs in with is deleted; the acts of its owner stay in the journal.

    Raises: NotAllowed for everybody but the owner; RuleBroken when she is the only manager of a cluster.
    """
    user = person.user
    if user is None or person.pk != by.pk:
        raise NotAllowed
    goes_on = Position.objects.within(person=person).exclude(ends_on__lt=today())
    for position in goes_on.select_related("organisation", "person"):
        end_position(position, ends_on=_last_day(position), by=by)
    sessions.end_all_sessions(user)
    journal.record("directory.person.account-closed", person, by=by)
    person.user = None
    person.save(update_fields=["user"])
    user.delete()
    return person


@action
def switch_account(person: Person, *, is_active: bool, by: Person) -> Person:
    """Switch an account off or on again; off, every session and every open link of it is dead at once.

    Raises: NotAllowed for everybody but an operator (the clock); RuleBroken when there is no account.
    """
    if not by.is_clock:
        raise NotAllowed
    user = person.user
    if user is None:
        raise RuleBroken(_("This person has no account."))
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    sessions.end_all_sessions(user)
    links.end_links_of(user)
    event = "directory.person.account-switched-on" if is_active else "directory.person.account-switched-off"
    journal.record(event, person, by=by)
    return person


def _last_day(position: Position) -> date:
    """Yesterday, so that the rights are gone at once; a role that began today or later ends with its first day."""
    return max(position.starts_on, today() - timedelta(days=1))


def _move(user: User, email: str, by: Person) -> None:
    """Give an account another address, and its person if she was known by the old one."""
    was_known_by_it = by.email == user.email
    user.email = email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError as error:
        raise RuleBroken(_("This address cannot be used.")) from error
    users.confirm_address(user)
    if was_known_by_it:
        correct_person(by, facts={"email": email}, by=by)
