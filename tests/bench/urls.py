"""The portal's addresses and those of the bare views."""

from django.urls import include, path

from otec_portal.urls import handler400, handler403, handler404, handler500
from tests.bench import bare, raw

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [
    path("bare/callback/<str:key>/", bare.callback),
    path("bare/handover/<str:key>/", bare.handover),
    path("raw/<str:key>/", raw.page),
    path("", include("otec_portal.urls")),
]
