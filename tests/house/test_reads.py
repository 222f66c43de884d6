"""Every address says whom it is for, and no GET writes."""

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from modus.core.reads import WriteInRead
from modus.directory.models import Network
from modus.web.ui.audience import Audience, audience
from tests.factories import directory as make
from tests.house.routes import all_patterns, all_routes

# Parts of addresses that may be guessed or counted; ids are UUIDs, slugs or tokens.
COUNTABLE = {"int"}


def test_every_address_declares_whom_it_is_for() -> None:
    undeclared = [
        name
        for name, pattern in all_patterns()
        if not hasattr(pattern.callback, "audience") and not hasattr(pattern.callback, "operations")
    ]
    assert not undeclared, f"Decorate these views with @audience(…) from modus.web.ui.audience: {undeclared}"


def test_every_address_has_a_name_of_its_own() -> None:
    names = [name for name, _pattern in all_patterns()]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, f"Two addresses bear the same name: {twice}"
    nameless = [name for name, pattern in all_patterns() if not pattern.name]
    assert not nameless, f"Give these addresses a name: {nameless}"


def test_no_address_counts_its_things() -> None:
    counting = [route.address for route in all_routes() for _name, kind in route.parts if kind in COUNTABLE]
    assert not counting, f"Ids in addresses are UUIDs or slugs, never numbers: {counting}"


def test_reads_are_guarded_in_tests() -> None:
    assert settings.GUARD_READS


@pytest.fixture
def network_row(db: None) -> Network:
    return make.NetworkFactory(name="Before")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_that_writes_is_stopped(method: str, network_row: Network) -> None:
    @audience(Audience.EVERYBODY)
    def view(request: HttpRequest) -> HttpResponse:
        Network.objects.filter(pk=network_row.pk).update(name="After")
        return HttpResponse()

    request = RequestFactory().generic(method, "/")
    request.user = AnonymousUser()
    with pytest.raises(WriteInRead), transaction.atomic():
        view(request)
    network_row.refresh_from_db()
    assert network_row.name == "Before"


def test_a_get_that_reads_passes(network_row: Network) -> None:
    @audience(Audience.EVERYBODY)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(Network.objects.filter(pk=network_row.pk).count()))

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert view(request).content == b"1"


def test_a_method_that_is_not_declared_is_refused() -> None:
    @audience(Audience.EVERYBODY)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    answer = view(RequestFactory().post("/"))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
