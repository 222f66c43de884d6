"""The URL table: every address has a view with a declared audience."""

from django.urls import include, path

urlpatterns = [
    path("", include("modus.web.public.urls")),
    path("", include("modus.web.home.urls")),
    path("account/", include("modus.web.account.urls")),
    path("space/<slug:cluster>/", include("modus.web.directory.urls")),
    path("office/<slug:network>/", include("modus.web.network.urls")),
    path("files/", include("modus.web.files.urls")),
    path("profile/", include("modus.web.profile.urls")),
    path("", include("modus.web.operations.urls")),
    path("api/", include("modus.api.urls")),
    path("ui/", include("modus.web.ui.urls")),
]

handler400 = "modus.web.ui.errors.bad_request"
handler403 = "modus.web.ui.errors.permission_denied"
handler404 = "modus.web.ui.errors.not_found"
handler429 = "modus.web.ui.errors.too_many_requests"
handler500 = "modus.web.ui.errors.server_error"
