"""Fill an empty PostgreSQL with so many rows that speed can be measured."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from otec_portal.core.models import TrainingBody
from otec_portal.demo import cast
from otec_portal.demo.mass import ADMIN_RUT, BIG_BODY_RUT, Size, fill


class Command(BaseCommand):
    help = "Fill PostgreSQL with fictional training bodies, by the million rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--actions", type=int, default=100_000)
        parser.add_argument("--enrolments-per-action", type=int, default=10)
        parser.add_argument("--sessions-per-enrolment", type=int, default=3)
        parser.add_argument("--bodies", type=int, default=200)

    def handle(self, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError(
                "The load has known passwords: it is not for production settings."
            )
        if connection.vendor != "postgresql":
            raise CommandError("The load needs PostgreSQL: set DATABASE_URL.")
        if TrainingBody.objects.filter(rut=BIG_BODY_RUT).exists():
            raise CommandError("The load is there already: make a fresh database.")
        names = Size.__dataclass_fields__
        size = Size(**{name: options[name] for name in names})
        if min(options[name] for name in names) < 1:
            raise CommandError("Every number must be 1 or more.")
        fill(size, now=timezone.now(), say=self.stdout.write)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.stdout.write(f"Sign in with RUT {ADMIN_RUT}, {cast.PASSWORD}")
