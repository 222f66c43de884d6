"""Charts drawn on the server: pure functions from frozen facts to safe SVG, each with its words and its numbers."""

from modus.web.ui.charts.bars import Bar, bars
from modus.web.ui.charts.figure import Headline
from modus.web.ui.charts.lines import Series, lines, sparkline
from modus.web.ui.charts.network import Edge, Node, network
from modus.web.ui.charts.quadrant import Point, quadrant
from modus.web.ui.charts.radar import radar
from modus.web.ui.charts.timetable import Appointment, timetable

__all__ = [
    "Appointment",
    "Bar",
    "Edge",
    "Headline",
    "Node",
    "Point",
    "Series",
    "bars",
    "lines",
    "network",
    "quadrant",
    "radar",
    "sparkline",
    "timetable",
]
