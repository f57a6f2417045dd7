"""The entry point for gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from otec_portal.core.checks import stop_on_errors
from otec_portal.core.content_type import with_readable_content_type
from otec_portal.core.database import answer_in_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otec_portal.settings.base")

answer_in_time(settings.DATABASES)
application = with_readable_content_type(get_wsgi_application())
stop_on_errors()
