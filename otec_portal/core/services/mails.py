"""What people decide about mail that did not leave, or may not have."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from otec_portal.core import audit, outbox, to_sence
from otec_portal.core.errors import DomainError
from otec_portal.core.models import MailState, OutgoingEmail, User

RESENDABLE = {MailState.SENT, MailState.UNCERTAIN, MailState.REFUSED}
_AGAIN: Final = (
    "lo que decía y siga pendiente va en el resumen del próximo día en que se le "
    "escriba a esa persona, o en unos minutos si su dirección {changes}."
)
# of a mail that is good for its day alone: why not again, and what comes instead
_OF_ITS_DAY: Final = {
    MailState.SENT: "No se reenvía, porque decía lo que era cierto ese día: de lo que "
    "siga pendiente avisan los resúmenes de los días que vienen.",
    MailState.UNCERTAIN: "No se reenvía, porque decía lo que era cierto ese día. Si "
    f"presionas «No llegó», {_AGAIN.format(changes='cambió desde entonces')}",
    MailState.REFUSED: "No le llegó a nadie, y no se reenvía porque decía lo que era "
    f"cierto ese día: {_AGAIN.format(changes='cambia')}",
    MailState.WITHDRAWN: "Se retiró, porque dejó de ser cierto: lo que siga pendiente "
    "va en otro resumen.",
}


class MailDecisionRefused(DomainError):
    """Nothing of this kind can be decided about this mail any more."""

    code = "mail_decision_refused"


def why_not_resent(mail: OutgoingEmail) -> MailDecisionRefused | None:
    """Say why `mail` can't be sent again, or None."""
    if hasattr(mail, "resent_as"):
        return MailDecisionRefused("Este correo ya se reenvió.", code="resent")
    if mail.secret:
        return MailDecisionRefused(
            "Este correo llevaba un enlace que deja entrar, y el portal no guarda su "
            "texto: envía un enlace nuevo desde su propia página.",
            code="secret",
        )
    if mail.expires_at and mail.state in _OF_ITS_DAY:
        return MailDecisionRefused(_OF_ITS_DAY[MailState(mail.state)], code="expires")
    if mail.state not in RESENDABLE or mail.unwanted_since:
        return MailDecisionRefused(
            "Este correo no se reenvía en el estado en que está.", code="state"
        )
    return None


@transaction.atomic
def resend(public_id: UUID, *, by: User, at: datetime) -> OutgoingEmail:
    """Queue once more, with an id of its own, what `by` wants to leave again.

    A button pressed twice resends once. Raises MailDecisionRefused. A mail to SENCE is
    released anew, by `by`: raises to_sence.NotForSence where its action is no longer in
    production.
    """
    mail = _held(public_id)
    if refused := why_not_resent(mail):
        raise refused
    release = None
    if mail.released_by_id:
        release = to_sence.release_anew(mail.action, by=by)
    to_sence.check(mail.to, release)
    again = OutgoingEmail.objects.create(
        dedup_key=f"again:{mail.public_id}",
        training_body=mail.training_body,
        region=mail.region,
        to=mail.to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        secret=False,
        page=mail.page,
        shown_to=mail.shown_to,
        shown_cc=mail.shown_cc,
        reply_to=mail.reply_to,
        released_by=release.by if release else None,
        action=mail.action,
        resend_of=mail,
        message_id=outbox.message_id(),
        due_at=at,
        created_at=at,
    )
    for one in mail.attachments.order_by("pk"):
        one.pk, one.mail, one._state.adding = None, again, True
        one.save()
    _decide(mail, "core.mail_resent", by=by, at=at)
    return again


@transaction.atomic
def take_as_sent(public_id: UUID, *, by: User, at: datetime) -> None:
    """Let an uncertain mail count as sent, when it was handed over.

    Raises MailDecisionRefused for every other one.
    """
    mail = _held(public_id)
    if mail.state != MailState.UNCERTAIN:
        raise MailDecisionRefused("Este correo ya no es dudoso.", code="not_uncertain")
    mail.advance("deliver", at=at, by=by.full_name, sent_at=mail.handed_at)
    _decide(mail, "core.mail_taken_as_sent", by=by, at=at)


@transaction.atomic
def not_arrived(public_id: UUID, *, by: User, at: datetime) -> None:
    """Let an uncertain mail that is good for its day alone count as refused.

    What it told is told again. Raises MailDecisionRefused for every other one: what can
    be resent is resent.
    """
    mail = _held(public_id)
    if mail.state != MailState.UNCERTAIN:
        raise MailDecisionRefused("Este correo ya no es dudoso.", code="not_uncertain")
    if not mail.expires_at:
        raise MailDecisionRefused(
            "Si este correo no llegó, reenvíalo.", code="resendable"
        )
    mail.advance("miss", at=at, by=by.full_name)
    _decide(mail, "core.mail_not_arrived", by=by, at=at)


@transaction.atomic
def dismiss(public_id: UUID, *, by: User, at: datetime) -> None:
    """Note that a refused mail was dealt with, in whatever way.

    Raises MailDecisionRefused for every other one.
    """
    mail = _held(public_id)
    if mail.state != MailState.REFUSED or mail.decided_at:
        raise MailDecisionRefused(
            "Este correo no espera que alguien lo resuelva.", code="not_refused"
        )
    _decide(mail, "core.mail_dismissed", by=by, at=at)


def _held(public_id: UUID) -> OutgoingEmail:
    """Return the mail, which nobody else decides about meanwhile."""
    mails = OutgoingEmail.objects.select_for_update(of=("self",))
    return mails.select_related("resent_as").get(public_id=public_id)


def _decide(mail: OutgoingEmail, deed: str, *, by: User, at: datetime) -> None:
    undecided = OutgoingEmail.objects.filter(pk=mail.pk, decided_at=None)
    undecided.update(decided_at=at, decided_by=by)
    audit.record(
        deed, at=at, by=by, training_body=mail.training_body, target=mail, to=mail.to
    )
