"""The states of the pages on which certificates are emitted, one and many."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from certificates.bulk import candidates
from certificates.models import EmissionBatch
from certificates.services.batches import run_batch, start_batch
from certificates.services.documents import GRACE, make, make_missing
from courses.models import ActionState, ActivityType, TrainingAction
from otec_portal.core import health
from otec_portal.core.models import PulseOf, Role
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.certificates.annulments import answered, requested
from tests.certificates.desk import attended, certifiable, emitted
from tests.factories.attendance import SenceSessionFactory

LONG_NAME = "Gestión integral de riesgos psicosociales y prevención en faenas australes"


def _action(stage: Stage, **fields: object) -> TrainingAction:
    """An action that ended ten days ago; some of its participants came too little."""
    today = timezone.localdate()
    action = certifiable(
        stage.body,
        people=3,
        **{
            "starts_on": today - timedelta(days=40),
            "ends_on": today - timedelta(days=10),
            "billing_reference": "F-2026-1234",
            **fields,
        },
    )
    attended(action, hours=2)
    return action


def _page(action: TrainingAction, name: str = "certificate") -> str:
    return reverse(f"certificates:{name}", args=[action.public_id])


def _summary_of(stage: Stage, action: TrainingAction) -> None:
    stage.opens(_page(action, "prepare"))
    stage.presses("Emitir Certificado")
    stage.is_headed("Acepta el certificado de asistencia que se emitirá")


# ---- one ----


@state
def certificate_pending(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(_page(_action(stage, course__name=LONG_NAME)))


@state
def certificate_that_can_not_be_emitted(stage: Stage) -> None:
    today = timezone.localdate()
    action = _action(
        stage,
        starts_on=today - timedelta(days=90),
        ends_on=today - timedelta(days=60),
        production=False,
    )
    stage.signs_in()
    stage.opens(_page(action))
    stage.sees("Ya no se puede emitir.")


@state
def certificate_data(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(_page(_action(stage), "prepare"))


@state
def certificate_data_with_errors(stage: Stage) -> None:
    action = _action(
        stage,
        activity_type=ActivityType.PARTIAL,
        billing_reference="",
    )
    stage.signs_in()
    stage.opens(_page(action, "prepare"))
    stage.presses("Emitir Certificado")
    stage.sees("Escribe la fecha de la última clase realizada.")


@state
def certificate_summary(stage: Stage) -> None:
    stage.signs_in()
    _summary_of(stage, _action(stage))


@state
def certificate_summary_with_everything_to_look_at(stage: Stage) -> None:
    action = _action(stage, ends_on=timezone.localdate() + timedelta(days=3))
    enrolment = action.enrolments.first()
    assert enrolment is not None
    SenceSessionFactory(enrolment=enrolment, closed=True, environment="production")
    SenceSessionFactory(enrolment=enrolment, expired=True, environment="production")
    person = enrolment.participant
    person.email = ""
    person.save()
    stage.signs_in()
    _summary_of(stage, action)


@state
def certificate_being_printed(stage: Stage) -> None:
    health.beat(PulseOf.WORKER, now=timezone.now())
    made = emitted(_action(stage), at=timezone.now())
    stage.signs_in()
    stage.opens(reverse("certificates:issued", args=[made.public_id]))
    stage.sees("Preparando el PDF")


@state
def certificate_whose_worker_is_away(stage: Stage) -> None:
    made = emitted(_action(stage), at=timezone.now())
    stage.signs_in()
    stage.opens(reverse("certificates:issued", args=[made.public_id]))
    stage.sees("El PDF espera")


@state
def certificate_printed(stage: Stage) -> None:
    made = emitted(_action(stage), at=timezone.now())
    make(made, now=timezone.now())
    stage.signs_in()
    stage.opens(reverse("certificates:issued", args=[made.public_id]))
    stage.sees("El certificado está listo")


@state
def certificate_issued(stage: Stage) -> None:
    action = _action(stage)
    emitted(action, at=timezone.now())
    stage.signs_in()
    stage.opens(_page(action))
    stage.sees("Historia del certificado")


@state
def certificate_of_a_liquidated_action(stage: Stage) -> None:
    action = _action(stage)
    emitted(action, at=timezone.now())
    TrainingAction.objects.filter(pk=action.pk).update(decision=ActionState.LIQUIDATED)
    stage.signs_in()
    stage.opens(_page(action))


# ---- many ----


def _several(stage: Stage) -> list[TrainingAction]:
    return [
        _action(stage, course__name=LONG_NAME),
        _action(stage, billing_reference="OC-77"),
        _action(stage, billing_reference=""),
    ]


def _batch(stage: Stage) -> EmissionBatch:
    actions = (
        TrainingAction.objects.filter(pk__in=[one.pk for one in _several(stage)])
        .select_related("course__training_body")
        .order_by("pk")
    )
    membership = stage.signs_in()
    return start_batch(
        candidates(list(actions), today=timezone.localdate()),
        body=stage.body,
        justification="",
        by=membership.user,
        at=timezone.now(),
    )


def _opens_batch(stage: Stage, batch: EmissionBatch) -> None:
    stage.opens(reverse("certificates:batch", args=[batch.public_id]))


@state
def nothing_to_emit(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(reverse("certificates:choose"))
    stage.sees("No hay certificados por emitir")


@state
def certificates_to_emit(stage: Stage) -> None:
    _several(stage)
    stage.signs_in()
    stage.opens(reverse("certificates:choose"))


@state
def certificates_to_emit_and_too_late(stage: Stage) -> None:
    """One never emitted in time, one to be emitted again with another number."""
    over = timezone.localdate() - timedelta(days=60)
    _action(stage, starts_on=over, ends_on=over, course__name=LONG_NAME)
    now = timezone.now()
    answered(requested(emitted(_action(stage), at=now), at=now), at=now)
    stage.signs_in()
    stage.opens(reverse("certificates:choose"))
    stage.sees("Fuera de plazo (1)")


@state
def certificates_none_chosen(stage: Stage) -> None:
    certificates_to_emit(stage)
    stage.presses("Revisar antes de emitir")
    stage.is_refused()


@state
def certificates_summary(stage: Stage) -> None:
    certificates_to_emit(stage)
    stage.page.get_by_label("Todas las de la lista").check()
    stage.presses("Revisar antes de emitir")
    stage.is_headed("Revisar antes de emitir")


@state
def certificates_waiting(stage: Stage) -> None:
    _opens_batch(stage, _batch(stage))


@state
def certificates_of_other_regions_too(stage: Stage) -> None:
    batch = _batch(stage)
    TrainingAction.objects.filter(pk=batch.items.earliest("pk").action_id).update(
        region="MA"
    )
    stage.signs_in(Role.REGIONAL_ADMIN).regions.create(region="ML")
    _opens_batch(stage, batch)
    stage.sees("Tiene acciones de otras regiones")


@state
def certificates_emitted(stage: Stage) -> None:
    batch = _batch(stage)
    waiting = batch.items.last()
    assert waiting is not None
    decided = TrainingAction.objects.filter(pk=waiting.action_id)
    decided.update(decision=ActionState.ANNULLED)
    run_batch(batch.pk, clock=timezone.now)
    make_missing(clock=lambda: timezone.now() + GRACE)
    _opens_batch(stage, batch)
    stage.sees("Descargar los PDF (ZIP)")
