"""Addresses of this folder."""

from django.urls import URLPattern, path

from modus.web.public.views import directory, open_data, profile, registration, site

app_name = "public"
urlpatterns: list[URLPattern] = [
    path("", directory.home, name="home"),
    path("directory/", directory.directory, name="directory"),
    path("directory/map/", directory.directory_map, name="directory-map"),
    path("directory/<slug:slug>.json", profile.profile_json, name="profile-json"),
    path("directory/<slug:slug>/", profile.profile_detail, name="profile-detail"),
    path("directory/<slug:slug>/claim/", registration.claim, name="claim"),
    path("open-data/", open_data.open_data, name="open-data"),
    path("open-data/directory.csv", open_data.open_data_csv, name="open-data-csv"),
    path("open-data/directory.json", open_data.open_data_json, name="open-data-json"),
    path("passport/<str:token>/", profile.passport, name="passport"),
    path("register/", registration.registration_create, name="registration-create"),
    path("register/duplicates/", registration.registration_duplicates, name="registration-duplicates"),
    path("accessibility/", site.accessibility, name="accessibility"),
    path("privacy/", site.privacy, name="privacy"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
]
