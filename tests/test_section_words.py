"""Every page stands in a section of the navigation, or is known to stand in none."""

import uuid

from django.urls import NoReverseMatch

from otec_portal.navigation import SECTIONS
from tests.crawl.routes import ID, Route, routes

# the way in and out, one's own account, the participant's pages, SENCE, anybody's
OUTSIDE = {
    *("ingresar", "salir", "clave", "perfil", "mi-cuenta"),
    *("entrar", "mi-curso", "sence", "v", "l"),
    *("administracion", "componentes", "salud", "health"),
}
# parts that a page asks for itself, and files
UUIDS = {ID, "enrolment", "subject_id"}
NO_PAGES = {"agenda", "en-vivo", "opciones", "respaldos", "nomina"}


def first_word(route: Route) -> str:
    """Return how the address begins, whatever it takes: all is tried for each."""
    for value in ("x", 1, "2026-01-01"):
        given = {name: uuid.uuid4() if name in UUIDS else value for name in route.takes}
        try:
            return route.address(**given).split("/")[1]
        except NoReverseMatch:
            continue
    raise AssertionError(route)


def test_every_address_begins_with_a_word_of_one_section_or_is_known_here() -> None:
    """Else its page would mark no section as the one where one is."""
    words = {word for section in SECTIONS for word in section.words}
    asked = {first_word(route) for route in routes()}
    assert asked - words == (OUTSIDE | NO_PAGES) & asked
    assert words - {""} <= asked
    assert words.isdisjoint(OUTSIDE | NO_PAGES)
