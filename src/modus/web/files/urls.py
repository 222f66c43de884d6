"""The address of every file."""

from django.urls import path

from modus.web.files import views

app_name = "files"

urlpatterns = [path("<uuid:file>/<slug:form>/", views.file, name="file")]
