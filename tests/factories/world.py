"""The standing world of house and attack tests: two networks, three clusters, and a person for each way to stand.

Every text field of a cluster's private rows holds that cluster's canary, so that a leak is a word that can be found.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core import files, tasks
from modus.core.files import StoredFile
from modus.core.limits import Counter
from modus.core.outbox import Mail
from modus.core.time import now, today
from modus.core.users import User
from modus.core.webhooks import Webhook
from modus.directory import actions
from modus.directory.models import (
    EVIDENCE,
    Cluster,
    FieldNote,
    Invitation,
    JoinRequest,
    Membership,
    Network,
    Person,
    ProfileTerm,
    RuleSet,
    SavedView,
    ValidationResult,
    Waiver,
)
from modus.directory.queries import rights_of
from tests.factories import directory as make
from tests.factories import tokens, uploads

ACTORS = (
    "visitor",
    "applicant",
    "participant",
    "trainer",
    "own member",
    "other member",
    "staff",
    "manager",
    "office",
    "other manager",
)
LONG_AGO = date(2020, 1, 1)
# A hash of nothing that anybody knows: the account has a password, and no time is spent on hashing.
PASSWORD = "md5$salt$0123456789abcdef0123456789abcdef"


@dataclass
class Tenant:
    """A cluster with everything in it; `things` holds one object for each kind of part of an address."""

    cluster: Cluster
    canary: str
    manager: Person
    staff: Person
    own_member: Person
    other_member: Person
    things: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Clusters a and b of one network, c of another; who stands where; each person's session, made once."""

    a: Tenant
    b: Tenant
    c: Tenant
    people: dict[str, Person]
    sessions: dict[str, str] = field(default_factory=dict)
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def client(self, actor: str) -> Client:
        """The client in which the actor is signed in; it carries nothing of the actor before."""
        Counter.objects.all().delete()
        self.browser.cookies.clear()
        self.browser.handler.enforce_csrf_checks = False
        if actor != "visitor":
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.session(actor)
        return self.browser

    def bearer(self, actor: str, *, who: str = "") -> str:
        """The secret of a token with which the actor would try an operation for this audience."""
        person = self.people[actor]
        place = self._place(person, who)
        key = (actor, str(place.pk) if place else "")
        if key not in self.secrets:
            self.secrets[key] = tokens.token_of(person, place, name=f"{actor} program", last_used_on=today())[1]
        return self.secrets[key]

    def _place(self, person: Person, who: str) -> Any:
        """Her network for what an office does, her cluster for what a cluster does, else her own things."""
        rights = rights_of(person, on=today())
        if who == "network office":
            return next(iter(rights.offices or rights.clusters), None)
        is_of_a_cluster = who.endswith("of the cluster")
        return next(iter(rights.clusters or rights.offices), None) if is_of_a_cluster else None

    def session(self, actor: str) -> str:
        """The key of the session in which the actor is signed in."""
        if actor not in self.sessions:
            client = Client()
            client.force_login(self.people[actor].user)
            self.sessions[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self.sessions[actor]


def build() -> World:
    """Make the world; the database has to be empty but for what migrations ship."""
    north = make.NetworkFactory(slug="north", name="Network North")
    south = make.NetworkFactory(slug="south", name="Network South")
    office, southern_office = person("Office"), person("Southern Office")
    position(office, north.operator, "office")
    position(southern_office, south.operator, "office")
    a = tenant(north, "optics", "amberwick", office)
    b = tenant(north, "textiles", "bronzefield", office)
    c = tenant(south, "forestry", "coralmere", southern_office)
    applicant = person("Applicant")
    a.things["asked"] = JoinRequest.objects.create(
        person=applicant, organisation=a.cluster.organisation, kind="join", message="Please"
    )
    people = {
        "applicant": applicant,
        "participant": person("Participant"),
        "trainer": person("Trainer"),
        "own member": a.own_member,
        "other member": a.other_member,
        "staff": a.staff,
        "manager": a.manager,
        "office": office,
        "other manager": b.manager,
        "manager elsewhere": c.manager,
        "member elsewhere": c.own_member,
        "other staff": b.staff,
    }
    return World(a, b, c, people)


def tenant(network: Network, slug: str, canary: str, office: Person) -> Tenant:
    """A cluster with team, members, people, profiles in each state, requests, waiver and result."""
    hidden = f"hidden-{canary}"
    cluster = make.ClusterFactory(
        network=network, slug=slug, organisation=organisation(f"{slug.title()} Cluster", slug)
    )
    manager, staff = person(f"{hidden} manager"), person(f"{hidden} staff")
    position(manager, cluster.organisation, "manager")
    team_position = position(staff, cluster.organisation, "staff")
    own, own_person = member(cluster, f"{hidden} own", "own")
    _other, other_person = member(cluster, f"{hidden} other", "other")
    colleague = person(f"{hidden} colleague")
    things = {
        "membership": own,
        "organisation": own.organisation,
        "person": colleague,
        "position": position(colleague, own.organisation, "colleague", title=hidden),
        "team position": team_position,
        **profiles(cluster, own, hidden, slug, [manager, office]),
        **requests(cluster, own, hidden),
    }
    things["token"] = tokens.token_of(manager, cluster, name=f"{hidden} program")[0]
    for name, scope, keeper in (("webhook", cluster, manager), ("network webhook", network, office)):
        things[name] = Webhook.objects.create(
            scope_id=scope.pk, kept_by_id=keeper.pk, url=f"https://{hidden}.example/", events=["directory.membership"]
        )
    things["view"] = SavedView.objects.create(
        person=manager, address=f"{cluster.pk}/members", name=f"{hidden} view", query=f"q={hidden}"
    )
    things["task"] = tasks.enqueue(
        actions.change_kinds,
        key=f"{canary} task",
        by=manager,
        scope=cluster,
        title=f"{hidden} task",
        cluster=cluster.pk,
        memberships=[own.pk],
        kind="full",
    )
    things["mail"] = mail_to(own_person, f"{hidden} mail", scope=cluster)
    things["office mail"] = mail_to(office, f"mail on {slug}", scope=network)
    things["own position"] = own_person.positions.get()
    things["invitation"] = Invitation.objects.create(
        cluster=cluster,
        organisation=cluster.organisation,
        role="staff",
        email=f"{hidden}@invited.example",
        invited_by=manager,
        made_at=now(),
        sent_at=now(),
        ends_at=now() + timedelta(days=14),
    )
    return Tenant(cluster, canary, manager, staff, own_person, other_person, things)


def mail_to(who: Person, words: str, *, scope: Any) -> Mail:
    """A mail that waits, in the outbox of a cluster or a network."""
    return Mail.objects.create(
        to_address=who.user.email,
        user=who.user,
        topic="positions",
        template="directory/mail/position_given.txt",
        language="en-gb",
        subject=words,
        source=words,
        about=words,
        message_id=f"<{uuid.uuid4().hex}@testserver>",
        not_before=now() + timedelta(hours=1),
        next_try_at=now() + timedelta(hours=1),
        scope_id=scope.pk,
        by_id=uuid.uuid4(),
        by_name=words,
    )


def organisation(name: str, word: str) -> Any:
    return make.OrganisationFactory(name=name, city=f"{word}-town", keywords=name, website=f"https://{word}.example")


def person(name: str) -> Person:
    address = f"{name.replace(' ', '.')}.{uuid.uuid4().hex[:6]}@people.example".lower()
    user = make.UserFactory(email=address)
    type(user).objects.filter(pk=user.pk).update(password=PASSWORD)
    user.refresh_from_db()
    return make.PersonFactory(given_name=name, family_name=name, email=address, phone=f"+420 {name}", user=user)


def position(who: Person, where: Any, role: str, title: str = "") -> Any:
    return make.PositionFactory(
        person=who, organisation=where, role=role, job_title=title or f"{role} {who.given_name}"
    )


def member(cluster: Cluster, name: str, word: str) -> tuple[Membership, Person]:
    """A member of the cluster with a representative."""
    firm = organisation(name, f"{word}-{cluster.slug}")
    membership = make.MembershipFactory(cluster=cluster, organisation=firm, has_agreement=True)
    representative = person(f"{name} person")
    position(representative, firm, "representative")
    return membership, representative


def profiles(
    cluster: Cluster, own: Membership, hidden: str, slug: str, manager_and_office: list[Person]
) -> dict[str, Any]:
    """A published profile of the cluster that waits again, and a draft of a member."""
    manager, office = manager_and_office
    seen = {"name": f"{slug.title()} Cluster", "country": "CZ", "city": "Brno", "description": f"open {slug}"}
    secret = {"fte": 2, "public_funding_share": 40, "mailbox": f"{hidden}@mail.example", "phone": hidden}
    visibility = {"mailbox": "staff", "phone": "cluster"}
    published = make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        slug=f"{slug}-profile",
        status="submitted",
        values={**seen, **secret, "services": f"{hidden} services"},
        published={**seen, **secret},
        visibility=visibility,
        is_listed=True,
        confirmed_on=today(),
        submitted_at=now(),
        submitted_by=manager,
        reason=hidden,
        search_text=f"open {slug} brno",
    )
    ProfileTerm.objects.create(profile=published, facet="country", code="CZ")
    draft = make.ProfileFactory(
        organisation=own.organisation,
        network=cluster.network,
        type="member",
        slug=f"{slug}-member",
        values={"name": hidden, "country": "CZ", "products": hidden},
        search_text=hidden,
    )
    note = FieldNote.objects.create(profile=published, field="city", text=f"{hidden} note", by=office)
    rule_set = RuleSet.objects.filter(code="eccp").first() or _rule_set()
    rule = rule_set.rules.filter(is_waivable=True).first()
    waiver_key = uuid.uuid4()
    evidence = stored_file(waiver_key, hidden, manager)
    waiver = Waiver.objects.create(
        pk=waiver_key,
        profile=published,
        rule=rule,
        programme=f"Programme {slug}",
        evidence="https://programme.example/",
        evidence_file=evidence,
        valid_until=today() + timedelta(days=90),
        granted_by=office,
        granted_on=today(),
    )
    result = ValidationResult.objects.create(
        profile=published, rule_set=rule_set, checked_on=today(), is_met=True, outcomes=[], signature="unsigned"
    )
    return {
        "profile": published,
        "draft": draft,
        "note": note,
        "rule_set": rule_set,
        "rule": rule,
        "waiver": waiver,
        "file": evidence,
        "result": result,
    }


def stored_file(subject: uuid.UUID, name: str, by: Person) -> StoredFile:
    """Evidence that only the office and the managers read; its bytes lie in the storage."""
    with transaction.atomic():
        upload = uploads.upload(uploads.PDF.replace(b"Catalog", f"Catalog /{name}".encode()), f"{name}.pdf")
        return files.store(upload, kind=EVIDENCE, by=by, scope_id=None, subject_id=subject)


def _rule_set() -> RuleSet:
    rule_set = RuleSet.objects.create(
        code="eccp", name="Criteria", issuer="Issuer", profile_type="cluster", in_force_from=LONG_AGO
    )
    rule_set.rules.create(
        code="staff", order=1, title="Staff", measure="staff", threshold="0.5", is_waivable=True, fields=[]
    )
    return rule_set


def requests(cluster: Cluster, own: Membership, hidden: str) -> dict[str, Any]:
    """A claim of the cluster, which the office decides, and a wish to join the member, which it decides itself."""
    asking = person(f"{hidden} asking")
    claim = JoinRequest.objects.create(
        person=asking, organisation=cluster.organisation, kind="claim", message=f"{hidden} claim"
    )
    join = JoinRequest.objects.create(
        person=asking, organisation=own.organisation, kind="join", message=f"{hidden} join"
    )
    return {"claim": claim, "join": join, "asked": claim, "asking": asking}


def random_key(kind: str) -> str:
    """A part of an address that leads nowhere."""
    return str(uuid.uuid4()) if kind.startswith("uuid") else uuid.uuid4().hex


def state_of(answer: HttpResponse) -> str:
    """What an answer means to the person: one word of the access matrix."""
    code = answer.status_code
    if code in {301, 302, 303} and answer["Location"].startswith(f"{reverse(settings.LOGIN_URL)}?next=/"):
        return "login"
    words = {401: "login", 403: "refused", 404: "not found", 405: "no such method"}
    return "sees" if code in {200, 204, 301, 302, 303, 422} else words.get(code, f"fault {code}")


def user_of(person: Person) -> User:
    assert person.user is not None
    return person.user
