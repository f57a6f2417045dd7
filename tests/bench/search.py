"""Search and home among millions of rows: python -m tests.bench.search [DATABASE].

Against the page's own SQL and an empty page of its template (raw.py), in turn. With
the address of a database that `make_load` has filled, that one is used and stays; else
one is made, filled and dropped.
"""

import os
import sys
from urllib.parse import quote

from tests.bench.against_raw import keeps_limit
from tests.bench.output import say
from tests.bench.server import HOST, gunicorn, port, portal
from tests.bench.statements import of_page, say_plan, signing_in

PROGRAMME = "/cursos/?programa=3"
SOUGHT = {
    "all": "",
    "code, whole": "&criterio=curso&curso=6000102",
    "code, first digits": "&criterio=curso&curso=60",
    "SENCE code": "&criterio=codigo_sence&codigo_sence=1230000042",
    "SENCE code, first digits": "&criterio=codigo_sence&codigo_sence=12300",
    "region": "&criterio=region&region=ML",
    "participant, RUN": "&criterio=participante&participante={run}",
    "participant, one name": "&criterio=participante&participante=González",
    "participant, names": "&criterio=participante&participante=nuñez+rosalia",
    "training body": "&criterio=entidad_capacitadora&entidad_capacitadora=arrayan",
    "supervisor": "&criterio=entidad_supervisora&entidad_supervisora=nuble",
}
LAST_PAGE = "&pagina=500"


def main() -> int:
    """Measure every page; return the exit code."""
    filled = sys.argv[1] if len(sys.argv) > 1 else ""
    with portal(filled):
        if not filled:
            fill_database()
        addresses = _addresses()
        cookie = _record(addresses)
        with gunicorn():
            passed = [
                keeps_limit(name, path, f"/raw/{number}/", cookie)
                for number, (name, path) in enumerate(addresses.items())
            ]
    say(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(passed) else 1


def fill_database() -> None:
    """Make the rows of `make_load`."""
    from django.db import connection
    from django.utils import timezone

    from otec_portal.demo.mass import Size, fill

    fill(Size(actions=100_000), now=timezone.now(), say=say)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _addresses() -> dict[str, str]:
    from courses.models import Participant
    from otec_portal.demo.mass import BIG_BODY_RUT

    somebody = Participant.objects.filter(training_body__rut=BIG_BODY_RUT)[1234]
    found = {"home": "/"}
    for name, query in SOUGHT.items():
        address = f"{PROGRAMME}{quote(query, safe='&=+{}').format(run=somebody.run)}"
        found[f"{name}, page 1"] = address
        found[f"{name}, page 500"] = f"{address}{LAST_PAGE}"
    return found


def _record(addresses: dict[str, str]) -> str:
    """Keep what each page asks of the database; return the cookie that lets in."""
    from django.conf import settings
    from django.test import Client

    from otec_portal.core.models import User
    from otec_portal.demo.mass import ADMIN_RUT
    from tests.bench import raw

    client = Client(headers={"host": f"{HOST}:{port()}"})
    client.force_login(User.objects.get(rut=ADMIN_RUT))
    before = signing_in(client)
    pages = {}
    for number, (name, path) in enumerate(addresses.items()):
        made = of_page(client, path)[before:]
        template = "home.html" if path == "/" else "courses/search.html"
        pages[f"{number}"] = raw.RawPage(template, made)
        say(f"\n{name}: {len(made)} statements; the last but one and the last:")
        for sql, params in made[-2:] if path != "/" else ():
            say_plan(sql, params)
    raw.keep(pages)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"


if __name__ == "__main__":
    sys.exit(main())
