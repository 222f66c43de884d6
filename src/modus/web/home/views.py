"""Where somebody arrives after signing in, and the search over everything that she may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from modus.core.time import today
from modus.directory import queries
from modus.directory.queries import requests
from modus.directory.queries import search as searching
from modus.web.home import answers
from modus.web.ui import frames, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.pieces import Group


@audience(Audience.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    person = visitor.person_or_none(request)
    rights = visitor.rights_of(request)
    places = answers.places(rights)
    if len(places) == 1:
        return redirect(places[0].url)
    places = places or answers.own_profiles(queries.profiles_spoken_for(rights))
    asked = list(requests.requests_of(person)) if person else []
    return render(request, "home/home.html", {"places": places, "asked": asked, "person": person})


@audience(Audience.EVERYBODY)
def search(request: HttpRequest) -> HttpResponse:
    text, layout = _text(request), "layout_public.html"
    if request.user.is_authenticated:
        frames.attach_person(request)
        layout = "layout.html"
    return render(request, "home/search.html", {"query": text, "groups": _groups(request, text), "layout": layout})


@audience(Audience.EVERYBODY)
def palette(request: HttpRequest) -> HttpResponse:
    text = _text(request)
    return render(request, "ui/_palette.html", {"query": text, "groups": _groups(request, text)})


def _text(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "")[: searching.LONGEST].replace("\x00", "").split())


def _groups(request: HttpRequest, text: str) -> list[Group]:
    rights = visitor.rights_of(request) if request.user.is_authenticated else searching.NOBODY
    return answers.groups(rights, text, searching.answers_for(rights, text, on=today()))
