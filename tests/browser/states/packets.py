"""The states of the desk of packets."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from courses.models import Company, Course, Modality, TrainingAction
from liquidation.kinds import DocumentKind
from liquidation.models import DeclarationState, Packet, PacketAction, PacketState
from liquidation.services.packets import keep_state
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.courses import CompanyFactory, TrainingActionFactory
from tests.factories.packets import PacketActionFactory, PacketFactory, PaperFactory
from tests.liquidation.desk import issued
from tests.liquidation.packing import declared, paid, person, placed

LONG: Final = "Sociedad Agrícola, Ganadera y Forestal de la Cordillera Nevada Limitada"
NAME: Final = "Wenceslao Maximiliano de la Santísima Trinidad"


def _company(stage: Stage) -> Company:
    made: Company = CompanyFactory(training_body=stage.body, name=LONG)
    return made


def _over(stage: Stage, company: Company | None, **facts: Any) -> TrainingAction:
    """An action that ended, of which a packet can be made."""
    today = timezone.localdate()
    made: TrainingAction = TrainingActionFactory(
        **{
            "production": True,
            "course__training_body": stage.body,
            "company": company,
            "starts_on": today - timedelta(days=80),
            "ends_on": today - timedelta(days=20),
            "value": 12_345_678,
            **facts,
        }
    )
    return made


def _packet(stage: Stage, company: Company, **facts: Any) -> PacketAction:
    """A packet with one action, over since 20 days."""
    packet: Packet = PacketFactory(company=company, at=timezone.now(), **facts)
    held: PacketAction = PacketActionFactory(
        packet=packet, action=_over(stage, company, region=packet.region)
    )
    return held


def _path(held: PacketAction) -> str:
    return f"/expedientes/{held.packet.public_id}/"


def _moved(held: PacketAction, **facts: Any) -> None:
    TrainingAction.objects.filter(pk=held.action.pk).update(**facts)


@state
def packets_none(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/expedientes/")


@state
def packets_in_every_state(stage: Stage) -> None:
    for one in PacketState:
        held = _packet(stage, _company(stage), state=one)
        for _ in range(4 if one == PacketState.DRAFT else 0):
            more = _over(stage, held.packet.company)
            PacketActionFactory(packet=held.packet, action=more)
    today = timezone.localdate()
    _moved(held, value=None)
    late = _packet(stage, _company(stage))
    _moved(late, ends_on=today - timedelta(days=61))
    near = _packet(stage, _company(stage))
    _moved(near, ends_on=today - timedelta(days=58))
    PacketFactory(company=_company(stage))
    stage.signs_in()
    stage.opens("/expedientes/")


@state
def packets_none_found(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/expedientes/?q=zzz")


@state
def packet_to_make(stage: Stage) -> None:
    company = _company(stage)
    for region in ("ML", "ML", "MA"):
        _over(stage, company, region=region)
    _over(stage, CompanyFactory(training_body=stage.body), value=None)
    _over(stage, None)
    stage.signs_in()
    stage.opens("/expedientes/nuevo/")


@state
def packet_to_make_of_nothing(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/expedientes/nuevo/")


@state
def packet_refused(stage: Stage) -> None:
    _over(stage, _company(stage))
    stage.signs_in()
    stage.opens("/expedientes/nuevo/")
    stage.presses("Crear expediente")
    stage.is_refused()


@state
def packet_that_lacks_everything(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    _moved(held, region="MA")
    for number in range(12):
        person(held, f"{NAME} {number}")
    person(held, sessions=0)
    other = PacketActionFactory(
        packet=held.packet,
        action=_over(
            stage,
            held.packet.company,
            course__modality=Modality.SELF_INSTRUCTION,
        ),
    )
    placed(other, DocumentKind.IDENTITY_CARD, person(other))
    PaperFactory(packet=held.packet)
    stage.signs_in()
    stage.opens(_path(held))
    stage.page.get_by_text("12 participantes").click()


@state
def packet_that_lacks_some(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    declared(held, number="1-2026")
    placed(held, DocumentKind.INVOICE)
    for _ in range(3):
        declared(held, person(held, NAME))
    issued(person(held), number="7-2026")
    issued(person(held), state=DeclarationState.IN_VALIDATION)
    Company.objects.filter(pk=held.packet.company.pk).update(
        contact_name="Rosa Tapia", contact_email="rosa@empresa.example"
    )
    stage.signs_in()
    stage.opens(_path(held))
    stage.page.get_by_text("Quiénes están listos").click()


@state
def packet_after_its_term(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    _moved(held, ends_on=timezone.localdate() - timedelta(days=70))
    stage.signs_in()
    stage.opens(_path(held))


@state
def packet_complete(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    Course.objects.update(modality=Modality.CLASSROOM)
    paid(held)
    admin = stage.signs_in()
    keep_state(held.packet, by=admin.user, at=timezone.now())
    stage.opens(_path(held))
    stage.sees("No falta nada")


@state
def packet_sent_off(stage: Stage) -> None:
    held = _packet(stage, _company(stage), state=PacketState.SENT)
    stage.signs_in()
    stage.opens(_path(held))


@state
def packet_without_actions(stage: Stage) -> None:
    packet = PacketFactory(company=_company(stage))
    stage.signs_in()
    stage.opens(f"/expedientes/{packet.public_id}/")


@state
def packet_actions_to_add(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    _over(stage, held.packet.company)
    stage.signs_in()
    stage.opens(f"{_path(held)}acciones/")
    stage.presses("Agregar al expediente")
    stage.is_refused()


@state
def packet_actions_to_add_none(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    stage.signs_in()
    stage.opens(f"{_path(held)}acciones/")


@state
def packet_action_to_remove(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    stage.signs_in()
    stage.opens(f"/acciones/{held.action.public_id}/expediente/quitar/")


@state
def packet_action_not_to_remove(stage: Stage) -> None:
    held = _packet(stage, _company(stage), state=PacketState.SENT)
    stage.signs_in()
    stage.opens(f"/acciones/{held.action.public_id}/expediente/quitar/")


@state
def packet_action_value_wrong(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    stage.signs_in()
    stage.opens(f"/acciones/{held.action.public_id}/expediente/valor/")
    stage.page.get_by_label("Valor de la acción").fill("12,5")
    stage.presses("Guardar")
    stage.is_refused()


@state
def packet_to_discard(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    stage.signs_in()
    stage.opens(f"{_path(held)}descartar/")


@state
def packet_not_to_discard(stage: Stage) -> None:
    held = _packet(stage, _company(stage))
    PaperFactory(packet=held.packet)
    stage.signs_in()
    stage.opens(f"{_path(held)}descartar/")
