"""Certificates of attendance: emission, annulment, verification."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """The room of certificates."""

    name = "certificates"
    verbose_name = "certificados"

    def ready(self) -> None:
        """Let the lists of actions show where each one's certificate stands."""
        from certificates.states import OUTLOOK
        from courses.outlook import CERTIFICATE

        CERTIFICATE.offer(OUTLOOK)
