"""Addresses of certificates: Spanish for people, English names for the code."""

from django.urls import path

from certificates.views import verification

app_name = "certificates"

urlpatterns = [
    path("v/", verification.ask, name="ask_code"),
    path("v/<str:code>/", verification.verify, name="verify"),
    # as it is typed from paper
    path("v/<str:code>", verification.verify, name="verify_unslashed"),
]
