"""All components on one page, to look at while building. Every person is fictional."""

from datetime import timedelta

import segno
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from courses.models import ActionState
from otec_portal.core.attention import Example, Item, Step, Urgency
from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission
from otec_portal.core.qr import qr_code
from otec_portal.navigation import Way

PEOPLE = [
    ("Rosalía Quilodrán Maripán", "48.100.201-K", "success", "check", "Cerrada", 173),
    ("Bernardo Ñancupil Saavedra", "48.100.202-8", "success", "play", "Abierta", 58),
    ("Ximena Yáñez de la Fuente", "48.100.203-6", "danger", "x", "Con error", 0),
    ("Heriberto Opazo Llanquileo", "48.100.204-4", "warning", "alert", "Vencida", 180),
]
ICONS = [
    "check",
    "clock",
    "alert",
    "x",
    "info",
    "user",
    "play",
    "stop",
    "external",
    "lock",
    "list",
    "refresh",
    "arrow",
    "download",
]
ATTENTION = [
    Item(
        kind="gallery.alerts",
        urgency=Urgency.NOW,
        count=1,
        title="1 alerta sin resolver",
        next_step="Corrige la causa y marca la alerta como resuelta.",
        url="#g-pendientes",
        link="Ver las alertas",
        examples=[Example("El token no está vigente.")],
    ),
    Item(
        kind="gallery.running",
        urgency=Urgency.TODAY,
        count=7,
        title="7 acciones en ejecución no tienen ninguna sesión",
        next_step="Revisa que los participantes tengan su enlace y puedan entrar.",
        url="",
        link="",
        examples=[Example("6700101 · Prevención de riesgos", "#g-pendientes")] * 3,
    ),
    Item(
        kind="gallery.starting",
        urgency=Urgency.SOON,
        count=1,
        title="1 acción empieza pronto y no está lista",
        next_step="Carga la nómina antes de que empiece.",
        url="#g-pendientes",
        link="Ver las que empiezan",
    ),
]
STEPS = [
    Step(
        title="Agrega el token de SENCE",
        text="",
        done=True,
        url="",
        link="",
        needs=Permission.MANAGE_TOKENS,
    ),
    Step(
        title="Crea tu primer curso",
        text="Con su código SENCE, su nombre y sus horas acreditadas.",
        done=False,
        url="#g-pasos",
        link="Crear curso",
        needs=Permission.EDIT_COURSES,
    ),
    Step(
        title="Carga la nómina de participantes",
        text="Desde Excel o CSV; después envía a cada persona su enlace.",
        done=False,
        url="",
        link="",
        needs=Permission.IMPORT_ROSTERS,
    ),
]


SAMPLE_LINK = "https://portal.example/componentes/"


class SampleForm(forms.Form):
    """One field of every shape."""

    name = forms.CharField(label="Nombre del curso", max_length=100)
    code = forms.CharField(
        label="Código de la acción",
        min_length=7,
        error_messages={"min_length": "Faltan caracteres: el código tiene 7 o más."},
        help_text="De 7 a 50 caracteres, como lo muestra SENCE.",
    )
    line = forms.ChoiceField(
        label="Línea de capacitación",
        choices=[("1", "Programas Sociales"), ("3", "Franquicia Tributaria")],
    )
    modality = forms.ChoiceField(
        label="Modalidad",
        widget=forms.RadioSelect,
        choices=[("e", "E-learning"), ("p", "Presencial")],
    )
    roster = forms.FileField(label="Nómina", help_text="Planilla Excel o CSV.")
    note = forms.CharField(label="Nota", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="Los datos coinciden con los de SENCE")


class SampleLookup(forms.CharField):
    """A field that offers names, without rows behind it."""

    offered = ("Maderas Río Claro Ltda. · 49.200.200-K", "Vivero Quilaco SpA")


class SamplePair(forms.Form):
    """Two fields that belong together."""

    company = SampleLookup(
        label="Empresa",
        required=False,
        help_text="Escribe parte de la razón social o el RUT.",
        widget=forms.TextInput(attrs={"list": "id_company_options"}),
    )
    starts_on = forms.DateField(
        label="Fecha de inicio", help_text="Ejemplo: 31-12-2026."
    )


SAMPLE = {"name": "Excel intermedio", "code": "12-34", "line": "3"}
HAPPENED = [
    ("success", "SENCE confirmó el inicio", "Quedó registrado a las 09:02:14."),
    ("danger", "SENCE no pudo cerrar la sesión", "Código 304: hay que avisar."),
    ("neutral", "El participante volvió al portal", ""),
]
COLUMNS = [
    Column("Participante", "participante", ("user",)),
    Column("RUN"),
    Column("Estado"),
    Column("Minutos", "minutos", ("pk",), numeric=True),
]
FIXED = {
    "kinds": ["neutral", "info", "success", "warning", "danger"],
    "icons": ICONS,
    "people": PEOPLE,
    "attention": ATTENTION,
    "steps": STEPS,
    "action_states": ActionState,
    "trail": [
        {"label": "Inicio", "url": "#inicio"},
        {"label": "Sesiones SENCE", "url": "#sesiones"},
        {"label": "Excel intermedio", "url": ""},
    ],
    "section_places": [
        Way("Cursos", "#cursos", "page"),
        Way("Empresas", "#empresas", ""),
        Way("OTIC", "#otic", ""),
    ],
    "tabs": [
        {"name": "", "word": "Todas", "count": 24},
        {"name": "new", "word": "Nuevos", "count": 21},
        {"name": "wrong", "word": "Con errores", "count": 3},
    ],
    "code_says": SAMPLE_LINK,
}


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every kind, as it looks with real words.

    For who builds the portal: in production there is no such page.
    """
    if not settings.DEMO_ALLOWED:
        raise Http404
    now = timezone.now()
    shown = {
        "form": SampleForm(SAMPLE),
        "filter": SampleForm(prefix="filter"),
        "lookup": SamplePair(),
        "list": Listing(
            Membership.objects.none(),
            asked=request.GET,
            columns=COLUMNS,
            sort="participante",
        ),
        "pages": Listing(range(57), asked=QueryDict("pagina=3&estado=abierta")),
        "items": [
            {"time": now, "kind": kind, "title": title, "text": text}
            for kind, title, text in HAPPENED
        ],
        "code": qr_code(SAMPLE_LINK),
        "qr": segno.make("https://portal.example/").svg_data_uri(scale=5),
        "now": now,
        "soon": now + timedelta(minutes=8, seconds=30),
        "later": now + timedelta(hours=2, minutes=41, seconds=7),
    }
    return render(request, "gallery.html", FIXED | shown)
