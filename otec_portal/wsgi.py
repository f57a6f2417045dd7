"""The entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from otec_portal.core.checks import stop_on_errors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otec_portal.settings.base")

application = get_wsgi_application()
stop_on_errors()
