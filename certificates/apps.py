"""Certificates of attendance: emission, annulment, verification."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """The room of certificates."""

    name = "certificates"
    verbose_name = "certificados"
