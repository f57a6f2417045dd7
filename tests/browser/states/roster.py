"""The roster: from a file, by hand, taken back; personal links and their sheet."""

from collections.abc import Sequence

from django.utils import timezone
from playwright.sync_api import expect

from courses.links import ON_A_SHEET
from courses.models import ActionState, LinkWay, Participant, RosterImport, RosterUpload
from courses.roster import uploads
from courses.roster.apply import apply
from courses.roster.read import read_roster
from otec_portal.core.models import MailState, Membership, OutgoingEmail, Role
from otec_portal.core.rut import display
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.courses.roster.sources import ANAS, HEADINGS, JUANS, comma_separated
from tests.factories.core import OutgoingEmailFactory
from tests.factories.courses import EnrolmentFactory, LinkDeliveryFactory

WRONG = ("48.000.022-6", "Eva", "", "eva@correo", "quizás")


def _roster(stage: Stage) -> str:
    return f"/acciones/{stage.enrolment.action.public_id}/nomina/"


def _upload(
    stage: Stage,
    *rows: Sequence[str],
    by: Membership,
    headings: Sequence[str] = HEADINGS,
) -> RosterUpload:
    return uploads.keep(
        stage.enrolment.action,
        roster=read_roster(comma_separated(headings, *rows)),
        filename="nomina-de-la-empresa-segundo-semestre.csv",
        by=by.user,
        at=timezone.now(),
    )


def _previews(stage: Stage, *rows: Sequence[str]) -> None:
    upload = _upload(stage, *rows, by=stage.signs_in())
    stage.opens(f"/nominas/{upload.public_id}/revisar/")


def _sent(stage: Stage, address: str) -> None:
    mail = OutgoingEmailFactory(
        state=MailState.SENT, settled=True, sent_at=timezone.now(), to=address
    )
    LinkDeliveryFactory(enrolment=stage.enrolment, way=LinkWay.MAIL, mail=mail)


def _imports(stage: Stage, *rows: Sequence[str]) -> RosterImport:
    upload = _upload(stage, *rows or (ANAS, JUANS), by=stage.signs_in())
    done = apply(
        upload,
        digest=uploads.plan_of(upload).digest,
        accept_good=False,
        remove=set(),
        by=upload.by,
        at=timezone.now(),
    )
    assert done is not None
    return done


@state
def roster_empty(stage: Stage) -> None:
    stage.enrolment.delete()
    stage.signs_in()
    stage.opens(_roster(stage))


@state
def roster_on_several_pages(stage: Stage) -> None:
    for _ in range(60):
        stage.another()
    stage.another(exempt=True, participant__email="")
    stage.signs_in()
    stage.opens(f"{_roster(stage)}?orden=-nombre")


@state
def roster_without_a_match(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"{_roster(stage)}?buscar=nadie")


@state
def roster_for_a_facilitator(stage: Stage) -> None:
    stage.signs_in(Role.FACILITATOR)
    stage.opens(_roster(stage))


@state
def roster_just_imported(stage: Stage) -> None:
    _previews(stage, ANAS, JUANS)
    stage.presses("Importar la nómina")
    stage.sees("La nómina quedó importada")


@state
def participant_added_badly(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"{_roster(stage)}agregar/")
    stage.page.get_by_label("RUN").fill("1-1")
    stage.sends_the_form("Agregar")
    stage.is_refused()


@state
def participant_corrected(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/inscripciones/{stage.enrolment.public_id}/editar/")


@state
def participant_changed_meanwhile(stage: Stage) -> None:
    participant_corrected(stage)
    Participant.objects.filter(pk=stage.enrolment.participant_id).update(
        email="otra@correo.example"
    )
    stage.page.get_by_label("Apellidos").fill("Soto")
    stage.presses("Guardar cambios")
    stage.is_refused()


@state
def preview_of_an_address_whose_link_left(stage: Stage) -> None:
    person = stage.enrolment.participant
    person.last_names = "Soto"
    person.save(update_fields=["last_names"])
    _sent(stage, person.email)
    changed = (person.run, person.first_names, person.last_names, "x@y.example", "No")
    _previews(stage, changed, WRONG)
    stage.sees("El enlace ya se envió al correo de antes")


@state
def participant_to_remove(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/inscripciones/{stage.enrolment.public_id}/quitar/")


@state
def participant_who_has_to_stay(stage: Stage) -> None:
    stage.session(closed=True)
    participant_to_remove(stage)


@state
def upload_to_choose(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"{_roster(stage)}importar/")


@state
def upload_of_no_roster(stage: Stage) -> None:
    upload_to_choose(stage)
    stage.page.get_by_label("Archivo de la nómina").set_input_files(
        {"name": "foto.xlsx", "mimeType": "image/png", "buffer": b"\x89PNG"}
    )
    stage.presses("Revisar el archivo")
    stage.is_refused()


@state
def preview_with_all_differences(stage: Stage) -> None:
    """New, changed, equal, wrong, and who is gone."""
    person = stage.enrolment.participant
    same = stage.another().participant
    stage.another()
    action = stage.enrolment.action
    action.places = 2
    action.save()
    _previews(
        stage,
        ANAS,
        (display(person.run), "Ñusta", "Huenchullán Aravena", person.email, "Sí"),
        (display(same.run), same.first_names, same.last_names, same.email, "No"),
        WRONG,
    )
    stage.page.locator("#columnas summary").click()


@state
def preview_imported_past_its_errors(stage: Stage) -> None:
    """Refused, with what was decided about who is gone."""
    _previews(stage, ANAS, WRONG)
    stage.page.get_by_label("Quitar solo a quienes marque abajo").check()
    stage.page.locator("#quienes summary").click()
    stage.page.locator("input[name=remove]").first.check()
    stage.presses("Importar la nómina")
    stage.sees("Hay filas con errores. Corrígelas")
    expect(stage.page.locator("input[name=remove]").first).to_be_checked()


@state
def preview_of_whole_names(stage: Stage) -> None:
    headings = ("RUT", "Nombre completo")
    rows = [(ANAS[0], "Ana María Ñancupil Soto"), (JUANS[0], "Juan Díaz")]
    upload = _upload(stage, *rows, by=stage.signs_in(), headings=headings)
    stage.opens(f"/nominas/{upload.public_id}/revisar/")
    stage.sees("Nombres en una sola columna")


@state
def preview_of_what_is_there_already(stage: Stage) -> None:
    _imports(stage)
    _previews(stage, ANAS, JUANS)


@state
def line_to_correct(stage: Stage) -> None:
    _previews(stage, WRONG)
    stage.page.get_by_role("link", name="Corregir la fila").first.click()
    stage.page.get_by_role("button", name="Corregir la fila").wait_for()


@state
def import_to_undo(stage: Stage) -> None:
    done = _imports(stage)
    stage.opens(f"/importaciones/{done.public_id}/deshacer/")


@state
def import_to_undo_of_an_address_whose_link_left(stage: Stage) -> None:
    person = stage.enrolment.participant
    person.last_names = "Soto"
    person.save(update_fields=["last_names"])
    address = "una-casilla-bastante-larga@correo.example"
    done = _imports(stage, (person.run, person.first_names, "Soto", address, "No"))
    _sent(stage, address)
    stage.opens(f"/importaciones/{done.public_id}/deshacer/")
    stage.sees("El enlace ya se envió al correo de antes")


@state
def import_that_has_to_stay(stage: Stage) -> None:
    done = _imports(stage)
    for enrolment in stage.enrolment.action.enrolments.all():
        stage.session(enrolment=enrolment, closed=True)
    stage.opens(f"/importaciones/{done.public_id}/deshacer/")


@state
def import_just_undone(stage: Stage) -> None:
    import_to_undo(stage)
    stage.presses("Deshacer la importación")
    stage.sees("La importación quedó deshecha.")


@state
def links_never_sent(stage: Stage) -> None:
    stage.another(participant__email="")
    stage.signs_in()
    stage.opens(f"{_roster(stage)}enlaces/")


@state
def links_of_an_annulled_action(stage: Stage) -> None:
    action = stage.enrolment.action
    action.decision = ActionState.ANNULLED
    action.save(update_fields=["decision"])
    stage.signs_in()
    stage.opens(f"{_roster(stage)}enlaces/")
    stage.sees("sus enlaces ya no se entregan")


@state
def links_that_could_not_leave(stage: Stage) -> None:
    links_never_sent(stage)
    stage.presses("Enviar por correo")
    stage.sees("Por salir")
    mail = OutgoingEmail.objects.get(link_delivery__enrolment=stage.enrolment)
    mail.state, mail.attempts = MailState.RETRYING, 3
    mail.failure, mail.last_error = "unreachable", "[Errno 111]"
    mail.save(update_fields=["state", "attempts", "failure", "last_error"])
    stage.opens(f"{_roster(stage)}enlaces/")
    stage.sees("No ha podido salir")


@state
def links_of_nobody(stage: Stage) -> None:
    stage.enrolment.delete()
    stage.signs_in()
    stage.opens(f"{_roster(stage)}enlaces/")


@state
def links_just_sent(stage: Stage) -> None:
    links_never_sent(stage)
    stage.presses("Enviar por correo")
    stage.sees("Sin correo registrado")


@state
def links_sheet(stage: Stage) -> None:
    links_never_sent(stage)
    stage.presses("Preparar hoja con códigos QR")
    stage.page.locator(".link-card").first.wait_for()


@state
def links_sheet_that_another_follows(stage: Stage) -> None:
    EnrolmentFactory.create_batch(ON_A_SHEET, action=stage.enrolment.action)
    stage.signs_in()
    stage.opens(f"{_roster(stage)}enlaces/")
    stage.presses("Preparar hoja con códigos QR")
    stage.sees("Preparar la hoja siguiente")


@state
def links_that_can_not_be_mailed(stage: Stage) -> None:
    stage.another(participant__email="una-persona@sence.cl")
    stage.signs_in()
    stage.opens(f"{_roster(stage)}enlaces/")
    stage.presses("Enviar por correo")
    stage.sees("El portal no escribe a las direcciones de SENCE")


@state
def link_to_replace(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/inscripciones/{stage.enrolment.public_id}/enlace/")
