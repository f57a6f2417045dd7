"""All components on one page, to look at while building. Every person is fictional."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import Membership
from otec_portal.core.qr import qr_code

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


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every kind, as it looks with real words."""
    now = timezone.now()
    happened = [
        ("success", "SENCE confirmó el inicio", "Quedó registrado a las 09:02:14."),
        ("danger", "SENCE no pudo cerrar la sesión", "Código 304: hay que avisar."),
        ("neutral", "El participante volvió al portal", ""),
    ]
    sample = {"name": "Excel intermedio", "code": "12-34", "line": "3"}
    return render(
        request,
        "gallery.html",
        {
            "form": SampleForm(sample),
            "filter": SampleForm(prefix="filter"),
            "list": Listing(
                Membership.objects.none(),
                asked=request.GET,
                columns=[
                    Column("Participante", "participante", ("user",)),
                    Column("RUN"),
                    Column("Estado"),
                    Column("Minutos", "minutos", ("pk",), numeric=True),
                ],
                sort="participante",
            ),
            "pages": Listing(range(57), asked=QueryDict("pagina=3&estado=abierta")),
            "kinds": ["neutral", "info", "success", "warning", "danger"],
            "icons": ICONS,
            "people": PEOPLE,
            "items": [
                {"time": now, "kind": kind, "title": title, "text": text}
                for kind, title, text in happened
            ],
            "trail": [
                {"label": "Inicio", "url": "#inicio"},
                {"label": "Sesiones SENCE", "url": "#sesiones"},
                {"label": "Excel intermedio", "url": ""},
            ],
            "tabs": [
                {"name": "", "word": "Todas", "count": 24},
                {"name": "new", "word": "Nuevos", "count": 21},
                {"name": "wrong", "word": "Con errores", "count": 3},
            ],
            "code": qr_code(SAMPLE_LINK),
            "code_says": SAMPLE_LINK,
            "now": now,
            "later": now + timedelta(hours=2, minutes=41, seconds=7),
            "soon": now + timedelta(minutes=8, seconds=30),
        },
    )
