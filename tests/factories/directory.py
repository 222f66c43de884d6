"""The directory's objects for tests; names are unlike each other so that a leak can be seen."""

from datetime import date
from typing import Any

import factory

from modus.algorithms.text import domain_of, fold
from modus.core.users import User
from modus.directory.models import Cluster, ClusterSlug, Membership, Network, Organisation, Person, Position, Profile

LONG_AGO = date(2020, 1, 1)
# A cluster that meets the shipped rules.
ENOUGH = {
    "website_english": "https://optics.example/en",
    "founded": 2012,
    "members": 36,
    "smes": 30,
    "universities": 6,
    "fte": 1.5,
    "public_link": "Region of Olomouc",
}


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@people.example")

    @factory.post_generation
    def password(self, create: bool, value: str | None, **kwargs: Any) -> None:
        self.set_unusable_password() if value is None else self.set_password(value)
        self.save()


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    kind = "small"
    country = "CZ"
    sort_name = factory.LazyAttribute(lambda o: fold(o.name))
    search_text = factory.LazyAttribute(lambda o: fold(o.name))
    domain = factory.LazyAttribute(lambda o: domain_of(getattr(o, "website", "") or ""))


class NetworkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Network

    slug = factory.Sequence(lambda n: f"network-{n}")
    name = factory.Sequence(lambda n: f"Network {n}")
    operator = factory.SubFactory(OrganisationFactory)


class ClusterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cluster
        skip_postgeneration_save = True

    network = factory.SubFactory(NetworkFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind="other")
    slug = factory.Sequence(lambda n: f"cluster-{n}")

    @factory.post_generation
    def slugs(self, create: bool, value: Any, **kwargs: Any) -> None:
        ClusterSlug.objects.create(slug=self.slug, cluster=self)


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    given_name = factory.Sequence(lambda n: f"Given{n}")
    family_name = factory.Sequence(lambda n: f"Family{n}")
    email = factory.Sequence(lambda n: f"person{n}@people.example")
    user = factory.SubFactory(UserFactory)
    sort_name = factory.LazyAttribute(lambda p: fold(f"{p.family_name} {p.given_name}"))
    search_text = factory.LazyAttribute(lambda p: fold(f"{p.given_name} {p.family_name} {p.email}"))


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    cluster = factory.SubFactory(ClusterFactory)
    organisation = factory.SubFactory(OrganisationFactory, kept_by=factory.SelfAttribute("..cluster"))
    joined_on = LONG_AGO
    sort_name = factory.LazyAttribute(lambda m: m.organisation.sort_name)
    search_text = factory.LazyAttribute(lambda m: m.organisation.search_text)
    organisation_kind = factory.LazyAttribute(lambda m: m.organisation.kind)
    organisation_country = factory.LazyAttribute(lambda m: m.organisation.country)


class PositionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Position

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "colleague"
    starts_on = LONG_AGO


class ProfileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Profile

    organisation = factory.SubFactory(OrganisationFactory)
    network = factory.SubFactory(NetworkFactory)
    type = "cluster"
    slug = factory.Sequence(lambda n: f"profile-{n}")
    sort_name = factory.LazyAttribute(lambda p: p.organisation.sort_name)
    values = factory.LazyAttribute(lambda p: {"name": p.organisation.name, "country": p.organisation.country})


def manager_of(cluster: Cluster) -> Person:
    """A person who manages the cluster."""
    return PositionFactory(organisation=cluster.organisation, role="manager").person


def staff_of(cluster: Cluster) -> Person:
    """A person of the cluster's staff."""
    return PositionFactory(organisation=cluster.organisation, role="staff").person


def office_of(network: Network) -> Person:
    """A person of the network's office."""
    return PositionFactory(organisation=network.operator, role="office").person


def member_of(cluster: Cluster, *, role: str = "representative", **organisation: Any) -> Person:
    """A person at a new member of the cluster."""
    membership = MembershipFactory(cluster=cluster, organisation=OrganisationFactory(kept_by=cluster, **organisation))
    return PositionFactory(organisation=membership.organisation, role=role).person
