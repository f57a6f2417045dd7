"""The pages of the roster: who is on it, added, corrected, removed by hand."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import (
    Enrolment,
    Participant,
    TrainingAction,
)
from courses.services import regenerate_link
from otec_portal.core import outbox
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from otec_portal.core.rut import display, with_check_digit
from tests.conftest import SignedIn, sign_in
from tests.courses.roster.desk import at, imported, no_store, send, text, uploaded
from tests.courses.roster.sources import ANA, ANAS
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import (
    EnrolmentFactory,
    ParticipantFactory,
    TrainingActionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def client(admin: SignedIn) -> Client:
    return admin.client


def test_roster_lists_its_participants(client: Client, action: TrainingAction) -> None:
    EnrolmentFactory(action=action, exempt=True, participant__email="")
    stranger = EnrolmentFactory(participant__last_names="Forastera")
    page = text(client.get(at("roster", action.public_id)))
    assert "Ñusta Belén" in page
    assert "Sin correo" in page
    assert "Exento" in page
    assert stranger.participant.last_names not in page


def test_roster_is_sorted_by_last_name_whatever_its_accents(
    client: Client, action: TrainingAction
) -> None:
    """Ñanculeo stands before Sanhueza, on every database and by every collation."""
    names = ["Álvarez", "nahuel", "Ñanculeo", "Sanhueza", "Úbeda", "Zúñiga"]
    for name in reversed(names):
        EnrolmentFactory(action=action, participant__last_names=name)
    url = at("roster", action.public_id)
    for asked, order in (({}, names), ({"orden": "-nombre"}, names[::-1])):
        shown = client.get(url, asked).context["list"].page
        assert [one.participant.last_names for one in shown] == order


def test_people_who_were_there_before_are_sorted_too() -> None:
    person = ParticipantFactory(last_names="Ñanco")
    Participant.objects.update(listed_folded="")
    name = "courses.migrations.0007_people_listed_without_accents"
    import_module(name).fill(apps, None)
    person.refresh_from_db()
    assert person.listed_folded == "nanco nusta belen"


@pytest.mark.parametrize("typed", ["48000011", "48.000.011", "48000011-"])
def test_run_typed_without_its_check_digit_is_refused(
    typed: str, client: Client, action: TrainingAction
) -> None:
    url = at("enrol", action.public_id)
    sent = {"run": typed, "first_names": "Ana", "last_names": "Soto"}
    form = client.post(url, sent).context["form"]
    assert "dígito verificador" in form.errors["run"][0]
    assert not Enrolment.objects.exists()


def test_run_typed_bare_has_its_check_digit_last(
    client: Client, action: TrainingAction
) -> None:
    """domain.md: "with or without dots and hyphen". Of RUNs without their digit one in
    eleven passes for a shorter one: by hand that is seen beside its name; in files,
    where it is not, the whole column tells (courses/roster/lines.py).
    """
    run = with_check_digit(4_800_001)
    sent = {"run": run.replace("-", ""), "first_names": "Ana", "last_names": "Soto"}
    client.post(at("enrol", action.public_id), sent)
    assert Enrolment.objects.get().participant.run == run
    assert display(run) in text(client.get(at("roster", action.public_id)))


@pytest.mark.parametrize("people", [1, 20])
def test_roster_takes_a_fixed_number_of_queries(
    client: Client,
    action: TrainingAction,
    people: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    """Nor does it read all that the last import did."""
    EnrolmentFactory.create_batch(people, action=action)
    imported(uploaded(action, ANAS))
    client.get(at("roster", action.public_id))
    with django_assert_num_queries(10) as roster:
        client.get(at("roster", action.public_id))
    assert not [one for one in roster.captured_queries if '"deeds"' in one["sql"]]
    with django_assert_num_queries(11):
        client.get(at("links", action.public_id))


@pytest.mark.parametrize("query", ["USTA bel", "usta2", "apellido", "99.000", "zz"])
def test_roster_is_narrowed_by_words(
    client: Client, action: TrainingAction, query: str
) -> None:
    EnrolmentFactory(action=action, participant__last_names="Apellido Uno")
    page = text(client.get(at("roster", action.public_id), {"q": query}))
    assert ("Apellido Uno" in page) == (query in {"USTA bel", "apellido"})


def test_roster_is_narrowed_by_run(client: Client, action: TrainingAction) -> None:
    EnrolmentFactory(action=action, participant__last_names="Otra")
    EnrolmentFactory(action=action, participant__run=ANA)
    page = text(client.get(at("roster", action.public_id), {"q": "48.000.020-K"}))
    assert "48.000.020-K" in page
    assert "Otra" not in page


def test_roster_that_is_empty_says_what_to_do(
    client: Client, action: TrainingAction, our_body: TrainingBody
) -> None:
    assert "Importar la nómina" in text(client.get(at("roster", action.public_id)))
    looker = sign_in(our_body, Role.FACILITATOR).client
    page = text(looker.get(at("roster", action.public_id)))
    assert "Importar la nómina" not in page
    assert "Todavía no hay participantes" in page


@pytest.mark.parametrize("page", ["courses:roster", "attendance:participants"])
def test_list_sorted_by_last_names_shows_them_first(
    page: str, admin: SignedIn, enrolment: Enrolment
) -> None:
    person = enrolment.participant
    person.first_names, person.last_names = "Ana", "Zúñiga Soto"
    person.save()
    url = reverse(page, args=[enrolment.action.public_id])
    assert "Zúñiga Soto, Ana" in admin.client.get(url).content.decode()


def test_facilitator_sees_the_roster_without_deeds(
    action: TrainingAction, facilitator: SignedIn
) -> None:
    enrolment = EnrolmentFactory(action=action)
    page = text(facilitator.client.get(at("roster", action.public_id)))
    assert enrolment.participant.listed_name in page
    for words in ("Importar", "Agregar", "Enlaces personales", "Descargar", "Quitar"):
        assert words not in page
    table = page[page.index("<table") : page.index("</table>")]
    assert "Acciones" not in table  # a column of buttons that nobody has here


def test_roster_of_a_closed_action_offers_no_change(
    client: Client, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, frozen_at=NOW)
    EnrolmentFactory(action=action)
    page = text(client.get(at("roster", action.public_id)))
    assert "ya no se puede cambiar" in page
    assert "Editar" not in page
    for name in ("enrol", "import_roster"):
        assert '<form method="post" class' not in text(
            client.get(at(name, action.public_id))
        )


PERSON = {"run": "48.000.020-k", "first_names": " Ana  María ", "last_names": "Díaz"}


def test_participant_is_added_by_hand(client: Client, action: TrainingAction) -> None:
    answer = client.post(at("enrol", action.public_id), {**PERSON, "email": ""})
    assert answer.status_code == 302
    person = Enrolment.objects.get(action=action).participant
    assert (person.run, person.first_names) == (ANA, "Ana María")


def test_participant_with_bad_data_is_refused_beside_the_field(
    client: Client, action: TrainingAction
) -> None:
    """H5: what was typed is kept."""
    answer = client.post(
        at("enrol", action.public_id),
        {"run": "1-1", "first_names": "Ana 3", "last_names": "", "email": "x@"},
    )
    errors = answer.context["form"].errors
    assert set(errors) == {"run", "first_names", "last_names", "email"}
    assert errors["last_names"] == ["Faltan los apellidos."]
    assert 'value="Ana 3"' in text(answer)


def test_participant_known_otherwise_is_updated_only_when_asked(
    client: Client, action: TrainingAction
) -> None:
    ParticipantFactory(
        training_body=action.course.training_body, run=ANA, email="antes@x.example"
    )
    url = at("enrol", action.public_id)
    page = text(client.post(url, {**PERSON, "email": "ahora@x.example"}))
    assert "Actualizar sus datos" in page
    assert "antes@x.example" in page
    assert not Enrolment.objects.exists()
    client.post(url, {**PERSON, "email": "ahora@x.example", "update": "on"})
    assert Enrolment.objects.get().participant.email == "ahora@x.example"


def test_participant_is_corrected_by_hand(
    client: Client, action: TrainingAction
) -> None:
    enrolment = EnrolmentFactory(action=action)
    url = at("edit_enrolment", enrolment.public_id)
    assert enrolment.participant.email in text(client.get(url))
    data = {"first_names": "Eva", "last_names": "Soto", "email": "", "exempt": "on"}
    assert client.post(url, data).status_code == 302
    enrolment = Enrolment.objects.select_related("participant").get()
    assert (enrolment.participant.full_name, enrolment.exempt) == ("Eva Soto", True)


def test_address_corrected_after_the_link_was_sent_warns(
    client: Client, action: TrainingAction
) -> None:
    """The link that went to the wrong person still opens the door."""
    enrolment = EnrolmentFactory(action=action, participant__email="mala@x.example")
    client.post(
        at("send_links", action.public_id),
        {"to": "everyone", "shown_at": NOW.isoformat()},
    )
    outbox.send_due(now=NOW)
    data = {"first_names": "Eva", "last_names": "Soto", "email": "buena@x.example"}
    page = client.post(at("edit_enrolment", enrolment.public_id), data, follow=True)
    assert "ahí sigue sirviendo: Eva Soto (mala@x.example)" in text(page)


@pytest.mark.parametrize("why", ["never left", "replaced"])
def test_address_corrected_when_its_link_is_dead_warns_of_nothing(
    why: str, client: Client, action: TrainingAction, admin: SignedIn
) -> None:
    enrolment = EnrolmentFactory(action=action, participant__email="mala@x.example")
    send(client, action)
    if why == "replaced":
        outbox.send_due(now=NOW)
        regenerate_link(enrolment.participant, by=admin.membership.user, at=NOW)
    data = {"first_names": "Eva", "last_names": "Soto", "email": "buena@x.example"}
    page = client.post(at("edit_enrolment", enrolment.public_id), data, follow=True)
    assert "sigue sirviendo" not in text(page)


def test_participant_changed_meanwhile_is_shown_before_it_is_overwritten(
    client: Client, action: TrainingAction
) -> None:
    """docs/adr/0020."""
    enrolment = EnrolmentFactory(action=action)
    url = at("edit_enrolment", enrolment.public_id)
    initial = client.get(url).context["form"].initial
    seen = {"version": initial["version"], "first_names": "Eva", "last_names": "Soto"}
    client.post(url, {**seen, "email": "nueva@x.example"})
    page = client.post(url, {**seen, "email": "vieja@x.example"})
    assert "Mientras editabas" in text(page)
    assert "nueva@x.example" in text(page)
    again = re.search(r'name="version" value="([^"]+)"', text(page))
    assert again
    seen["version"] = again[1]
    assert client.post(url, {**seen, "email": "vieja@x.example"}).status_code == 302
    enrolment.participant.refresh_from_db()
    assert enrolment.participant.email == "vieja@x.example"


def test_participant_is_removed_after_asking(
    client: Client, action: TrainingAction
) -> None:
    enrolment = EnrolmentFactory(action=action)
    url = at("remove_enrolment", enrolment.public_id)
    assert "Quitar de la nómina" in text(client.get(url))
    assert Enrolment.objects.exists()
    client.post(url)
    assert not Enrolment.objects.exists()


def test_participant_with_sessions_can_not_be_removed_and_it_is_said(
    client: Client, action: TrainingAction
) -> None:
    enrolment = SenceSessionFactory(enrolment__action=action).enrolment
    url = at("remove_enrolment", enrolment.public_id)
    assert "sesiones SENCE" in text(client.get(url))
    page = client.post(url, follow=True)
    assert "sesiones SENCE" in text(page)
    assert Enrolment.objects.exists()


def test_roster_is_taken_away_as_a_spreadsheet_and_that_is_known(
    client: Client, action: TrainingAction
) -> None:
    EnrolmentFactory(action=action)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(at("export_roster", action.public_id))
        assert answer.getvalue().startswith(b"PK")
    assert not [one for one in asked.captured_queries if "linkdelivery" in one["sql"]]
    assert answer.streaming
    assert no_store(answer)
    assert f'"nomina-{action.action_code}.xlsx"' in answer["Content-Disposition"]
    assert AuditEntry.objects.get().action == "courses.roster_exported"


def test_template_is_a_spreadsheet(client: Client) -> None:
    answer = client.get(at("roster_template"))
    assert "plantilla-nomina.xlsx" in answer["Content-Disposition"]
    assert answer.content.startswith(b"PK")
