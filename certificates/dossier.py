"""All that became of an action's certificate, on one page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format

from certificates.models import AnnulmentRequest, Certificate, Certification
from courses.models import TrainingAction


@dataclass(frozen=True)
class Event:
    """Something that happened to it; as templates/components/timeline.html wants it."""

    time: datetime
    title: str
    text: str
    kind: str


@dataclass(frozen=True)
class Dossier:
    """The certificates of an action, newest first, with what was asked and answered."""

    certificates: list[Certificate]

    @property
    def latest(self) -> Certificate | None:
        """The last one emitted, None before the first."""
        return next(iter(self.certificates), None)

    @property
    def request(self) -> AnnulmentRequest | None:
        """The request to annul the latest one, None without."""
        return getattr(self.latest, "annulment", None)

    @property
    def events(self) -> list[Event]:
        """What happened, the latest first."""
        told = [event for one in self.certificates for event in _events(one)]
        return sorted(told, key=lambda event: event.time, reverse=True)


def dossier_of(action: TrainingAction) -> Dossier:
    """Return the dossier of `action`. One query."""
    rows = Certificate.objects.filter(certification__action=action)
    found = rows.select_related(
        "by", "replaces", "file", "annulment__by", "annulment__decision__by"
    ).defer("file__content", "snapshot")
    return Dossier(list(found.order_by("-pk")))


def certification_of(action: TrainingAction) -> Certification:
    """Return where the certificate of `action` stands; an unsaved row if pending."""
    found = Certification.objects.filter(action=action).first()
    return found or Certification(action=action)


def _events(certificate: Certificate) -> list[Event]:
    emitted = "Re-emisión" if certificate.replaces else "Emisión"
    events = [
        Event(
            certificate.issued_at,
            f"{emitted} del certificado N° {certificate.number}",
            _emission_in_words(certificate),
            "success",
        )
    ]
    request = getattr(certificate, "annulment", None)
    if request is None:
        return events
    due = date_format(request.due_on, "d-m-Y")
    events.append(
        Event(
            request.at,
            f"Solicitud de anulación del N° {certificate.number}",
            f"{request.by.full_name}: {request.reason} N° correcto: "
            f"{request.right_reference}. La Dirección Regional responde a más tardar "
            f"el {due}.",
            "info",
        )
    )
    decision = getattr(request, "decision", None)
    if decision is not None:
        word = "aprobada" if decision.approved else "rechazada"
        where = "Registrada por" if decision.recorded else "Respondida por"
        answered = date_format(decision.answered_on, "d-m-Y")
        events.append(
            Event(
                decision.at,
                f"Anulación {word}",
                f"{where} {decision.by.full_name}, respuesta del {answered}. "
                f"{decision.remarks}".strip(),
                "warning" if decision.approved else "danger",
            )
        )
    return events


def _emission_in_words(certificate: Certificate) -> str:
    reference = certificate.billing_reference
    told = [f"{certificate.by.full_name}, factura u orden de compra {reference}."]
    if certificate.replaces:
        told.append(f"Reemplaza al N° {certificate.replaces.number}.")
    if certificate.justification:
        told.append(f"Justificación: {certificate.justification}")
    return " ".join(told)
