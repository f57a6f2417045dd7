"""Addresses of certificates: Spanish for people, English names for the code."""

from django.urls import path

from certificates.views import verification

app_name = "certificates"

urlpatterns = [
    path("v/<str:code>/", verification.verify, name="verify"),
]
