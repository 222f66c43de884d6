"""A public profile, its record for machines, and the page of a passport."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from modus.core.time import today
from modus.directory import rules
from modus.directory.queries.files import waivers_with_evidence
from modus.directory.queries.listing import listed_profile, type_label
from modus.directory.queries.members import members_named_in_public
from modus.directory.queries.open_data import open_record
from modus.directory.queries.profiles import visible_values
from modus.directory.queries.rule_sets import is_newest, passport_of_token, passports_of
from modus.web.public import described, profile_page
from modus.web.public.rows import confirmed_in_words
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.kept import kept_while_nothing_happens
from modus.web.ui.pictures import evidence_lines, picture_or_none


@audience(Audience.EVERYBODY)
@kept_while_nothing_happens
def profile_detail(request: HttpRequest, slug: str) -> HttpResponse:
    on = today()
    profile = listed_profile(slug, on=on)
    if profile is None:
        raise Http404
    rights = visitor.rights_of(request)
    circle = rules.circle_of(rights, profile)
    groups = visible_values(profile, circle)
    record = open_record(profile)
    named = members_named_in_public(profile.organisation, on=on)
    context = {
        "profile": profile,
        "type_label": type_label(profile.type),
        "name": record.values.get("name", profile.slug),
        "description": profile_page.described(groups),
        "groups": profile_page.fact_groups(groups),
        "confirmed": confirmed_in_words(profile.confirmed_on, is_stale=profile.is_stale(on), on=on),
        "is_stale": profile.is_stale(on),
        "lights": profile_page.lights(passports_of(profile, on=on, circle=circle), on=on),
        "logo": picture_or_none(profile_page.logo(groups), _("Logo"), side=96),
        "waivers": evidence_lines(waivers_with_evidence(profile, rights, on=on)),
        "named": named,
        "names": " · ".join(named),
        "schema": described.script_json(described.schema_of(record)),
        "graph": described.open_graph(record),
        "is_own": profile.organisation_id in rights.works_at,
        "may_edit": rules.can_edit_profile(rights, profile.organisation),
    }
    return render(request, "public/profile_detail.html", context)


@audience(Audience.EVERYBODY)
def profile_json(request: HttpRequest, slug: str) -> HttpResponse:
    profile = listed_profile(slug, on=today())
    if profile is None:
        raise Http404
    response = JsonResponse(described.as_data(open_record(profile)), json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@audience(Audience.EVERYBODY)
def passport(request: HttpRequest, token: str) -> HttpResponse:
    on = today()
    found = passport_of_token(token, on=on)
    if found is None or listed_profile(found.result.profile.slug, on=on) is None:
        raise Http404
    context = {
        "passport": found,
        "profile": found.result.profile,
        "logo": picture_or_none(open_record(found.result.profile).values.get("logo"), _("Logo"), side=64),
        "badge": profile_page.state_badge(found, on=on),
        "outcomes": found.outcomes,
        "is_newest": is_newest(found.result),
        "on": on,
    }
    return render(request, "public/passport.html", context)
