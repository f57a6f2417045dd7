"""The portal's addresses: composition only."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from courses import urls as courses
from otec_portal import action_page, errors, gallery, history, home

# one way in for everybody: with its limits and the second factor
admin.site.login = secure_admin_login(  # type: ignore[method-assign,no-untyped-call]
    admin.site.login
)

urlpatterns = [
    path("", home.home, name="home"),
    path("en-vivo/", home.live, name="live"),
    path("historial/", history.history, name="history"),
    path("componentes/", gallery.gallery, name="components_gallery"),
    path("salud/", login_not_required(errors.alive), name="alive"),
    path(
        "administracion/password_change/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="admin_password_change",
    ),
    path("administracion/", admin.site.urls),
    path("", include("otec_portal.core.urls")),
    path("", include("attendance.urls")),
    path("", include("certificates.urls")),
    path("", include("liquidation.urls")),
    path(
        "",
        include(
            ([*courses.urlpatterns, *action_page.urlpatterns], courses.app_name),
        ),
    ),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler429 = errors.too_many_requests
handler500 = errors.server_error
