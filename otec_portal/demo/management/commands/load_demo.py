"""Load the fictional training body, and tell others what it is made of."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from otec_portal.core.models import Role
from otec_portal.core.rut import display
from otec_portal.demo import cast, sence_files
from otec_portal.demo.load import STAFF, as_json, load
from otec_portal.demo.roster import example
from otec_portal.demo.second_body import ADMIN, BODY


class Command(BaseCommand):
    help = "Load a small fictional training body; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json",
            action="store_true",
            help="print what was loaded as JSON, alone on standard output",
        )

        parser.add_argument(
            "--roster",
            type=Path,
            metavar="FILE",
            help="write a roster to FILE, with which to try the import",
        )

        parser.add_argument(
            "--sence-export",
            type=Path,
            metavar="FILE",
            help="write SENCE's detail of connectivity to FILE, to be compared",
        )
        parser.add_argument(
            "--gca-list",
            type=Path,
            metavar="FILE",
            help="write the participants' list of GCA to FILE, to be taken over",
        )

    def handle(
        self,
        *,
        json: bool,
        roster: Path | None,
        sence_export: Path | None,
        gca_list: Path | None,
        **options: object,
    ) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError(
                "The demo has known passwords: it is not for production settings."
            )
        body = load(now=timezone.now())
        if roster:
            roster.write_bytes(example())
        if sence_export:
            sence_export.write_bytes(sence_files.detail(body))
        if gca_list:
            gca_list.write_bytes(sence_files.gca_list(body))
        if json:
            self.stdout.write(as_text(as_json(body)))
            return
        self.stdout.write(f"{body.name}, RUT {display(body.rut)}")
        for operator in cast.OPERATORS:
            role = operator.role.label if operator.role else STAFF
            self.stdout.write(f"  {display(operator.rut)}  {cast.PASSWORD}  {role}")
        self.stdout.write(f"{BODY[1]}, RUT {display(BODY[0])}")
        self.stdout.write(
            f"  {display(ADMIN.rut)}  {cast.PASSWORD}  {Role.NATIONAL_ADMIN.label}"
        )


def as_text(loaded: dict[str, object]) -> str:
    """Return the JSON, readable."""
    return json.dumps(loaded, ensure_ascii=False, indent=2)
