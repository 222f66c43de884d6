"""Addresses of this folder."""

from django.urls import URLPattern, path

from modus.web.operations import views

app_name = "operations"
urlpatterns: list[URLPattern] = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path(".well-known/security.txt", views.security_contact, name="security-contact"),
]
