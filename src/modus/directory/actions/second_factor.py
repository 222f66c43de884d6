"""What guards an account beside its password is added and removed by its owner."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext as _

from modus.core import journal, sessions, tokens
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.core.users import User
from modus.directory import queries
from modus.directory.models import Person
from modus.directory.queries import accounts


@action
def add_app(person: Person, *, secret: str, session_key: str, by: Person) -> Person:
    """Let signing in ask for the code of an authenticator app; sessions without it end, but the one that adds it.

    Raises: NotAllowed for everybody but the owner; RuleBroken when there is an app already.
    """
    user = _own_account(person, by)
    if accounts.second_factors_of(user).app:
        raise RuleBroken(_("There is an app already. Remove it first."))
    TOTP.activate(user, secret)
    _begin(user, session_key)
    journal.record("directory.person.second-factor-added", person, by=by, changes={"kind": [None, "app"]})
    return person


@action
def add_passkey(person: Person, *, name: str, credential: dict[str, Any], session_key: str, by: Person) -> Person:
    """Let a passkey sign in, and prove who somebody is beside a password.

    Raises: NotAllowed for everybody but the owner.
    """
    user = _own_account(person, by)
    WebAuthn.add(user, name, credential)
    _begin(user, session_key)
    journal.record("directory.person.second-factor-added", person, by=by, changes={"kind": [None, "passkey"]})
    return person


@action
def remove_second_factor(person: Person, *, number: int, session_key: str, by: Person) -> str:
    """Remove an app or a passkey; with the last one the recovery codes go. Gives the kind of what was removed.

    Raises: NotAllowed for everybody but the owner, and when there is no such thing; RuleBroken when one is demanded
    and this is the last.
    """
    user = _own_account(person, by)
    rows = Authenticator.objects.filter(user=user, type__in=accounts.SECOND_FACTORS)
    found = rows.filter(pk=number).first()
    if found is None:
        raise NotAllowed
    is_last = rows.count() == 1
    if is_last and not accounts.may_be_without_second_factor(queries.rights_of(person, on=today())):
        raise RuleBroken(_("Your role needs a second factor. Add another one before you remove this."))
    found.delete()
    if is_last:
        Authenticator.objects.filter(user=user).delete()
    sessions.end_all_sessions(user, but=session_key)
    journal.record("directory.person.second-factor-removed", person, by=by, changes={"kind": [found.type, None]})
    return str(found.type)


@action
def forget_second_factor(person: Person, *, by: Person) -> Person:
    """Take every second factor of an account away, because its owner has lost the device and the codes.

    Raises: NotAllowed for everybody but an operator (the clock); RuleBroken when there is no account.
    """
    if not by.is_clock:
        raise NotAllowed
    if person.user is None:
        raise RuleBroken(_("This person has no account."))
    Authenticator.objects.filter(user=person.user).delete()
    sessions.end_all_sessions(person.user)
    journal.record("directory.person.second-factor-forgotten", person, by=by)
    return person


@action
def renew_recovery_codes(person: Person, *, by: Person) -> list[str]:
    """Make new recovery codes in the place of the old ones, and give them: they are shown once and never again.

    Raises: NotAllowed for everybody but the owner; RuleBroken when there is no second factor to recover.
    """
    user = _own_account(person, by)
    if not accounts.has_second_factor(user):
        raise RuleBroken(_("Add an app or a passkey first."))
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user)
    codes.mark_as_viewed()
    journal.record("directory.person.recovery-codes-made", person, by=by)
    return list(codes.get_unused_codes())


@action
def revoke_tokens(person: Person, *, by: Person) -> Person:
    """Revoke every token for machines of an account: from the next request on they open nothing.

    Raises: NotAllowed for everybody but the owner.
    """
    user = _own_account(person, by)
    for token in tokens.valid_tokens(user.pk):
        tokens.revoke_token(token, by=by)
    journal.record("directory.person.tokens-revoked", person, by=by)
    return person


@action
def unlink_provider(person: Person, *, by: Person) -> Person:
    """Let the identity provider open an account no more.

    Raises: NotAllowed for everybody but the owner.
    """
    SocialAccount.objects.filter(user=_own_account(person, by)).delete()
    journal.record("directory.person.provider-unlinked", person, by=by)
    return person


@action
def end_session(person: Person, *, number: int, by: Person) -> Person:
    """End one session of an account on the server.

    Raises: NotAllowed for everybody but the owner, and when there is no such session.
    """
    if not sessions.end_session(_own_account(person, by).pk, number):
        raise NotAllowed
    journal.record("directory.person.session-ended", person, by=by)
    return person


@action
def end_other_sessions(person: Person, *, session_key: str, by: Person) -> Person:
    """End every session of an account but one, which has to be sealed anew.

    Raises: NotAllowed for everybody but the owner.
    """
    sessions.end_all_sessions(_own_account(person, by), but=session_key)
    journal.record("directory.person.sessions-ended", person, by=by)
    return person


def _begin(user: User, session_key: str) -> None:
    """Sessions that were opened without the second factor end, and there are recovery codes."""
    RecoveryCodes.activate(user)
    sessions.end_all_sessions(user, but=session_key)


def _own_account(person: Person, by: Person) -> User:
    if person.user is None or person.pk != by.pk:
        raise NotAllowed
    return person.user
