"""What the portal wrote, what of it did not leave, and whether the portal lives."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from otec_portal.core import health
from otec_portal.core.models import MailFailure, MailState, OutgoingEmail, PulseOf
from tests.browser.stage import Stage, ago
from tests.browser.states.registry import state
from tests.factories.core import OutgoingEmailFactory, UserFactory

LONG = "maria.fernanda.huenchullan.del.transito@correo-de-la-empresa.example"
TEXT = """Hola María Fernanda:

Ya puedes emitir tu declaración jurada del curso «Excel intermedio», y aún falta.

1. Entra a http://lce.sence.cl/CertificadoAsistencia/
2. Escribe tu RUT y tu Clave SENCE.

Si ya la emitiste, no tienes que hacer nada más.
"""


def _mail(stage: Stage, **fields: Any) -> OutgoingEmail:
    now = timezone.now()
    given = {
        "training_body": stage.body,
        "region": "ML",
        "to": LONG,
        "subject": "Te falta emitir tu declaración jurada del curso Excel intermedio",
        "text": TEXT,
        "plain": True,
        "created_at": now - timedelta(hours=2),
        "due_at": now + timedelta(minutes=32),
    }
    made: OutgoingEmail = OutgoingEmailFactory(**{**given, **fields})
    return made


def _uncertain(stage: Stage) -> OutgoingEmail:
    return _mail(
        stage,
        state=MailState.UNCERTAIN,
        handed_at=ago(hours=1),
        failure=MailFailure.SILENCE,
        attempts=1,
    )


def _refused(stage: Stage, **fields: Any) -> OutgoingEmail:
    told = {"state": MailState.REFUSED, "failure": MailFailure.RECIPIENT, "attempts": 1}
    return _mail(stage, **{**told, **fields})


@state
def mails_of_every_state(stage: Stage) -> None:
    _uncertain(stage)
    _refused(stage)
    _mail(stage)
    _mail(stage, state=MailState.SENDING)
    _mail(stage, state=MailState.SENT, sent_at=ago(hours=1))
    _mail(stage, state=MailState.RETRYING, failure=MailFailure.UNREACHABLE, attempts=6)
    _mail(stage, state=MailState.WITHDRAWN)
    boss = stage.signs_in()
    _refused(stage, decided_at=timezone.now(), decided_by=boss.user)
    stage.opens("/correos/")


@state
def mail_of_a_day_that_is_uncertain(stage: Stage) -> None:
    mail = _mail(
        stage,
        state=MailState.UNCERTAIN,
        handed_at=ago(hours=1),
        failure=MailFailure.SILENCE,
        attempts=1,
        expires_at=timezone.now(),
    )
    stage.signs_in()
    stage.opens(f"/correos/{mail.public_id}/")
    stage.sees("No llegó")


@state
def mail_of_a_day_that_was_sent(stage: Stage) -> None:
    mail = _mail(
        stage, state=MailState.SENT, sent_at=ago(hours=1), expires_at=timezone.now()
    )
    stage.signs_in()
    stage.opens(f"/correos/{mail.public_id}/")
    stage.sees("No se reenvía")


@state
def mails_none(stage: Stage) -> None:
    stage.is_signed_in_as(stage.stranger().user)
    stage.opens("/correos/?texto=nadie")


@state
def mail_uncertain(stage: Stage) -> None:
    mail = _uncertain(stage)
    stage.signs_in()
    stage.opens(f"/correos/{mail.public_id}/")


@state
def mail_uncertain_taken_as_sent(stage: Stage) -> None:
    mail_uncertain(stage)
    stage.presses("Dar por enviado")
    stage.sees("Lo dimos por enviado.")


@state
def mail_refused_and_resent(stage: Stage) -> None:
    mail = _refused(stage)
    stage.signs_in()
    stage.opens(f"/correos/{mail.public_id}/")
    stage.presses("Reenviar")
    stage.sees("Lo reenviamos")


@state
def mail_refused_with_a_link_that_lets_in(stage: Stage) -> None:
    action = stage.enrolment.action
    mail = _refused(
        stage,
        secret=True,
        text="",
        text_sha256="0" * 64,
        plain=False,
        subject="Tu enlace para el curso Excel intermedio",
        page=f"/acciones/{action.public_id}/enlaces/",
    )
    stage.signs_in()
    stage.opens(f"/correos/{mail.public_id}/")


@state
def mail_to_sence_that_left(stage: Stage) -> None:
    mail = _mail(
        stage,
        state=MailState.SENT,
        to="liq_maule@sence.cl",
        released_by=UserFactory(),
        sent_at=ago(hours=1),
        resend_of=_refused(stage),
    )
    stage.signs_in()
    stage.opens(f"/correos/{mail.public_id}/")


@state
def home_with_mail_to_decide_and_a_dead_scheduler(stage: Stage) -> None:
    _uncertain(stage)
    _refused(stage)
    health.beat(PulseOf.SCHEDULER, now=ago(hours=3))
    stage.signs_in()
    stage.opens("/")
    stage.sees("El programador del portal está detenido")


@state
def system_well(stage: Stage) -> None:
    for part in PulseOf:
        health.beat(part, now=timezone.now())
    stage.signs_in()
    stage.opens("/sistema/")
    stage.sees("Todo funciona")


@state
def system_without_its_scheduler(stage: Stage) -> None:
    health.beat(PulseOf.WORKER, now=timezone.now())
    health.beat(PulseOf.SCHEDULER, now=ago(hours=3))
    stage.signs_in()
    stage.opens("/sistema/")
    stage.sees("Hay algo que no funciona")
