"""What is said to whom: each notification puts one mail a person into the outbox, in the transaction of the act.

The clock tells nobody, but for reminders: what an import brings in is no news to the people in it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from modus.core import outbox
from modus.core.outbox import Frequency, Mail, Topic
from modus.core.time import say_day, today
from modus.directory import queries, rules
from modus.directory.models import (
    Cluster,
    Invitation,
    JoinRequest,
    Network,
    Organisation,
    Person,
    Position,
    Profile,
    ProfileStatus,
    RequestKind,
    RequestStatus,
    Role,
    profile_type,
)
from modus.directory.models.profile import UNLISTED_AFTER
from modus.directory.queries import invitations, recipients

DECISIONS = {
    "published": "directory/mail/profile_published.txt",
    "candidate": "directory/mail/profile_accepted.txt",
    "changes-asked": "directory/mail/profile_changes_asked.txt",
    "refused": "directory/mail/profile_refused.txt",
}


def tell_request_made(request: JoinRequest, *, by: Person) -> list[Mail]:
    """Tell those nearest who may decide that somebody asks to speak for an organisation."""
    where = recipients.place_of_act(request.organisation, by=by, on=today())
    return _tell(
        "directory/mail/request_made.txt",
        recipients.deciders_of(request, on=today()),
        {
            "person": by.name,
            "organisation": request.organisation.name,
            "message_said": request.message,
            "is_claim": request.kind == RequestKind.CLAIM,
            "home_url": reverse("home:home"),
        },
        topic=QUEUE,
        about=request.organisation.name,
        scope=where,
        subject_id=request.pk,
        by=by,
    )


def tell_request_decided(request: JoinRequest, *, role: str = "", by: Person) -> list[Mail]:
    """Tell who asked what was decided, and why."""
    was_approved = request.status == RequestStatus.APPROVED
    template = "directory/mail/request_approved.txt" if was_approved else "directory/mail/request_refused.txt"
    context = {
        "organisation": request.organisation.name,
        "role": Role(role).label if role else "",
        "reason_said": request.reason,
        "by": by.name,
        "requests_url": reverse("profile:request-list"),
        "home_url": reverse("home:home"),
    }
    return _of_organisation(template, request.person, context, request.organisation, request.pk, by=by)


def tell_invited(invitation: Invitation) -> Mail:
    """Tell the reader of a mailbox that a place waits for her.

    The mail proves that she reads it, so nobody else may see its link: it belongs to no cluster and to no sender.
    """
    token = invitations.token_of(invitation, invitations.BY_MAIL)
    return outbox.put(
        "directory/mail/invitation.txt",
        invitation.email,
        context={
            "by": invitation.invited_by.name,
            "cluster": invitation.cluster.name,
            "organisation": invitation.organisation.name,
            "role": invitation.get_role_display(),
            "email": invitation.email,
            "last": say_day(invitation.ends_at.date()),
            "invitation_url": reverse("account_invitation_link", kwargs={"key": token}),
        },
        topic="account",
        by=None,
        stale_after=invitation.ends_at,
    )


def tell_position_given(position: Position, *, by: Person) -> list[Mail]:
    """Tell somebody which role she has from which day on."""
    context = {
        "role": position.get_role_display(),
        "organisation": position.organisation.name,
        "first": say_day(position.starts_on),
        "last": say_day(position.ends_on) if position.ends_on else "",
        "by": by.name,
        "has_account": position.person.user_id is not None,
        "home_url": reverse("home:home"),
        "sign_up_url": reverse("account_signup"),
    }
    template = "directory/mail/position_given.txt"
    return _of_organisation(template, position.person, context, position.organisation, position.pk, by=by)


def tell_position_ended(position: Position, *, by: Person) -> list[Mail]:
    """Tell somebody on which day her role ends."""
    context = {
        "role": position.get_role_display(),
        "organisation": position.organisation.name,
        "last": say_day(position.ends_on) if position.ends_on else "",
        "by": by.name,
        "account_url": reverse("account:person"),
    }
    template = "directory/mail/position_ended.txt"
    return _of_organisation(template, position.person, context, position.organisation, position.pk, by=by)


def tell_cluster_handed_over(cluster: Cluster, *, to: Person, starts_on: date, by: Person) -> list[Mail]:
    """Tell the new manager and those who manage the cluster already."""
    people = {person.pk: person for person in [to, *recipients.managers_of(cluster, on=today())]}
    return _tell(
        "directory/mail/cluster_handed_over.txt",
        people.values(),
        {
            "person": to.name,
            "cluster": cluster.name,
            "first": say_day(starts_on),
            "by": by.name,
            "home_url": reverse("home:home"),
        },
        topic=POSITIONS,
        about=cluster.name,
        scope=recipients.place_of_act(cluster.organisation, by=by, on=today()) or cluster,
        subject_id=cluster.pk,
        by=by,
    )


def tell_profile_submitted(profile: Profile, *, by: Person) -> list[Mail]:
    """Tell the office that a profile waits for its decision."""
    at = {"network": profile.network.slug, "profile": profile.pk}
    return _tell(
        "directory/mail/profile_submitted.txt",
        recipients.office_of([profile.network_id], on=today()),
        {
            "organisation": profile.organisation.name,
            "person": by.name,
            "review_url": reverse("network:profile-review", kwargs=at),
        },
        topic=QUEUE,
        about=profile.organisation.name,
        scope=recipients.place_of_act(profile.organisation, by=by, on=today()),
        subject_id=profile.pk,
        by=by,
    )


def tell_profile_decided(profile: Profile, *, decision: str, notes: dict[str, str], by: Person) -> list[Mail]:
    """Tell who speaks for an organisation, and who submitted its profile, what the office decided and why."""
    people = recipients.spokespeople_of(profile.organisation, on=today())
    submitted_by = [profile.submitted_by] if profile.submitted_by else []
    kind = profile_type(profile.type)
    labels = {field.name: field.label for field in kind.fields}
    context = {
        "organisation": profile.organisation.name,
        "reason_said": profile.reason,
        "notes": [{"field": labels.get(name, ""), "text_said": text} for name, text in notes.items()],
        "by": by.name,
        "profile_url": _profile_path(profile),
    }
    return _tell(
        DECISIONS[decision],
        {person.pk: person for person in [*submitted_by, *people]}.values(),
        context,
        topic=PROFILES,
        about=profile.organisation.name,
        scope=profile.network,
        subject_id=profile.pk,
        by=by,
    )


def tell_profile_unconfirmed(profile: Profile, *, on: date, by: Person) -> list[Mail]:
    """Remind who speaks for an organisation to confirm its profile: after a year, and again when it is unlisted."""
    is_unlisted = profile.is_unlisted(on)
    confirmed_on = profile.confirmed_on or on
    context = {
        "organisation": profile.organisation.name,
        "confirmed": say_day(confirmed_on),
        "until": say_day(confirmed_on + UNLISTED_AFTER),
        "is_unlisted": is_unlisted,
        "profile_url": _profile_path(profile),
    }
    return [
        mail
        for person in recipients.spokespeople_of(profile.organisation, on=on)
        for mail in _put(
            "directory/mail/profile_unconfirmed.txt",
            person,
            context,
            topic=REMINDERS,
            about=profile.organisation.name,
            scope=profile.network,
            subject_id=profile.pk,
            by=by,
            key=f"{recipients.reminder_key(profile, on=on)}:{person.pk.hex}",
        )
    ]


def _profile_path(profile: Profile) -> str:
    cluster = getattr(profile.organisation, "cluster", None)
    if cluster:
        return reverse("directory:profile", kwargs={"cluster": cluster.slug})
    return reverse("profile:organisation", kwargs={"organisation": profile.organisation_id})


def _of_organisation(
    template: str, person: Person, context: dict[str, Any], organisation: Organisation, subject_id: UUID, *, by: Person
) -> list[Mail]:
    """One mail to one person about her standing at an organisation."""
    scope = recipients.place_of_act(organisation, by=by, on=today())
    about = organisation.name
    return _tell(template, [person], context, topic=POSITIONS, about=about, scope=scope, subject_id=subject_id, by=by)


def _tell(template: str, people: Iterable[Person], context: dict[str, Any], *, by: Person, **said: Any) -> list[Mail]:
    """One mail to everybody but who acts; the clock tells nobody."""
    if by.is_clock:
        return []
    return [mail for one in people if one.pk != by.pk for mail in _put(template, one, context, by=by, **said)]


def _put(
    template: str,
    person: Person,
    context: dict[str, Any],
    *,
    topic: Topic,
    about: str,
    scope: Cluster | Network | None,
    subject_id: UUID,
    by: Person,
    key: str | None = None,
) -> list[Mail]:
    address = person.user.email if person.user else person.email
    if not address:
        return []
    mail = outbox.put(
        template,
        address,
        context=context,
        topic=topic.code,
        by=by,
        user=person.user,
        scope_id=scope.pk if scope else None,
        subject_id=subject_id,
        about=about,
        hold_seconds=outbox.HELD_SECONDS,
        key=key,
    )
    return [mail]


def _still_speaks(mail: Mail) -> bool:
    """Whether the recipient still speaks for the organisation of the profile, or submitted it."""
    profile, person = (
        recipients.profile_told_of(mail.subject_id),
        recipients.person_behind(mail.user_id, mail.to_address),
    )
    if profile is None or person is None:
        return False
    speaks = profile.organisation_id in queries.rights_of(person, on=today()).speaks_for
    return speaks or profile.submitted_by_id == person.pk


def _still_to_confirm(mail: Mail) -> bool:
    profile = recipients.profile_told_of(mail.subject_id)
    return profile is not None and profile.is_stale(today()) and _still_speaks(mail)


def _still_decides(mail: Mail) -> bool:
    """Whether the thing still waits, and the recipient may still decide on it."""
    person = recipients.person_behind(mail.user_id, mail.to_address)
    if person is None:
        return False
    profile, rights = recipients.profile_told_of(mail.subject_id), queries.rights_of(person, on=today())
    if profile is not None:
        return profile.status == ProfileStatus.SUBMITTED and rules.can_run_network(rights, profile.network)
    waiting = queries.requests_to_decide(person, rights, on=today()).values_list("pk", flat=True)
    return mail.subject_id in set(waiting)


POSITIONS = Topic("positions", _("Your requests and your positions"), Frequency.AT_ONCE)
PROFILES = Topic("profiles", _("Decisions on profiles of your organisation"), Frequency.AT_ONCE, True, _still_speaks)
QUEUE = Topic("queue", _("What waits for your decision"), Frequency.DAILY, True, _still_decides)
REMINDERS = Topic("reminders", _("Reminders to confirm a profile"), Frequency.DAILY, True, _still_to_confirm)
TOPICS = (POSITIONS, PROFILES, QUEUE, REMINDERS)
