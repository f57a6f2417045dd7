"""Addresses of the platform: signing in, one's account, people, the institution.

allauth looks its pages up by its own names; those that are not here are not offered.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import path

from otec_portal.core.sign_in import views as sign_in
from otec_portal.core.views import account as mine
from otec_portal.core.views import mails, memberships, system, training_body, users

_LOGIN, _LOGOUT = "ingresar/", "salir/"

urlpatterns = [
    path(_LOGIN, account.login, name="login"),
    path(_LOGIN, account.login, name="account_login"),
    path("ingresar/segundo-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("ingresar/desactivada/", account.account_inactive, name="account_inactive"),
    path(_LOGOUT, account.logout, name="logout"),
    path(_LOGOUT, account.logout, name="account_logout"),
    path("clave/olvidada/", account.password_reset, name="account_reset_password"),
    path(
        "clave/olvidada/enviada/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "clave/nueva/lista/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "clave/nueva/<str:uidb36>/<str:key>/",
        sign_in.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("perfil/", memberships.choose_membership, name="choose_membership"),
    path("perfil/invitacion/<str:signed>/", memberships.offer, name="offer"),
    path("perfil/ofrecido/<str:signed>/", memberships.answer, name="answer_offer"),
    path("mi-cuenta/", mine.account, name="account"),
    path("mi-cuenta/correo/", mine.change_email, name="change_email"),
    path(
        "mi-cuenta/correo/<str:signed>/", mine.confirm_email, name="confirm_new_email"
    ),
    path("mi-cuenta/sesiones/cerrar/", mine.end_sessions, name="end_sessions"),
    path("mi-cuenta/clave/", account.password_change, name="account_change_password"),
    path("mi-cuenta/confirmar/", account.reauthenticate, name="account_reauthenticate"),
    path("mi-cuenta/confirmar/codigo/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "mi-cuenta/segundo-factor/activar/",
        sign_in.ActivateSecondFactor.as_view(),
        name="mfa_activate_totp",
    ),
    path(
        "mi-cuenta/segundo-factor/quitar/",
        sign_in.DeactivateSecondFactor.as_view(),
        name="mfa_deactivate_totp",
    ),
    path(
        "mi-cuenta/codigos/",
        sign_in.ViewRecoveryCodes.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        "mi-cuenta/codigos/nuevos/",
        sign_in.GenerateRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "mi-cuenta/codigos/descargar/",
        sign_in.DownloadRecoveryCodes.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("usuarios/", users.users, name="users"),
    path("usuarios/invitar/", users.invite, name="invite_user"),
    path("usuarios/<uuid:public_id>/", users.user, name="user"),
    path("usuarios/<uuid:public_id>/corregir/", users.correct, name="correct_user"),
    path("usuarios/<uuid:public_id>/perfil/", users.add_profile, name="add_profile"),
    path("usuarios/<uuid:public_id>/acceso/", users.access, name="user_access"),
    path("usuarios/<uuid:public_id>/invitacion/", users.resend, name="resend_invite"),
    path(
        "usuarios/<uuid:public_id>/segundo-factor/",
        users.reset_second_factor,
        name="reset_second_factor",
    ),
    path("perfiles/<uuid:public_id>/regiones/", users.regions, name="profile_regions"),
    path("perfiles/<uuid:public_id>/quitar/", users.remove, name="remove_profile"),
    path("correos/", mails.mails, name="mails"),
    path("correos/<uuid:public_id>/", mails.mail, name="mail"),
    path("correos/<uuid:public_id>/reenviar/", mails.resend, name="resend_mail"),
    path(
        "correos/<uuid:public_id>/dar-por-enviado/",
        mails.take_as_sent,
        name="take_mail_as_sent",
    ),
    path(
        "correos/<uuid:public_id>/no-llego/",
        mails.not_arrived,
        name="mail_not_arrived",
    ),
    path(
        "correos/<uuid:public_id>/dar-por-resuelto/", mails.dismiss, name="dismiss_mail"
    ),
    path("sistema/", system.system, name="system"),
    path("health", system.health, name="health"),
    path("entidad/", training_body.training_body, name="training_body"),
]
