"""The own person."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from modus.directory import actions
from modus.directory.queries import accounts
from modus.web.account import own_person
from modus.web.account.forms import PersonForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def person(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm(initial=own_person.facts_of(own))
    saved = carried_out(form, lambda data: actions.correct_person(own, facts=data, by=own))
    if saved:
        messages.success(request, _("Saved."))
        return redirect("account:person")
    context = own_person.page(own, form)
    if settings.OIDC_NAME:
        context |= {"provider_name": settings.OIDC_NAME, "is_linked": accounts.is_linked_to_provider(request.user)}
    return form_page(request, "account/person.html", context)
