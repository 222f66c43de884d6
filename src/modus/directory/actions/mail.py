"""Mails that wait are edited, called back and sent again by those whose they are; people choose what they are told."""

from uuid import UUID

from modus.core import journal, outbox
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.outbox import Mail
from modus.core.outbox.wishes import Ending
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.models import Cluster, Network, Person


@action
def hold_mail(mail: Mail, *, by: Person) -> Mail:
    """Keep a mail that is not out yet for a quarter of an hour, to edit it.

    Raises: NotAllowed; RuleBroken when it is out.
    """
    scope = _required_scope(mail, by=by)
    held = outbox.hold(mail)
    journal.record("directory.mail.held", held, by=by, scope=scope)
    return held


@action
def edit_mail(mail: Mail, *, subject: str, text: str, version: int, by: Person) -> Mail:
    """Give a held mail other words; it goes out a minute later.

    Raises: NotAllowed; RuleBroken when it is out, or somebody else edited it since.
    """
    scope = _required_scope(mail, by=by)
    edited = outbox.edit(mail, subject=subject, text=text, version=version)
    journal.record("directory.mail.edited", edited, by=by, scope=scope)
    return edited


@action
def call_back_mail(mail: Mail, *, by: Person) -> Mail:
    """Stop a mail that is not out yet; who caused it may do that too.

    Raises: NotAllowed; RuleBroken when it is out.
    """
    scope = _scope_of(mail)
    if mail.by_id != by.pk and not _may_handle(scope, by):
        raise NotAllowed
    stopped = outbox.call_back(mail)
    journal.record("directory.mail.called-back", stopped, by=by, scope=scope)
    return stopped


def call_back_act(request_id: str, *, by: Person) -> list[Mail]:
    """Stop what is not out yet of the mails that one act of this person caused; those that were stopped."""
    stopped = []
    for mail in outbox.mails_of_act(request_id, by_id=by.pk):
        try:
            stopped.append(call_back_mail(mail, by=by))
        except RuleBroken:
            # It is out already, or stopped: the others still can be.
            continue
    return stopped


@action
def send_mail_again(mail: Mail, *, by: Person) -> Mail:
    """Let a mail that was parked or called back go out after all, a minute from now.

    Raises: NotAllowed; RuleBroken when it is neither.
    """
    scope = _required_scope(mail, by=by)
    waiting = outbox.send_again(mail)
    journal.record("directory.mail.sent-again", waiting, by=by, scope=scope)
    return waiting


@action
def choose_mails(person: Person, *, frequencies: dict[str, str], hour: int, language: str = "", by: Person) -> Person:
    """Choose how often one hears of each topic, and at which hour the daily mail comes.

    Raises: NotAllowed for everybody else, and for somebody without an account.
    """
    if by.pk != person.pk or person.user is None:
        raise NotAllowed
    outbox.choose(person.user, frequencies=frequencies, hour=hour, language=language)
    changes = {"hour": [None, hour], **{topic: [None, chosen] for topic, chosen in frequencies.items()}}
    journal.record("directory.person.mails-chosen", person, by=by, changes=changes)
    return person


@action
def stop_mails(ending: Ending, *, by: Person) -> list[UUID]:
    """End the mails on a topic for the owner of a signed address, whoever opened it."""
    wishes = outbox.stop(ending)
    for wish in wishes:
        journal.record("directory.mail.stopped", wish, by=by, changes={wish.topic: [None, wish.frequency]})
    if not wishes:
        journal.record("directory.mail.stopped", queries.clock(), by=by, changes={ending.topic.code: [None, "nothing"]})
    return [wish.pk for wish in wishes]


@action
def resume_mails(ending: Ending, *, by: Person) -> list[UUID]:
    """Take that back: the topic comes as is usual."""
    wishes = outbox.resume(ending)
    for wish in wishes:
        journal.record("directory.mail.resumed", wish, by=by, changes={wish.topic: [None, wish.frequency]})
    return [wish.pk for wish in wishes]


def _scope_of(mail: Mail) -> Cluster | Network | None:
    if mail.scope_id is None:
        return None
    cluster = Cluster.objects.within(pk=mail.scope_id).select_related("network", "organisation").first()
    return cluster or Network.objects.filter(pk=mail.scope_id).first()


def _may_handle(scope: Cluster | Network | None, by: Person) -> bool:
    """A cluster's mails are handled by its managers, a network's by its office."""
    rights = queries.rights_of(by, on=today())
    if isinstance(scope, Cluster):
        return rules.can_manage_cluster(rights, scope)
    return scope is not None and rules.can_run_network(rights, scope)


def _required_scope(mail: Mail, *, by: Person) -> Cluster | Network:
    scope = _scope_of(mail)
    if scope is None or not _may_handle(scope, by):
        raise NotAllowed
    return scope
