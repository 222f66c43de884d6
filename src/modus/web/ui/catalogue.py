"""The development page that shows every piece of the interface once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from modus.web.ui import pieces, sample_charts, samples


def catalogue(request: HttpRequest) -> HttpResponse:
    """Show all pieces, filled with invented facts."""
    request.make_frame = samples.frame  # type: ignore[attr-defined]
    if "toast" in request.GET:
        undo = SafeString('2 members moved to the trash. <form><button type="button">Undo</button></form>')
        messages.success(request, undo, extra_tags="undo")
    return render(request, "ui/catalogue.html", _lists() | _records() | _forms() | _states())


def _lists() -> dict[str, object]:
    return {
        "table": samples.table(),
        "facet_groups": samples.facet_groups(),
        "tabs": [
            pieces.Link("All", samples.LINK, "80", is_current=True),
            pieces.Link("Companies", samples.LINK, "61"),
            pieces.Link("Universities", samples.LINK, "9"),
        ],
        "menu_links": [
            pieces.Link("Import members", samples.LINK, icon="file-up"),
            pieces.Link("Merge doubles", samples.LINK, icon="merge"),
        ],
    }


def _records() -> dict[str, object]:
    return {
        "facts": samples.facts(),
        "timeline": samples.timeline(),
        "neighbours": pieces.Neighbours(samples.LINK, samples.LINK, "3 of 50"),
        "changes": samples.changes(),
        "columns": samples.board_columns(),
        "matrix": samples.matrix(),
        "chips": [
            pieces.Chip("Petr Novák", samples.LINK),
            pieces.Chip("Cerna Lasertechnik", samples.LINK, is_organisation=True),
            pieces.Chip("Eva Rossi", detail="guest"),
        ],
    }


def _forms() -> dict[str, object]:
    wrong = samples.SampleForm({"wrong-name": "Cerna Lasertechnik", "wrong-email": "petr at cerna"}, prefix="wrong")
    return {
        "form": samples.SampleForm(prefix="new"),
        "wrong_form": wrong,
        "file_field": samples.SampleForm(prefix="drop")["logo"],
        "steps": [
            pieces.Step("About you", "done", samples.LINK),
            pieces.Step("Your idea", "current"),
            pieces.Step("Budget"),
            pieces.Step("Look over and send"),
        ],
    }


def _states() -> dict[str, object]:
    return {
        "stats": samples.stats(),
        "rules": samples.rules(),
        "badges": [pieces.Badge(word, tone) for word, tone in _TONES],
        "works": samples.works(),
        "empty": pieces.Empty(
            "No survey yet",
            "A survey tells you what your members need before they leave. Ten minutes for them, five for you.",
            pieces.Link("New survey", samples.LINK),
            pieces.Link("Try with sample data", samples.LINK),
        ),
        "charts": sample_charts.all_charts(),
        "map": sample_charts.sample_map(),
    }


_TONES = (("draft", ""), ("active", "good"), ("due soon", "warn"), ("late", "bad"), ("new", "accent"))
