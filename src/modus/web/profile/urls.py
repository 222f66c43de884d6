"""Addresses of profiles and of the requests to speak for an organisation."""

from django.urls import path

from modus.web.profile import requests, views

app_name = "profile"

urlpatterns = [
    path("of/<uuid:organisation>/", views.organisation, name="organisation"),
    path("requests/", requests.request_list, name="request-list"),
    path("requests/new/<uuid:organisation>/", requests.request_create, name="request-create"),
    path("requests/<uuid:join_request>/decide/", requests.request_decide, name="request-decide"),
    path("requests/<uuid:join_request>/withdraw/", requests.request_withdraw, name="request-withdraw"),
    path("<uuid:profile>/", views.detail, name="detail"),
    path("<uuid:profile>/edit/", views.edit, name="edit"),
    path("<uuid:profile>/submit/", views.submit, name="submit"),
    path("<uuid:profile>/confirm/", views.confirm, name="confirm"),
    path("<uuid:profile>/withdraw/", views.withdraw, name="withdraw"),
]
