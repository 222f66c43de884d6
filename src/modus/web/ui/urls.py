"""The catalogue of pieces, in development only."""

from django.urls import path

from modus.web.ui.audience import Audience, audience
from modus.web.ui.catalogue import catalogue

app_name = "ui"
urlpatterns = [path("", audience(Audience.DEVELOPER)(catalogue), name="catalogue")]
