"""The own person."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from modus.directory.queries import accounts
from modus.directory.queries.history import newest_change
from modus.web.account import own_person
from modus.web.account.forms import PersonForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def person(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = PersonForm(posted(request), initial={**own_person.facts_of(own), "version": own.state})
    form.last_change = partial(newest_change, (own.pk,))
    saved = carried_out(form, lambda said: own_person.correct(own, said))
    if saved:
        messages.success(request, _("Saved."))
        return redirect("account:person")
    context = own_person.page(own, form)
    if settings.OIDC_NAME:
        context |= {"provider_name": settings.OIDC_NAME, "is_linked": accounts.is_linked_to_provider(request.user)}
    return form_page(request, "account/person.html", context)
