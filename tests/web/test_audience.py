"""Pages are for whom they say: the place in the address is the person's own, and only then is its view asked."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from modus.api.audience import Audience as ApiAudience
from modus.api.audience import Declared, admit
from modus.api.errors import NoToken, OutOfScope
from modus.core.errors import NotAllowed
from modus.core.reads import WriteInRead
from modus.core.time import today
from modus.core.tokens import Token
from modus.directory import queries
from modus.directory.models import Cluster, Network, Person
from modus.directory.rules import Rights
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-01", "A-02")]
OF_CLUSTER = (Audience.MEMBER, Audience.STAFF, Audience.MANAGER)


def asking(person: Person | None, method: str = "GET") -> HttpRequest:
    request = getattr(RequestFactory(), method.lower())("/a/")
    request.user = person.user if person else AnonymousUser()
    request.session = {}
    return request


def answer(request: HttpRequest, **at: Any) -> HttpResponse:
    return HttpResponse(repr(sorted((name, str(place.pk)) for name, place in at.items())))


def opened(who: Audience, request: HttpRequest, **more: Any) -> str:
    """What became of a request: the view's answer, or the way in which it was turned away."""
    at = {key: more.pop(key) for key in ("cluster", "network") if key in more}
    try:
        response = audience(who, **more)(answer)(request, **at)
    except (Http404, NotAllowed) as refusal:
        return type(refusal).__name__
    if response.status_code == 200:
        return response.content.decode()
    return f"{response.status_code} {response.headers.get('Location', '')}".strip()


@pytest.fixture
def people(cluster: Cluster, other_cluster: Cluster, manager: Person, office: Person) -> dict[str, Person]:
    return {
        "manager": manager,
        "staff": make.staff_of(cluster),
        "member": make.member_of(cluster),
        "foreign manager": make.manager_of(other_cluster),
        "office": office,
        "nobody": make.PersonFactory(),
    }


def test_a_page_of_a_cluster_opens_to_its_circle_and_hides_from_strangers(
    cluster: Cluster, people: dict[str, Person]
) -> None:
    found = {
        who.name: {name: opened(who, asking(person), cluster="optics") for name, person in people.items()}
        for who in OF_CLUSTER
    }
    yes, strangers = (
        f"[('cluster', '{cluster.pk}')]",
        {"foreign manager": "Http404", "office": "Http404", "nobody": "Http404"},
    )
    assert found == {
        "MEMBER": {"manager": yes, "staff": yes, "member": yes, **strangers},
        "STAFF": {"manager": yes, "staff": yes, "member": "NotAllowed", **strangers},
        "MANAGER": {"manager": yes, "staff": "NotAllowed", "member": "NotAllowed", **strangers},
    }
    assert opened(Audience.MEMBER, asking(people["manager"]), cluster="textiles") == "Http404"


def test_a_page_of_the_office_opens_to_it_and_to_nobody_else(network: Network, people: dict[str, Person]) -> None:
    found = {name: opened(Audience.OFFICE, asking(person), network="north") for name, person in people.items()}
    assert found == {name: f"[('network', '{network.pk}')]" if name == "office" else "Http404" for name in people}
    assert opened(Audience.OFFICE, asking(people["office"]), network="south") == "Http404"


def test_a_visitor_sees_public_pages_and_is_asked_to_sign_in_elsewhere(people: dict[str, Person]) -> None:
    assert opened(Audience.EVERYBODY, asking(None)) == "[]"
    assert opened(Audience.SIGNED_IN, asking(people["nobody"])) == "[]"
    for who in (Audience.SIGNED_IN, *OF_CLUSTER, Audience.OFFICE):
        assert opened(who, asking(None), cluster="optics").startswith("302 /account/")


def test_pages_for_development_are_there_in_development_only(settings: Any) -> None:
    settings.DEBUG = False
    assert opened(Audience.DEVELOPER, asking(None)) == "Http404"
    settings.DEBUG = True
    assert opened(Audience.DEVELOPER, asking(None)) == "[]"


@pytest.mark.parametrize(
    ("methods", "answers"),
    [
        (("GET",), {"GET": "[]", "HEAD": "[]", "POST": "405", "PUT": "405"}),
        (("POST",), {"GET": "405", "HEAD": "405", "POST": "[]", "PUT": "405"}),
        (("GET", "POST"), {"GET": "[]", "HEAD": "[]", "POST": "[]", "DELETE": "405"}),
    ],
)
def test_an_address_takes_the_methods_that_it_names(methods: tuple[str, ...], answers: dict[str, str]) -> None:
    found = {method: opened(Audience.EVERYBODY, asking(None, method), methods=methods) for method in answers}
    assert found == answers
    view = audience(Audience.STAFF, methods=methods)(answer)
    assert (view.audience, view.methods) == (Audience.STAFF, methods)  # type: ignore[attr-defined]


def test_who_owes_a_second_factor_gets_no_further_than_to_set_one_up(settings: Any, people: dict[str, Person]) -> None:
    settings.SECOND_FACTOR = "staff"
    assert opened(Audience.SIGNED_IN, asking(people["manager"])).startswith("302 /account/")
    assert opened(Audience.SIGNED_IN, asking(people["manager"]), is_on_the_way_in=True) == "[]"
    assert opened(Audience.MEMBER, asking(people["manager"]), is_on_the_way_in=True, cluster="optics") == "Http404"
    assert opened(Audience.SIGNED_IN, asking(people["member"])) == "[]"
    request = asking(people["manager"])
    assert (visitor.rights_of(request), visitor.owes_second_factor(request)) == (Rights(), True)
    settings.SECOND_FACTOR = "all"
    assert (visitor.rights_of(asking(None)), visitor.owes_second_factor(asking(None))) == (Rights(), False)
    settings.SECOND_FACTOR = "no"
    assert opened(Audience.SIGNED_IN, asking(people["manager"])) == "[]"


def test_a_read_that_writes_is_stopped_where_reads_are_guarded(settings: Any) -> None:
    @transaction.atomic
    def writing(request: HttpRequest) -> HttpResponse:
        make.UserFactory()
        return HttpResponse()

    view = audience(Audience.EVERYBODY, methods=("GET", "POST"))(writing)
    for method in ("GET", "HEAD"):
        with pytest.raises(WriteInRead):
            view(asking(None, method))
    assert view(asking(None, "POST")).status_code == 200
    settings.GUARD_READS = False
    assert view(asking(None)).status_code == 200


def test_a_visitor_is_nobody_and_everybody_is_looked_up_once(
    people: dict[str, Person], django_assert_num_queries: Any
) -> None:
    assert visitor.person_or_none(asking(None)) is None
    with pytest.raises(NotAllowed):
        visitor.person_of(asking(None))
    assert (visitor.rights_of(asking(None)), visitor.owes_second_factor(asking(None))) == (Rights(), False)
    request = asking(people["member"])
    assert visitor.person_of(request) == people["member"]
    assert visitor.rights_of(request) == queries.rights_of(people["member"], on=today())
    with django_assert_num_queries(0):
        assert visitor.person_or_none(request) == people["member"]
        assert len(visitor.rights_of(request).clusters) == 1


def called(person: Person, token: Token | None, declared: Declared, **at: str) -> str:
    """What became of a call: the place that it was admitted to, or its refusal."""
    call: Any = RequestFactory().get("/")
    person.token = token
    call.person, call.rights = person, queries.rights_of(person, on=today())
    try:
        admit(call, declared, at)
    except (OutOfScope, NoToken, NotAllowed) as refusal:
        return type(refusal).__name__
    place = getattr(call, "cluster", None) or getattr(call, "network", None)
    return place.slug if place else "in"


def operation(who: ApiAudience, method: str = "GET", area: str = "members") -> Declared:
    return Declared("name", method, who, area)


def test_a_token_opens_its_own_place_areas_and_methods(
    cluster: Cluster, network: Network, people: dict[str, Person]
) -> None:
    manager, office = people["manager"], people["office"]
    here = Token(scope_id=cluster.pk, areas=["members"], may_write=False)
    writing = Token(scope_id=cluster.pk, areas=["members"], may_write=True)
    own = Token(scope_id=None, areas=["members"], may_write=True)
    there = Token(scope_id=network.pk, areas=["members"], may_write=True)
    staff = operation(ApiAudience.STAFF)
    assert called(manager, here, staff, cluster="optics") == "optics"
    assert called(manager, here, staff, cluster="textiles") == "NoToken"
    assert called(manager, own, staff, cluster="optics") == "OutOfScope"
    assert called(manager, None, staff, cluster="optics") == "OutOfScope"
    assert called(manager, here, operation(ApiAudience.STAFF, area="people"), cluster="optics") == "OutOfScope"
    assert called(manager, here, operation(ApiAudience.STAFF, area=""), cluster="optics") == "optics"
    assert called(manager, here, operation(ApiAudience.STAFF, "POST"), cluster="optics") == "OutOfScope"
    assert called(manager, writing, operation(ApiAudience.STAFF, "POST"), cluster="optics") == "optics"
    assert called(manager, writing, operation(ApiAudience.OWN)) == "OutOfScope"
    assert called(manager, own, operation(ApiAudience.OWN)) == "in"
    assert called(manager, here, operation(ApiAudience.BEARER)) == "in"
    assert called(office, there, operation(ApiAudience.OFFICE), network="north") == "north"
    assert called(office, there, operation(ApiAudience.OFFICE), network="south") == "NoToken"
    assert called(office, there, staff, cluster="optics") == "OutOfScope"
    assert called(manager, here, operation(ApiAudience.OFFICE), network="north") == "OutOfScope"


@pytest.mark.parametrize(
    ("who", "admitted"),
    [
        (ApiAudience.MEMBER, {"manager", "staff", "member"}),
        (ApiAudience.STAFF, {"manager", "staff"}),
        (ApiAudience.MANAGER, {"manager"}),
    ],
)
def test_a_token_opens_no_more_than_its_owner_may(
    cluster: Cluster, people: dict[str, Person], who: ApiAudience, admitted: set[str]
) -> None:
    token = Token(scope_id=cluster.pk, areas=["members"])
    found = {name: called(person, token, operation(who), cluster="optics") for name, person in people.items()}
    inside = {"manager", "staff", "member"}
    assert {name for name, said in found.items() if said == "optics"} == admitted
    assert {name for name, said in found.items() if said == "NotAllowed"} == inside - admitted
    assert {said for name, said in found.items() if name not in inside} == {"OutOfScope"}
