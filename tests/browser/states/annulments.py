"""The states of the pages on annulments, of the OTEC and of the regional office."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from playwright.sync_api import expect

from certificates.models import AnnulmentRequest, Certificate, CertificateState
from otec_portal.core.models import Membership, Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.certificates.annulments import row_of
from tests.core.documents import pdf
from tests.factories.certificates import (
    AnnulmentDecisionFactory,
    CertificateFactory,
    DecisionEvidenceFactory,
)
from tests.factories.core import MembershipFactory

INBOX: Final = "/direccion-regional/anulaciones/"
LONG_NAME: Final = "Sociedad de Capacitación y Desarrollo Quilaco y Compañía Limitada"
LONG_REASON: Final = "La factura se emitió con el número de otra orden de compra. " * 6


def _certificate(stage: Stage, *, ended: int = 3) -> Certificate:
    """A certificate of an action that ended so many days ago."""
    today = timezone.localdate()
    action = "certification__action"
    made: Certificate = CertificateFactory(
        **{
            f"{action}__course__training_body": stage.body,
            f"{action}__course__name": "Operación segura de grúa horquilla en bodegas",
            f"{action}__starts_on": today - timedelta(days=ended + 20),
            f"{action}__ends_on": today - timedelta(days=ended),
        },
        issued_on=today,
        issued_at=timezone.now(),
    )
    return made


def _asked(stage: Stage, *, due: int = 20, **fields: Any) -> AnnulmentRequest:
    """A request whose term ends in so many days."""
    today = timezone.localdate()
    return row_of(
        stage.body,
        **{
            "due_on": today + timedelta(days=due),
            "at": timezone.now() - timedelta(days=10),
            "reason": LONG_REASON,
            **fields,
        },
    )


def _account_of_the_office() -> Membership:
    membership: Membership = MembershipFactory(
        training_body=None, role=Role.REGIONAL_OFFICE
    )
    membership.regions.create(region="ML")
    return membership


def _office(stage: Stage) -> None:
    stage.is_signed_in_as(_account_of_the_office().user)


def _in_every_state(stage: Stage) -> list[AnnulmentRequest]:
    stage.body.name = LONG_NAME
    stage.body.save()
    state_of = "certificate__certification__state"
    approved = {state_of: CertificateState.REISSUE_APPROVED}
    rejected = {state_of: CertificateState.ANNULMENT_REJECTED}
    rows = [_asked(stage, due=days) for days in (9, 0, -2)]
    rows += [_asked(stage, due=days, **approved) for days in (5, -5)]
    rows.append(_asked(stage, due=7, **rejected))
    today = timezone.localdate()
    AnnulmentDecisionFactory(request=rows[3], answered_on=today)
    AnnulmentDecisionFactory(request=rows[4], answered_on=today)
    AnnulmentDecisionFactory(
        request=rows[5], rejected=True, answered_on=today, remarks=LONG_REASON
    )
    return rows


@state
def annulment_to_request(stage: Stage) -> None:
    """Late enough for the warning that no time may be left to emit again."""
    certificate = _certificate(stage, ended=50)
    stage.signs_in()
    stage.opens(f"/certificados/{certificate.public_id}/anular/")
    stage.sees("Puede que no quede tiempo para volver a emitir")


@state
def annulment_requested_badly(stage: Stage) -> None:
    certificate = _certificate(stage)
    stage.signs_in()
    stage.opens(f"/certificados/{certificate.public_id}/anular/")
    stage.page.get_by_label("N° correcto").fill("F-1234")
    stage.page.get_by_label("Documento que muestra").set_input_files(
        {"name": "factura.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    stage.watch.expect("422")
    stage.presses("Enviar Solicitud")
    stage.is_refused()


def _sends_a_request(stage: Stage) -> None:
    certificate = _certificate(stage)
    stage.signs_in()
    stage.opens(f"/certificados/{certificate.public_id}/anular/")
    stage.page.get_by_label("Motivo de la anulación").fill(LONG_REASON)
    stage.page.get_by_label("N° correcto").fill("F-4321")
    stage.page.get_by_label("Documento que muestra").set_input_files(
        {"name": "factura.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    stage.presses("Enviar Solicitud")


@state
def annulment_sent(stage: Stage) -> None:
    _account_of_the_office()
    _sends_a_request(stage)
    stage.sees("La solicitud fue enviada.")


@state
def annulment_sent_to_nobody(stage: Stage) -> None:
    _sends_a_request(stage)
    stage.sees("ninguna cuenta de la Dirección Regional la recibió")


@state
def annulment_over_its_term(stage: Stage) -> None:
    certificate = _certificate(stage, ended=61)
    stage.signs_in()
    stage.opens(f"/certificados/{certificate.public_id}/anular/")
    stage.sees("No se puede solicitar la anulación")


@state
def annulment_that_nobody_answers(stage: Stage) -> None:
    asked = _asked(stage, due=-3)
    stage.signs_in()
    stage.opens(f"/anulaciones/{asked.public_id}/")


@state
def annulment_approved_for_a_facilitator(stage: Stage) -> None:
    asked = _in_every_state(stage)[4]
    stage.signs_in(Role.FACILITATOR)
    stage.opens(f"/anulaciones/{asked.public_id}/")


@state
def annulment_rejected_on_paper(stage: Stage) -> None:
    asked = _asked(stage)
    decision = AnnulmentDecisionFactory(
        request=asked,
        rejected=True,
        recorded=True,
        answered_on=timezone.localdate(),
        remarks=LONG_REASON,
    )
    DecisionEvidenceFactory(decision=decision, name=f"{'oficio-' * 12}.pdf")
    stage.signs_in()
    stage.opens(f"/anulaciones/{asked.public_id}/")


@state
def annulment_answer_recorded_badly(stage: Stage) -> None:
    asked = _asked(stage)
    stage.signs_in()
    stage.opens(f"/anulaciones/{asked.public_id}/respuesta/")
    stage.page.get_by_label("Rechazada").check()
    stage.watch.expect("422")
    stage.presses("Continuar")
    stage.is_refused()


@state
def annulment_answer_to_confirm(stage: Stage) -> None:
    """Of an office with an account, without the document that it asks for."""
    _account_of_the_office()
    asked = _asked(stage)
    stage.signs_in()
    stage.opens(f"/anulaciones/{asked.public_id}/respuesta/")
    stage.page.get_by_label("Rechazada").check()
    today = f"{timezone.localdate():%Y-%m-%d}"
    stage.page.get_by_label("Fecha de la respuesta").fill(today)
    stage.page.get_by_label("Observaciones").fill(LONG_REASON)
    stage.presses("Continuar")
    stage.watch.expect("422")
    stage.presses("Registrar el rechazo")
    stage.is_refused()


@state
def annulments_at_home(stage: Stage) -> None:
    _in_every_state(stage)
    stage.signs_in()
    stage.opens("/")


@state
def office_at_home(stage: Stage) -> None:
    _in_every_state(stage)
    _office(stage)
    stage.opens("/")


@state
def office_at_home_with_nothing_to_do(stage: Stage) -> None:
    _office(stage)
    stage.opens("/")


@state
def office_inbox(stage: Stage) -> None:
    _in_every_state(stage)
    _office(stage)
    stage.opens(INBOX)


@state
def office_inbox_empty(stage: Stage) -> None:
    _office(stage)
    stage.opens(INBOX)


@state
def office_inbox_searched_in_vain(stage: Stage) -> None:
    _asked(stage)
    _office(stage)
    stage.opens(f"{INBOX}?q=nadie")


@state
def office_request_to_answer(stage: Stage) -> None:
    """Past its term, with an answer that says too little."""
    asked = _asked(stage, due=-1)
    _office(stage)
    stage.opens(f"{INBOX}{asked.public_id}/")
    stage.page.get_by_label("Rechazar").check()
    stage.watch.expect("422")
    stage.presses("Continuar")
    stage.is_refused()
    stage.page.get_by_text("Porcentajes de asistencia certificados").click()


@state
def office_answer_to_confirm(stage: Stage) -> None:
    asked = _asked(stage)
    _office(stage)
    stage.opens(f"{INBOX}{asked.public_id}/")
    stage.page.get_by_label("Rechazar").check()
    stage.page.get_by_label("Observaciones").fill(LONG_REASON)
    stage.presses("Continuar")
    expect(stage.page.get_by_role("heading", level=1)).to_have_text(
        "¿Rechazar la anulación?"
    )


@state
def office_request_answered(stage: Stage) -> None:
    asked = _asked(stage)
    _office(stage)
    stage.opens(f"{INBOX}{asked.public_id}/")
    stage.page.get_by_label("Aprobar").check()
    stage.presses("Continuar")
    stage.presses("Aprobar la anulación")
    stage.sees("La respuesta quedó registrada.")
