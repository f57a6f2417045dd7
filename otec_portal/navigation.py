"""The ways through the portal: sections and their places, as far as one may go."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from otec_portal.core.memberships import current_membership
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed


@dataclass(frozen=True)
class Place:
    """A page that the navigation leads to; `permission` opens it."""

    label: str
    view: str
    permission: Permission | None = None


@dataclass(frozen=True)
class Section:
    """Places that belong together; `words` begin the addresses of all its pages.

    But for pages of one action: what of it they show is `of_actions`.
    """

    label: str
    words: frozenset[str]
    places: tuple[Place, ...]
    of_actions: frozenset[str] = frozenset()

    def holds(self, path: str) -> bool:
        """Say whether the page at `path` stands in this section."""
        first, *rest = path.strip("/").split("/")
        if first == OF_ACTIONS and len(rest) > 1 and rest[1] in ELSEWHERE:
            return rest[1] in self.of_actions
        return first in self.words


SECTIONS: Final = (
    Section("Inicio", frozenset({""}), (Place("Inicio", "home"),)),
    Section(
        "Cursos",
        frozenset({"cursos"}),
        (Place("Buscar cursos", "courses:search", Permission.VIEW_COURSES),),
    ),
    Section(
        "Calendario",
        frozenset({"calendario"}),
        (Place("Calendario", "courses:calendar", Permission.VIEW_COURSES),),
    ),
    Section(
        "Certificados",
        frozenset({"certificados", "anulaciones", "declaraciones"}),
        (
            Place("Por emitir", "certificates:choose", Permission.EMIT_CERTIFICATES),
            Place(
                "Declaraciones juradas", "liquidation:missing", Permission.VIEW_COURSES
            ),
        ),
        of_actions=frozenset({"certificado"}),
    ),
    Section(
        "Liquidación",
        frozenset({"expedientes"}),
        (Place("Expedientes", "liquidation:packets", Permission.LIQUIDATE),),
        of_actions=frozenset({"expediente"}),
    ),
    Section(
        "Solicitudes de anulación",
        frozenset({"direccion-regional"}),
        (
            Place(
                "Solicitudes de anulación",
                "certificates:office_inbox",
                Permission.DECIDE_ANNULMENTS,
            ),
        ),
    ),
    Section(
        "Sesiones SENCE",
        frozenset({"sesiones", "conectados", "recepciones", "alertas", "conexion"}),
        (
            Place("Sesiones", "attendance:sessions", Permission.VIEW_SESSIONS),
            Place("En línea ahora", "attendance:online", Permission.VIEW_SESSIONS),
            Place("Por revisar", "attendance:receipts", Permission.VIEW_SESSIONS),
            Place("Alertas", "attendance:alerts", Permission.VIEW_SESSIONS),
        ),
    ),
    Section(
        "Catálogo",
        frozenset(
            [
                "catalogo",
                "acciones",
                "empresas",
                "otic",
                "nominas",
                "inscripciones",
                "importaciones",
                "clases",
                "conciliaciones",
            ]
        ),
        (
            Place("Cursos", "courses:catalogue", Permission.VIEW_COURSES),
            Place("Empresas", "courses:companies", Permission.VIEW_COURSES),
            Place("OTIC", "courses:intermediaries", Permission.VIEW_COURSES),
        ),
    ),
    Section(
        "Entidad",
        frozenset(
            [
                "entidad",
                "usuarios",
                "perfiles",
                "tokens",
                "historial",
                "correos",
                "sistema",
            ]
        ),
        (
            Place("Datos", "training_body", Permission.EDIT_TRAINING_BODY),
            Place("Usuarios", "users", Permission.MANAGE_USERS),
            Place("Recordatorios", "courses:reminders", Permission.EDIT_TRAINING_BODY),
            Place("Tokens SENCE", "attendance:tokens", Permission.MANAGE_TOKENS),
            Place("Correos", "mails", Permission.MANAGE_MAIL),
            Place("Historial", "history", Permission.MANAGE_USERS),
            Place("Estado del sistema", "system", Permission.VIEW_SYSTEM),
        ),
    ),
)

OF_ACTIONS: Final = "acciones"  # how the addresses of an action's pages begin
ELSEWHERE: Final = frozenset[str]().union(*(one.of_actions for one in SECTIONS))


@dataclass(frozen=True)
class Way:
    """A link of the navigation; `current` as aria-current has it."""

    label: str
    url: str
    current: str  # "page", "true" (a page of this section) or ""


def navigation(request: HttpRequest) -> dict[str, object]:
    """Give `sections`, and on a section's own lists `places`, its other lists."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {"sections": [], "places": [], "section_label": ""}
    acting = current_membership(request)
    sections, places, label = [], list[Way](), ""
    for section in SECTIONS:
        open_to_me = _open(section, acting)
        if not open_to_me:
            continue
        within = section.holds(request.path)
        sections.append(_way(open_to_me[0], request, section.label, within=within))
        ways = [_way(place, request, place.label) for place in open_to_me]
        if len(ways) > 1 and any(way.current for way in ways):
            places, label = ways, section.label
    return {"sections": sections, "places": places, "section_label": label}


def _open(section: Section, acting: Membership | None) -> list[Place]:
    return [
        place
        for place in section.places
        if place.permission is None or allowed(acting, place.permission)
    ]


def _way(
    place: Place, request: HttpRequest, label: str, *, within: bool = False
) -> Way:
    url = reverse(place.view)
    current = "page" if url == request.path else "true" if within else ""
    return Way(label, url, current)
