"""Invented facts for the development page that shows every piece."""

from datetime import date

from django import forms

from modus.core.files.kinds import PICTURES, Kind
from modus.web.ui import charts, pieces
from modus.web.ui.context import Entry, Frame
from modus.web.ui.uploads import UploadField

LINK = "#content"
NAMES = ("Aldgate Optics", "Brunn Robotik", "Cerna Lasertechnik", "Dunaj Sensors", "Elbe Composites", "Fjord Analytics")


class SampleForm(forms.Form):
    """Every kind of field that a page may need."""

    name = forms.CharField(
        label="Name of the organisation", help_text="As in the public register, with its legal form."
    )
    email = forms.EmailField(label="Address for mail", help_text="Invoices and invitations go here.")
    size = forms.ChoiceField(
        label="Size",
        choices=[("", "Choose"), ("small", "Small, up to 49 people"), ("large", "Large, 250 people or more")],
    )
    joined_on = forms.DateField(label="Joined on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kinds = forms.MultipleChoiceField(
        label="What it looks for",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("partners", "Partners for projects"), ("talent", "Talent"), ("markets", "New markets")],
    )
    about = forms.CharField(
        label="In a few words", required=False, widget=forms.Textarea, help_text="Up to 600 characters."
    )
    is_public = forms.BooleanField(
        label="Show in the public directory", required=False, help_text="Without the mail address."
    )
    logo = UploadField(
        Kind("sample", "Logo", PICTURES, 5_000_000), required=False, help_text="PNG, JPEG or WebP, up to 5 MB."
    )


def frame() -> Frame:
    """Give a frame as a manager of a cluster sees it."""
    ways = [
        ("Home", "house", 0),
        ("Members", "building-2", 0),
        ("Needs", "message-circle-question-mark", 3),
        ("Strategy", "compass", 0),
        ("Exchange", "arrow-left-right", 2),
        ("Meetings", "calendar-days", 0),
        ("Academy", "graduation-cap", 0),
        ("Money", "wallet", 0),
        ("Results", "chart-line", 0),
    ]
    return Frame(
        place="space",
        title="Photonics Valley",
        subtitle="Cluster of 80 members",
        entries=[Entry(label, LINK, icon, label == "Members", count) for label, icon, count in ways],
        spaces=[Entry("Photonics Valley", LINK, "", True), Entry("Northern Clusters", LINK)],
        person_name="Jana Malá",
    )


def table() -> pieces.Table:
    """Give a list with everything a list can do."""
    tones = (("active", "good"), ("guest", ""), ("leaving", "warn"))
    rows = [
        pieces.Row(
            key=str(number),
            url=LINK,
            label=name,
            cells=(
                name,
                ("Small", "Medium", "Large")[number % 3],
                pieces.Badge(*tones[number % 3]),
                f"{(number * 7) % 30 + 4}",
                f"{12 + number} Mar 2024",
            ),
        )
        for number, name in enumerate(NAMES)
    ]
    return pieces.Table(
        caption="Members of the cluster",
        columns=(
            pieces.Column("Organisation", LINK, "ascending"),
            pieces.Column("Size", LINK),
            pieces.Column("State"),
            pieces.Column("Answers", LINK, is_number=True),
            pieces.Column("Last seen", LINK, is_extra=True),
        ),
        rows=rows,
        total=80,
        paging=pieces.Paging("1 to 6 of 80 members", "", LINK),
        acts=(pieces.BulkAct("Add a tag", LINK), pieces.BulkAct("Invite to a survey", LINK, "primary")),
        filters=(
            pieces.FilterChip("Small", LINK, 31, True),
            pieces.FilterChip("Large", LINK, 12),
            pieces.FilterChip("Not answered", LINK, 49),
        ),
        views=(pieces.Link("All members", LINK, "80", "", True), pieces.Link("Silent for 90 days", LINK, "7")),
        save_view_url=LINK,
        csv_url=LINK,
        xlsx_url=LINK,
        search_label="Find a member",
    )


def facet_groups() -> list[pieces.FacetGroup]:
    """Give two questions by which a list is narrowed."""
    return [
        pieces.FacetGroup("Country", [pieces.Facet("Austria", LINK, 12, True), pieces.Facet("Czechia", LINK, 31)]),
        pieces.FacetGroup("Size", [pieces.Facet("Small", LINK, 31), pieces.Facet("Large", LINK, 12)]),
    ]


def stats() -> list[pieces.Stat]:
    """Give four figures, none of them bare."""
    course = charts.sparkline([61, 64, 66, 70, 71, 76, 80], "Members from 61 to 80 within two years")
    return [
        pieces.Stat("Members", "80", "", "5 more than a year ago", LINK, course),
        pieces.Stat("Needs survey", "39", "%", "31 of 80 answered, spring 2024", LINK),
        pieces.Stat("Steps on time", "18", "of 24", "since January 2024", LINK),
        pieces.Stat("Secured", "7.5", "months", "at the planned costs of 2024", LINK),
    ]


def facts() -> list[pieces.Fact]:
    """Give the facts of a record."""
    return [
        pieces.Fact("Legal name", "Cerna Lasertechnik s.r.o.", LINK),
        pieces.Fact("Contact", pieces.Chip("Petr Novák", LINK)),
        pieces.Fact("State", pieces.Badge("active", "good")),
        pieces.Fact("VAT number", ""),
    ]


def timeline() -> list[pieces.TimelineEntry]:
    """Give what happened to a record."""
    return [
        pieces.TimelineEntry(date(2024, 3, 12), "Answered the needs survey", "Petr Novák", "Asks for a laser partner."),
        pieces.TimelineEntry(date(2024, 2, 2), "Visited by the cluster", "Jana Malá", "", LINK),
        pieces.TimelineEntry(date(2023, 11, 20), "Became a member", "Jana Malá"),
    ]


def works() -> list[pieces.Progress]:
    """Work that goes on, that waits, and that ended well and less well."""
    return [
        pieces.Progress("Sending 80 invitations", 52, 80, "about 14 seconds left", "", LINK),
        pieces.Progress("Check 214 profiles", 0, 0, outcome="It waits for its turn and begins by itself."),
        pieces.Progress(
            "Change 120 members to: Associated",
            *(120, 120),
            is_finished=True,
            outcome="118 members are changed. 2 could not be changed.",
            tone="good",
        ),
        pieces.Progress(
            "Change 90 members to: Full",
            *(30, 90),
            is_finished=True,
            outcome="Stopped after 30 of 90. 30 members are changed. 60 others are as they were.",
            tone="warn",
        ),
    ]


def rules() -> list[pieces.Rule]:
    """Give rules in all four states."""
    return [
        pieces.Rule("At least three countries", "pass", "5 countries"),
        pieces.Rule("At most four people from one cluster", "fail", "Photonics Valley has 6"),
        pieces.Rule("A third comes for the first time", "amber", "15 of 45 (33 %), none to spare"),
        pieces.Rule("A letter of the manager", "waived", "by Jana Malá on Tue 12 Mar 2024: sent by post"),
    ]


def board_columns() -> list[pieces.BoardColumn]:
    """Give a board with three columns."""
    return [
        pieces.BoardColumn(
            "open",
            "To do",
            [
                pieces.Card("1", "Chase silent members", "6 have not answered", LINK),
                pieces.Card("2", "Book the hall", "until Fri 29 Mar 2024"),
            ],
        ),
        pieces.BoardColumn(
            "doing", "Under way", [pieces.Card("3", "Write to the region", "", LINK, pieces.Badge("late", "bad"))], 3
        ),
        pieces.BoardColumn("done", "Done", []),
    ]


def matrix() -> pieces.Matrix:
    """Give goals against needs."""
    yes, part = pieces.Badge("serves", "good"), pieces.Badge("in part", "warn")
    rows = [("New markets", (yes, "", part)), ("Skills for lasers", ("", yes, "")), ("Shared testing", (part, "", yes))]
    return pieces.Matrix("Which goal serves which need", ("Export", "Training", "Laboratory"), rows, "Need")


def changes() -> list[pieces.Change]:
    """Give a record before and after."""
    return [
        pieces.Change("Name", "Cerna Laser", "Cerna Lasertechnik s.r.o."),
        pieces.Change("Website", "", "https://cerna.example"),
        pieces.Change("Phone", "+420 000 000 000", ""),
    ]
