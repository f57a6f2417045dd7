"""All that became of an action's certificate, on one page."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format

from certificates.models import (
    AnnulmentRequest,
    Certificate,
    CertificateState,
    Certification,
)
from certificates.states import mark_of
from courses.models import TrainingAction
from courses.outlook import Badge


@dataclass(frozen=True)
class Event:
    """Something that happened to it; as templates/components/timeline.html wants it.

    `url` leads to what tells more, under `label`.
    """

    time: datetime
    title: str
    text: str
    kind: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Dossier:
    """The certificates of an action, newest first, with what was asked and answered.

    `state` is that of their action.
    """

    certificates: list[Certificate]
    state: CertificateState

    @property
    def latest(self) -> Certificate | None:
        """The last one emitted, None before the first."""
        return next(iter(self.certificates), None)

    @property
    def request(self) -> AnnulmentRequest | None:
        """The request to annul the latest one, None without."""
        return getattr(self.latest, "annulment", None)

    @property
    def marked(self) -> list[tuple[Certificate, Badge]]:
        """Each with how it stands."""
        after = {one.replaces_id: one.number for one in self.certificates}
        return [
            (one, mark_of(self.state, replaced_by=after.get(one.pk, "")).badge)
            for one in self.certificates
        ]

    @property
    def events(self) -> list[Event]:
        """What happened, the latest first."""
        told = [event for one in self.certificates for event in _events(one)]
        return sorted(told, key=lambda event: event.time, reverse=True)


def dossier_of(action: TrainingAction, *, state: CertificateState) -> Dossier:
    """Return the dossier of `action`, whose certificate is in `state`. One query."""
    rows = Certificate.objects.filter(certification__action=action)
    found = rows.select_related(
        "by", "replaces", "file", "annulment__by", "annulment__decision__by"
    ).defer("file__content", "snapshot")
    return Dossier(list(found.order_by("-pk")), state)


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
    page = reverse("certificates:annulment", args=[request.public_id])
    events.append(
        Event(
            request.at,
            f"Solicitud de anulación del N° {certificate.number}",
            f"{request.by.full_name}: {_sentence(request.reason)} N° correcto: "
            f"{request.right_reference}. La Dirección Regional responde a más tardar "
            f"el {due}.",
            "info",
            page,
            f"Ver la solicitud por el N° {certificate.number}, con su respaldo",
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
                f"Anulación {word} del N° {certificate.number}",
                f"{where} {decision.by.full_name}, respuesta del {answered}. "
                f"{_sentence(decision.remarks)}".strip(),
                "warning" if decision.approved else "danger",
                page,
                f"Ver la respuesta por el N° {certificate.number}",
            )
        )
    return events


def _emission_in_words(certificate: Certificate) -> str:
    reference = certificate.billing_reference
    told = [f"{certificate.by.full_name}, factura u orden de compra {reference}."]
    if certificate.replaces:
        told.append(f"Reemplaza al N° {certificate.replaces.number}.")
    if certificate.justification:
        told.append(f"Justificación: {_sentence(certificate.justification)}")
    return " ".join(told)


def _sentence(typed: str) -> str:
    """Return what somebody typed with a stop: the next sentence stands apart."""
    return typed if not typed or typed[-1] in ".!?…" else f"{typed}."
