"""The colour of a cluster on its pages, and the frame of a person's own pages."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from modus.algorithms.colour import contrast_of
from modus.directory.models import Cluster, Network, Person
from modus.web.ui.brand import DARK, LIGHT, Theme, accent_of, stylesheet_of
from tests.factories import directory as make

SignIn = Callable[[Person], Client]
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
SHEET = re.compile(r":root \{\n(?:  --[a-z-]+: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);\n){4}\}\n")


def coloured(cluster: Cluster, colour: str) -> Cluster:
    cluster.brand_colour = colour
    cluster.save(update_fields=["brand_colour"])
    return cluster


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@given(colour=COLOURS)
@example(colour="#ffffff")
@example(colour="#000000")
def test_every_colour_becomes_an_accent_that_can_be_read(theme: Theme, colour: str) -> None:
    accent = accent_of(colour, theme)
    for ground in (theme.paper, theme.raised, theme.sunken, accent.accent_soft, accent.on_accent):
        assert contrast_of(accent.accent, ground) >= 4.5
        assert contrast_of(accent.accent_strong, ground) >= 4.5


@pytest.mark.attack("A-35")
@given(st.one_of(COLOURS, st.text(max_size=40), st.just("#0b5563;}body{display:none}")))
def test_nothing_but_colours_reaches_the_style_sheet(text: str) -> None:
    is_colour = re.fullmatch("#[0-9a-fA-F]{6}", text) is not None
    assert (SHEET.fullmatch(stylesheet_of(text)) is not None) == is_colour
    assert is_colour or stylesheet_of(text) == ""


@pytest.mark.attack("A-35")
@pytest.mark.django_db
def test_the_colour_of_a_cluster_comes_as_its_own_style_sheet(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client, sheet = signed_in(manager), reverse("directory:colours", args=[cluster.slug])
    home = reverse("directory:home", args=[cluster.slug])
    assert sheet not in client.get(home).content.decode()
    coloured(cluster, "#7a1f5c")
    assert f'<link rel="stylesheet" href="{sheet}?7a1f5c">' in client.get(home).content.decode()
    answer = client.get(sheet)
    assert (answer.headers["Content-Type"], answer.content.decode()) == (
        "text/css; charset=utf-8",
        stylesheet_of("#7a1f5c"),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/account/", "/profile/requests/", "/register/", "/search/?q=optics"])
def test_own_pages_lead_back_to_every_place(
    cluster: Cluster, network: Network, manager: Person, signed_in: SignIn, address: str
) -> None:
    make.PositionFactory(organisation=network.operator, person=manager, role="office")
    page = signed_in(manager).get(address).content.decode()
    places = [reverse("directory:home", args=[cluster.slug]), reverse("network:home", args=[network.slug])]
    ways = [reverse("home:home"), *places, reverse("public:directory"), reverse("public:open-data")]
    assert [way for way in ways if f'<a class="nav-link" href="{way}"' not in page] == []


@pytest.mark.django_db
def test_a_visitor_searches_in_the_public_frame(client: Client) -> None:
    page = client.get("/search/?q=optics").content.decode()
    assert ['class="masthead"' in page, 'class="nav-link"' in page] == [True, False]
