"""The states of the pages by which packets leave, and of who receives them."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from playwright.sync_api import expect

from courses.models import TrainingAction
from liquidation import links
from liquidation.models import Dispatch, PacketBuild, PacketLink, Placement
from liquidation.services import answers, dispatch
from liquidation.services.links import hand_over
from liquidation.services.packets import keep_state
from otec_portal.core.models import Role
from otec_portal.core.uploads import Document, FileKind
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.core.documents import pdf
from tests.factories.core import MembershipFactory, UserFactory
from tests.liquidation.packing import packet_of, paid
from tests.liquidation.sending import ROSA, built_of, order

LONG: Final = "Sociedad Agrícola, Ganadera y Forestal de la Cordillera Nevada Limitada"
REMARKS: Final = "En la factura de la acción no se lee el timbre de pago. " * 5
INBOX: Final = "/direccion-regional/expedientes/"


def _ready(stage: Stage, *, days: int = 20) -> PacketBuild:
    """A packet that can be sent; its action ended `days` ago."""
    body, now = stage.enrolment.action.course.training_body, timezone.now()
    held = packet_of(body)
    held.packet.company.name = LONG
    held.packet.company.save()
    TrainingAction.objects.filter(pk=held.action.pk).update(
        starts_on=now.date() - timedelta(days=days + 30),
        ends_on=now.date() - timedelta(days=days),
    )
    paid(held)
    keep_state(held.packet, by=UserFactory(), at=now)
    return built_of(held.packet)


def _sent(stage: Stage, *, by_link: bool = False) -> Dispatch:
    if by_link:
        stage.settings.MAIL_LIMIT = 1024
    build = _ready(stage)
    by = UserFactory(full_name="Ana Soto")
    return dispatch.send(build.packet, order=order(build), by=by, at=timezone.now())


def _answered(one: Dispatch, *, liquidated: bool) -> None:
    answers.record_answer(
        one.build.packet,
        answers.Answer(
            liquidated=liquidated,
            remarks="" if liquidated else REMARKS,
            who="Oficina de partes",
            answered_on=timezone.localdate(),
        ),
        evidence=Document(FileKind.PDF, pdf(), 1),
        filename="respuesta-de-la-direccion-regional-del-maule.pdf",
        by=UserFactory(full_name="Ana Soto"),
        at=timezone.now(),
    )


def _way(build: PacketBuild, rest: str = "") -> str:
    return f"/expedientes/{build.packet.public_id}/envio/{rest}"


def _company(build: PacketBuild) -> PacketLink:
    by = UserFactory(full_name="Ana Soto")
    return hand_over(build.packet, contact=ROSA, by=by, at=timezone.now())


def _lacks_payment() -> None:
    Placement.objects.filter(kind="payment").update(until=timezone.now())


def _office(stage: Stage) -> None:
    member = MembershipFactory(training_body=None, role=Role.REGIONAL_OFFICE)
    member.regions.create(region="ML")
    stage.is_signed_in_as(member.user)


def _opens_link(stage: Stage, link: PacketLink, *, status: int = 200) -> None:
    stage.opens(f"/l/{links.signed(link)}/", status=status)


@state
def delivery_that_lacks_something(stage: Stage) -> None:
    build = _ready(stage)
    _lacks_payment()
    stage.signs_in()
    stage.opens(_way(build))


@state
def delivery_answered_with_links(stage: Stage) -> None:
    one = _sent(stage, by_link=True)
    _company(one.build)
    _answered(one, liquidated=False)
    stage.signs_in()
    stage.opens(_way(one.build))


@state
def delivery_waits_for_its_answer(stage: Stage) -> None:
    one = _sent(stage)
    stage.signs_in()
    stage.opens(_way(one.build))


@state
def send_refused(stage: Stage) -> None:
    build = _ready(stage, days=70)
    stage.signs_in()
    stage.opens(_way(build, "correo/"))
    stage.presses("Ver el correo")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def send_again(stage: Stage) -> None:
    one = _sent(stage)
    stage.signs_in()
    stage.opens(_way(one.build, "correo/"))


@state
def send_that_lacks_something(stage: Stage) -> None:
    build = _ready(stage)
    _lacks_payment()
    stage.signs_in()
    stage.opens(_way(build, "correo/"))


@state
def send_shows_the_very_mail(stage: Stage) -> None:
    stage.settings.MAIL_LIMIT = 1024
    build = _ready(stage)
    stage.signs_in()
    stage.opens(_way(build, "correo/"))
    stage.page.get_by_label("Contacto de la empresa").fill(ROSA.name)
    stage.page.get_by_label("Su correo").fill(ROSA.email)
    stage.presses("Ver el correo")
    expect(stage.page.get_by_text("Irá con un enlace")).to_be_visible()


@state
def hand_over_refused(stage: Stage) -> None:
    build = _ready(stage)
    stage.signs_in()
    stage.opens(_way(build, "empresa/"))
    stage.presses("Enviar el enlace")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def record_answer_refused(stage: Stage) -> None:
    one = _sent(stage)
    stage.signs_in()
    stage.opens(_way(one.build, "respuesta/"))
    stage.presses("Registrar la respuesta")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def office_packets(stage: Stage) -> None:
    _sent(stage)
    for liquidated in (True, False):
        _answered(_sent(stage), liquidated=liquidated)
    _office(stage)
    stage.opens(INBOX)


@state
def office_packets_none(stage: Stage) -> None:
    _office(stage)
    stage.opens(INBOX)


@state
def office_packet_refused(stage: Stage) -> None:
    one = _sent(stage)
    _office(stage)
    stage.opens(f"{INBOX}{one.public_id}/")
    stage.presses("Enviar la respuesta")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def office_packet_answered(stage: Stage) -> None:
    one = _sent(stage)
    _answered(one, liquidated=False)
    _office(stage)
    stage.opens(f"{INBOX}{one.public_id}/")


@state
def link_of_the_office(stage: Stage) -> None:
    one = _sent(stage, by_link=True)
    assert one.office_link
    _opens_link(stage, one.office_link)
    stage.presses("Enviar la respuesta")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def link_of_the_office_answered(stage: Stage) -> None:
    one = _sent(stage, by_link=True)
    _answered(one, liquidated=True)
    assert one.office_link
    _opens_link(stage, one.office_link)


@state
def link_of_the_company_that_lacks_payment(stage: Stage) -> None:
    build = _ready(stage)
    _lacks_payment()
    _opens_link(stage, _company(build))
    stage.presses("Subir documentos")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def link_of_the_company_to_send_late(stage: Stage) -> None:
    build = _ready(stage, days=70)
    _opens_link(stage, _company(build))
    stage.presses("Ya lo envié")
    expect(stage.page.get_by_role("alert")).to_be_visible()


@state
def link_of_the_company_sent(stage: Stage) -> None:
    one = _sent(stage)
    _opens_link(stage, _company(one.build))


@state
def link_over(stage: Stage) -> None:
    build = _ready(stage)
    link = _company(build)
    PacketLink.objects.update(
        at=timezone.now() - timedelta(days=40),
        expires_at=timezone.now() - timedelta(days=10),
    )
    _opens_link(stage, link, status=410)


@state
def link_unknown(stage: Stage) -> None:
    stage.opens("/l/x/", status=404)
