"""Addresses of this folder."""

from django.urls import path

from modus.web.home import drafts, views

app_name = "home"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/discard/", drafts.draft_discard, name="draft-discard"),
    path("palette/", views.palette, name="palette"),
]
