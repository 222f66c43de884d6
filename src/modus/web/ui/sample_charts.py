"""Invented figures for the charts and the map of the development page."""

from django.utils.safestring import SafeString

from modus.web.ui import charts
from modus.web.ui.charts import Appointment, Bar, Edge, Headline, Node, Point, Series
from modus.web.ui.map import Item, Map, dots_of

N = "n = 31 of 80 (39 %)"
TOPICS = ("Find partners", "Shared testing", "Funding advice", "Training", "New markets", "Talent", "Visibility")


def all_charts() -> list[SafeString]:
    """Give one chart of each kind."""
    return [_bars(), _lines(), _quadrant(), _radar(), _timetable(), _network()]


def sample_map() -> Map:
    """Give a map of Europe with a few places, two of them crowded."""
    places = (("Brno", 49.2, 16.6, 4), ("Lyon", 45.8, 4.8, 2), ("Tampere", 61.5, 23.8, 1), ("Porto", 41.1, -8.6, 1))
    items = [Item(lat, lon, name, "#charts", name) for name, lat, lon, count in places for _ in range(count)]
    items.append(Item(44.8, 20.5, "Belgrade", "#charts", "Belgrade", is_hollow=True))
    return Map("Where 9 clusters lie", dots_of(items))


def _bars() -> SafeString:
    values = ((13.1, 12.4, 13.8), (11.8, 11.0, 12.6), (9.4, 8.1, 10.7), (7.7, 6.9, 8.5))
    items = [Bar(label, value, "", low, high) for label, (value, low, high) in zip(TOPICS, values, strict=False)]
    return charts.bars(
        Headline("Partners are wanted most and served least", "Opportunity score, 0 to 20, spring 2024", N),
        items,
        maximum=20,
        mark=10,
    )


def _lines() -> SafeString:
    quarters = [f"Q{1 + i % 4} {2022 + i // 4}" for i in range(9)]
    return charts.lines(
        Headline("Fees carry a growing part of the income", "Thousand euro a quarter", "n = 80 members"),
        quarters,
        [
            Series(
                "Fees",
                [12, 14, 15, 19, 21, 22, 26, 28, 31],
                [11, 12, 13, 16, 18, 18, 21, 22, 24],
                [13, 16, 17, 22, 24, 26, 31, 34, 38],
            ),
            Series("Projects", [40, 38, 36, 37, 30, 28, None, 22, 20]),
            Series("Services", [5, 6, 6, 8, 9, 9, 11, 12, 14]),
        ],
    )


def _quadrant() -> SafeString:
    places = ((4.6, 2.1), (4.1, 3.0), (3.2, 3.9), (2.4, 2.2), (4.4, 4.2), (3.6, 1.8), (2.0, 4.1))
    points = [Point(label, x, y, 31, 0.3, 0.25) for label, (x, y) in zip(TOPICS, places, strict=True)]
    return charts.quadrant(
        Headline("Partners and talent matter most and satisfy least", "Ratings from 1 to 5, spring 2024", N),
        points,
        axes=("Importance", "Satisfaction"),
        corners=("More than needed", "Keep it up", "Work here first", "Let it rest"),
    )


def _radar() -> SafeString:
    axes = ("Governance", "Finance", "Services", "Strategy", "Network", "Results")
    return charts.radar(
        Headline(
            "Governance is ahead of the network's average, finance behind", "Points from 0 to 5", "n = 14 clusters"
        ),
        axes,
        [
            Series("This cluster", [4.5, 2.0, 3.5, 4.0, 3.0, 2.5]),
            Series("Average of the network", [3.4, 3.1, 3.3, 2.9, 3.2, 2.8]),
        ],
    )


def _timetable() -> SafeString:
    slots = ("09:00", "09:20", "09:40", "10:00")
    tables = ("Table 1", "Table 2", "Table 3", "Table 4")
    pairs = [
        ("Anna Berg", "Petr Novák"),
        ("Ivo Kolar", "Marta Lind"),
        ("Lea Sommer", "Oskar Aleksandrowicz"),
        ("Jan Vos", "Eva Rossi"),
    ]
    held = [
        Appointment(i, (i + j) % 4, *pairs[(i + j * 2) % 4], "locked" if i == j else "")
        for i in range(4)
        for j in range(3)
    ]
    return charts.timetable(
        Headline("12 of 13 meetings held, everybody has at least 3", "Slots of 20 minutes, Brno", "n = 8 people"),
        slots,
        tables,
        held,
    )


def _network() -> SafeString:
    names = ("Aldgate", "Brunn", "Cerna", "Dunaj", "Elbe", "Fjord", "Gera", "Havel", "Inn", "Jizera", "Kamp", "Labe")
    nodes = [Node(name, name, i % 3) for i, name in enumerate(names)]
    edges = [
        Edge(names[i], names[(i * step + 1) % 12], step)
        for i in range(12)
        for step in (2, 5)
        if i != (i * step + 1) % 12
    ]
    return charts.network(
        Headline(
            "Brunn holds the two halves of the cluster together", "Shared projects 2022 to 2024", "n = 12 members"
        ),
        nodes,
        edges,
        ("Company", "University", "Public body"),
    )
