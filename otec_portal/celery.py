"""The worker and its scheduler: one more interface to the services."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otec_portal.settings.base")

app = Celery("otec_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["otec_portal"])  # it is no app of Django's
