"""Addresses of this folder."""

from django.urls import path

from modus.web.home import drafts, views, work

app_name = "home"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/discard/", drafts.draft_discard, name="draft-discard"),
    path("palette/", views.palette, name="palette"),
    path("work/", work.task_list, name="task-list"),
    path("work/<uuid:task>/", work.task_detail, name="task-detail"),
    path("work/<uuid:task>/stop/", work.task_cancel, name="task-cancel"),
]
