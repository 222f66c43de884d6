"""Registering an organisation, with a look whether it is there already; and asking for one that is."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.queries.duplicates import likely_duplicates
from modus.directory.queries.listing import listed_profile, open_networks
from modus.web.public import registering
from modus.web.public.forms import ClaimForm, RegistrationForm, RegistrationStartForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def registration_create(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _registration_begun(request)
    networks = open_networks()
    form = RegistrationForm(request.POST, networks=registering.choices(networks))
    duplicates = registering.duplicates_to_show(form, request.POST.get("none_of_these"))
    if duplicates:
        start = registering.start_in_words(form.cleaned_data)
        context = {
            "form": form,
            "duplicates": duplicates,
            "steps": registering.steps(2),
            "start": start,
            "must_decide": True,
        }
        return render(request, "public/registration_form.html", context, status=422)
    by = visitor.person_of(request)
    profile = carried_out(form, lambda data: registering.register(data, networks, by=by))
    if profile is None:
        context = {"form": form, "steps": registering.steps(2)}
        return render(request, "public/registration_form.html", context, status=422)
    messages.success(request, _("Registered. You speak for this organisation now; nobody else sees it yet."))
    return redirect("profile:edit", profile.pk)


def _registration_begun(request: HttpRequest) -> HttpResponse:
    is_answered = any(name in request.GET for name in RegistrationStartForm.base_fields)
    start = RegistrationStartForm(request.GET if is_answered else None)
    if not start.is_bound or not start.is_valid():
        context = {"form": start, "steps": registering.steps(1)}
        return form_page(request, "public/registration_start.html", context)
    form = RegistrationForm(initial=start.cleaned_data, networks=registering.choices(open_networks()))
    context = {"form": form, "steps": registering.steps(2), "start": registering.start_in_words(start.cleaned_data)}
    return render(request, "public/registration_form.html", context)


@audience(Audience.SIGNED_IN)
def registration_duplicates(request: HttpRequest) -> HttpResponse:
    name, website, country = (request.GET.get(key, "")[:300] for key in ("name", "website", "country"))
    found = likely_duplicates(name=name, website=website, country=country, on=today())
    return render(request, "public/_duplicates.html", {"duplicates": found})


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    on, by = today(), visitor.person_of(request)
    profile = listed_profile(slug, on=on)
    if profile is None:
        raise Http404
    form = ClaimForm(request.POST if request.method == "POST" else None)
    organisation = profile.organisation
    asked = carried_out(form, lambda data: actions.ask_for_organisation(organisation, message=data["message"], by=by))
    if asked:
        messages.success(request, _("Asked. Your request waits for a decision."))
        return redirect("public:profile-detail", slug)
    context = {
        "form": form,
        "profile": profile,
        "is_spoken_for": queries.somebody_speaks_for(profile.organisation, on=on),
        "works_there": profile.organisation_id in visitor.rights_of(request).works_at,
        "has_matching_domain": registering.has_matching_domain(request.user.email, profile.organisation.domain),  # type: ignore[union-attr]
    }
    return form_page(request, "public/claim.html", context)
