"""The states of the pages of a packet's papers."""

from typing import Final

from django.urls import reverse
from playwright.sync_api import FilePayload

from courses.models import Modality
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import Packet, PacketAction, PacketState, Paper
from liquidation.places import Place
from liquidation.services import papers, placing
from otec_portal.core import sealed
from tests.browser.stage import Stage, ago
from tests.browser.states.registry import state
from tests.core.documents import pdf, picture, written
from tests.factories.core import UserFactory
from tests.factories.packets import PacketActionFactory
from tests.liquidation.packing import packet_of, person
from tests.liquidation.uploading import kept

LONG: Final = "Declaración jurada firmada de Wenceslao Maximiliano " * 3


def _held(stage: Stage, modality: Modality = Modality.SELF_INSTRUCTION) -> PacketAction:
    return packet_of(stage.body, modality)


def _opens(stage: Stage, held: PacketAction, query: str = "") -> None:
    stage.signs_in()
    stage.opens(reverse("liquidation:papers", args=[held.packet.public_id]) + query)


def _opens_paper(stage: Stage, paper: Paper, *, status: int = 200) -> None:
    stage.signs_in()
    stage.opens(reverse("liquidation:paper", args=[paper.public_id]), status=status)


def _waiting(held: PacketAction) -> list[Paper]:
    """Papers whose place is sure, unsure and unknown; one with a long name."""
    ana, rosa = person(held, "Ana"), person(held, "Rosa")
    card = f"cedula {ana.participant.run} frente y dorso.jpg"
    return [
        kept(held.packet, card, picture(size=(640, 400))),
        kept(held.packet, "factura 1234.pdf"),
        kept(held.packet, "comprobante de pago.pdf"),
        kept(held.packet, f"{LONG}{rosa.participant.run}.pdf"),
        kept(held.packet, "escaneo0001.pdf"),
    ]


def _placed(held: PacketAction) -> Paper:
    paper = kept(held.packet, "factura pagada.pdf")
    stamped = PaymentProof.STAMPED_INVOICE
    chosen = [
        Place(DocumentKind.INVOICE, held.action),
        Place(DocumentKind.PAYMENT, held.action, proof=stamped),
    ]
    placing.place(paper, chosen, by=UserFactory(), at=ago())
    return paper


@state
def papers_none_yet(stage: Stage) -> None:
    _opens(stage, _held(stage))


@state
def papers_waiting(stage: Stage) -> None:
    held = _held(stage)
    _waiting(held)
    _opens(stage, held)


@state
def papers_placed(stage: Stage) -> None:
    held = _held(stage)
    _placed(held)
    _opens(stage, held, "?ver=confirmados")


@state
def papers_aside(stage: Stage) -> None:
    held = _held(stage)
    old, new = _placed(held), kept(held.packet, "factura nueva.pdf")
    placing.replace(old, new, by=UserFactory(), at=ago())
    papers.discard(kept(held.packet), by=UserFactory(), at=ago())
    _opens(stage, held, "?ver=fuera")


@state
def papers_of_a_packet_that_was_sent(stage: Stage) -> None:
    held = _held(stage)
    _placed(held)
    Packet.objects.filter(pk=held.packet.pk).update(state=PacketState.SENT)
    _opens(stage, held, "?ver=confirmados")


@state
def papers_uploaded_with_one_refused(stage: Stage) -> None:
    """D1, H5: by the page's script, one by one."""
    held = _held(stage)
    _opens(stage, held)
    stage.watch.expect("422")
    stage.page.get_by_label("Documentos", exact=True).set_input_files(
        [
            _file("factura 1234.pdf", pdf()),
            _file("pagina.pdf", b"<html></html>"),
            _file("cedula.jpg", picture()),
        ]
    )
    stage.sees("Guardados: 2, con problemas: 1.")


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


@state
def papers_confirmed_together_with_one_refused(stage: Stage) -> None:
    """E10: a participant's declaration before the OTEC's."""
    held = _held(stage, Modality.E_LEARNING)
    ana, _ = person(held, "Ana"), person(held, "Rosa")
    kept(held.packet, f"dj {ana.participant.run}.pdf")
    kept(held.packet, "factura.pdf")
    _opens(stage, held)
    stage.presses("Confirmar los marcados")
    stage.sees("Registra primero la declaración de la OTEC")


@state
def paper_of_a_person_proposed(stage: Stage) -> None:
    held = _held(stage)
    PacketActionFactory(packet=held.packet)
    _opens_paper(stage, _waiting(held)[0])


@state
def paper_of_several_pages_proposed(stage: Stage) -> None:
    held = _held(stage, Modality.E_LEARNING)
    run = person(held).participant.run
    person(held, "Rosa")
    said = written("Declaración jurada", f"RUN {run}", "Folio 501-2026", pages=3)
    text = f"Declaración jurada RUN {run} Folio 501-2026"
    _opens_paper(stage, kept(held.packet, "escaneo.pdf", said, text=text))


@state
def paper_refused(stage: Stage) -> None:
    """H5: what lacks stands beside its field."""
    held = _held(stage)
    _opens_paper(stage, _waiting(held)[2])
    stage.sends_the_form("Confirmar")
    stage.is_refused()


@state
def paper_placed(stage: Stage) -> None:
    _opens_paper(stage, _placed(_held(stage)))


@state
def paper_that_may_be_a_new_version(stage: Stage) -> None:
    held = _held(stage)
    _placed(held)
    _opens_paper(stage, kept(held.packet, "factura corregida.pdf"))
    stage.page.get_by_text("Es una versión nueva de otro archivo").click()


@state
def paper_discarded(stage: Stage) -> None:
    paper = kept(_held(stage).packet)
    papers.discard(paper, by=UserFactory(), at=ago())
    _opens_paper(stage, paper)


@state
def paper_that_is_gone(stage: Stage) -> None:
    """Its file is damaged, or lost, where it is kept."""
    paper = kept(_held(stage).packet)
    sealed.forget(paper.key)
    stage.watch.expect("500")
    stage.signs_in()
    url = reverse("liquidation:paper_preview", args=[paper.public_id])
    stage.opens(url, status=500)
