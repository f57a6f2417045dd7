"""The portal's addresses: composition only."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from otec_portal import errors, gallery, home
from otec_portal.core import views as core
from otec_portal.core.forms import SignInForm

urlpatterns = [
    path("", home.home, name="home"),
    path(
        "ingresar/",
        auth.LoginView.as_view(
            template_name="core/login.html",
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
        ),
        name="login",
    ),
    path("salir/", auth.LogoutView.as_view(), name="logout"),
    path("perfil/", core.choose_membership, name="choose_membership"),
    path("componentes/", gallery.gallery, name="components_gallery"),
    path("salud/", login_not_required(errors.alive), name="alive"),
    path("administracion/", admin.site.urls),
    path("", include("courses.urls")),
    path("", include("attendance.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
