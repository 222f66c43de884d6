"""The map: known points, the frame, and dots that lose nothing."""

from math import asin, cos, hypot, pi, radians, sin, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modus.web.ui import map as europe
from modus.web.ui.map import EARTH_RADIUS_KM, HEIGHT, UNITS_PER_KM, WIDTH, Item, dots_of, plane, project

CENTRE = plane(europe.CENTRE_LAT, europe.CENTRE_LON)
LATITUDES = st.floats(-89.9, 89.9)
LONGITUDES = st.floats(-180, 180)
ITEMS = st.lists(
    st.builds(
        Item,
        lat=st.floats(25, 80),
        lon=st.floats(-40, 60),
        label=st.text(max_size=8),
        url=st.sampled_from(["/a", "/b", ""]),
        group=st.sampled_from("abcdefghij"),
        is_hollow=st.booleans(),
    ),
    max_size=60,
)


def kilometres(point: tuple[float, float]) -> float:
    """Distance on the picture from the centre of the projection."""
    return hypot(point[0] - CENTRE[0], point[1] - CENTRE[1]) / UNITS_PER_KM


def angle(lat: float, lon: float) -> float:
    """Distance on the sphere from the centre of the projection, by the haversine formula."""
    phi, phi1 = radians(lat), radians(europe.CENTRE_LAT)
    half = sin((phi - phi1) / 2) ** 2 + cos(phi) * cos(phi1) * sin(radians(lon - europe.CENTRE_LON) / 2) ** 2
    return 2 * asin(min(1.0, sqrt(half)))


def test_plane_puts_the_centre_of_the_projection_where_the_frame_says():
    x, y = CENTRE
    assert x == pytest.approx(1950 * 0.175)
    assert y == pytest.approx(2254 * 0.175)


def test_plane_puts_the_pole_straight_above_the_centre_at_the_chord():
    x, y = plane(90, 0)
    assert x == pytest.approx(CENTRE[0])
    assert (CENTRE[1] - y) / UNITS_PER_KM == pytest.approx(2 * EARTH_RADIUS_KM * sin(radians(90 - 52) / 2))


@given(LATITUDES, LONGITUDES)
def test_plane_keeps_the_chord_from_the_centre(lat, lon):
    far = angle(lat, lon)
    assume(far < pi - 0.01)
    assert kilometres(plane(lat, lon)) == pytest.approx(2 * EARTH_RADIUS_KM * sin(far / 2), rel=1e-6, abs=1e-3)


@given(st.floats(36, 70), st.floats(-20, 34))
def test_plane_keeps_areas(lat, lon):
    """A small quadrangle of the sphere has the same area on the picture."""
    step = 0.01
    (ax, ay), (bx, by), (cx, cy) = plane(lat, lon), plane(lat + step, lon), plane(lat, lon + step)
    on_picture = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / UNITS_PER_KM**2
    on_sphere = (EARTH_RADIUS_KM * radians(step)) ** 2 * cos(radians(lat))
    assert on_picture == pytest.approx(on_sphere, rel=2e-3)


def test_plane_is_near_the_official_ellipsoidal_projection():
    """The worked example of EPSG:3035: 50 N 5 E is 3 962 799 E, 2 999 719 N, from 4 321 000 E, 3 210 000 N."""
    x, y = plane(50, 5)
    assert (x - CENTRE[0]) / UNITS_PER_KM == pytest.approx(3962.799 - 4321, abs=2)
    assert (CENTRE[1] - y) / UNITS_PER_KM == pytest.approx(2999.719 - 3210, abs=2)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(64.15, -21.94), (38.72, -9.14), (35.17, 33.36), (37.98, 23.73), (71.17, 25.78), (35.9, 14.5), (50.45, 30.52)],
    ids=["Reykjavik", "Lisbon", "Nicosia", "Athens", "North Cape", "Valletta", "Kyiv"],
)
def test_project_holds_europe(lat, lon):
    assert project(lat, lon) is not None


@pytest.mark.parametrize(
    ("lat", "lon"), [(28.1, -15.4), (4.9, -52.3), (-52, -170), (0, 190), (30, 31), (90, 0)]
)  # fmt: skip
def test_project_refuses_what_lies_outside_the_frame(lat, lon):
    assert project(lat, lon) is None


@given(LATITUDES, LONGITUDES)
def test_project_stays_in_the_frame(lat, lon):
    spot = project(lat, lon)
    assert spot is None or (0 <= spot[0] <= WIDTH and 0 <= spot[1] <= HEIGHT)


@given(ITEMS, st.integers(1, 12))
def test_dots_of_keeps_every_item_and_stays_in_the_frame(items, dots_max):
    dots = dots_of(items, dots_max=dots_max)
    assert sum(dot.count for dot in dots) == sum(project(item.lat, item.lon) is not None for item in items)
    assert len(dots) <= dots_max
    for dot in dots:
        assert dot.radius - 0.05 <= dot.x <= WIDTH - dot.radius + 0.05
        assert dot.radius - 0.05 <= dot.y <= HEIGHT - dot.radius + 0.05


@given(st.lists(st.tuples(st.floats(44, 60), st.floats(0, 25)), max_size=40))
def test_dots_of_leaves_no_middle_under_a_greater_dot(places):
    dots = dots_of(Item(lat, lon, "x", "", str(i)) for i, (lat, lon) in enumerate(places))
    for i, dot in enumerate(dots):
        assert all(hypot(dot.x - other.x, dot.y - other.y) > other.radius - 0.3 for other in dots[:i])


@given(ITEMS)
def test_dots_of_does_not_depend_on_the_order_of_groups(items):
    by_group = sorted(items, key=lambda item: item.group, reverse=True)
    stable = [item for key in "abcdefghij" for item in by_group if item.group == key]
    assert dots_of(stable) == dots_of(by_group)


def test_dots_of_makes_one_dot_for_a_group_at_its_mean_place():
    two = [Item(49.2, 16.6, "Čočkovna", "/1", "Brno"), Item(49.2, 16.8, "Duhometr", "/2", "Brno")]
    (dot,) = dots_of(two)
    left, right = project(49.2, 16.6), project(49.2, 16.8)
    assert dot.x == pytest.approx((left[0] + right[0]) / 2, abs=0.1)
    assert (dot.count, dot.label, dot.url) == (2, "Čočkovna, Duhometr", "")
    (linked,) = dots_of(two, url_of_several="/list")
    assert linked.url == "/list"
    (named,) = dots_of(two, groups={"Brno": ("Brno", "/brno")})
    assert (named.label, named.url) == ("Brno", "/brno")


def test_dots_of_joins_towns_that_would_cover_each_other():
    (dot,) = dots_of([Item(55.68, 12.57, "Copenhagen", "/1", "a"), Item(55.7, 12.6, "Øresund", "/2", "b")])
    assert (dot.count, dot.label) == (2, "Copenhagen, Øresund")


def test_dots_of_leaves_a_single_item_its_own_name_and_address():
    (dot,) = dots_of([Item(49.2, 16.6, "Čočkovna", "/1", "Brno")], groups={"Brno": ("Brno", "/brno")})
    assert (dot.count, dot.label, dot.url) == (1, "Čočkovna", "/1")


def test_dots_of_draws_four_times_the_items_twice_as_wide():
    one, four = (dots_of([Item(50, 10, "x", "", "g")] * count)[0] for count in (1, 4))
    assert four.radius == pytest.approx(2 * one.radius)


def test_dots_of_is_hollow_only_when_all_are_hollow():
    full, hollow = Item(50, 10, "a", "", "g"), Item(50, 10, "b", "", "g", is_hollow=True)
    assert dots_of([hollow, hollow])[0].is_hollow
    assert not dots_of([hollow, full])[0].is_hollow
