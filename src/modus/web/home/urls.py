"""Addresses of this folder."""

from django.urls import path

from modus.web.home import views

app_name = "home"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("palette/", views.palette, name="palette"),
]
