"""The portal; importing it readies the Celery app for `@shared_task`."""

from otec_portal.celery import app as celery_app

__all__ = ["celery_app"]
