"""The desk of packets: the list, making one, its page, and what changes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Modality, TrainingAction
from liquidation.kinds import DocumentKind
from liquidation.models import Packet, PacketAction, PacketState
from liquidation.services.packets import PacketRefused, discard_packet, keep_state
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from otec_portal.core.regions import REGIONS
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import CompanyFactory, TrainingActionFactory
from tests.factories.packets import (
    PacketActionFactory,
    PacketBuildFactory,
    PacketFactory,
    PacketLinkFactory,
    PaperFactory,
)
from tests.liquidation.packing import declared, packet_of, paid, person, placed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
DAY = timedelta(days=1)
TODAY = NOW.date()
LIST = "liquidation:packets"


def shown(who: SignedIn, name: str, *args: object, query: str = "") -> str:
    answer: Any = who.client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def page(who: SignedIn, held: PacketAction) -> str:
    return shown(who, "liquidation:packet", held.packet.public_id)


def over(body: TrainingBody, **facts: Any) -> TrainingAction:
    """An action of which a packet can be made."""
    facts.setdefault("company", CompanyFactory(training_body=body))
    made: TrainingAction = TrainingActionFactory(
        production=True,
        course__training_body=body,
        **{"ends_on": TODAY - DAY, **facts},
    )
    return made


# the list


def test_list_says_of_each_packet_what_is_at_stake_until_when_and_how_much_lacks(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body)
    TrainingAction.objects.filter(pk=held.action.pk).update(value=1_200_000)
    PacketActionFactory(
        packet=held.packet,
        action__course__modality=Modality.CLASSROOM,
        action__ends_on=TODAY - 55 * DAY,
        action__starts_on=TODAY - 80 * DAY,
        action__value=300_000,
    )
    text = shown(admin, LIST)
    assert held.packet.company.name in text
    assert "$1.500.000" in text
    assert "Quedan 5 días" in text
    assert f"{TODAY + 5 * DAY:%d-%m-%Y}" in text
    assert '4<span class="visually-hidden"> cosas por completar' in text
    assert "Borrador" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?estado=ready", "Azul"),
        ("?estado=sent", "Rojo"),
        ("?region=MA", "Rojo"),
        ("?q=azul", "Azul"),
        ("?q=66001", "Azul"),
        ("?q=66002", "Rojo"),
        ("?estado=nonsense&q=rojo", "Rojo"),
    ],
)
def test_list_is_narrowed_by_state_region_and_words(
    admin: SignedIn, our_body: TrainingBody, query: str, found: str
) -> None:
    for name, code, state, region in (
        ("Azul", "6600199", PacketState.READY, "ML"),
        ("Rojo", "6600299", PacketState.SENT, "MA"),
    ):
        company = CompanyFactory(training_body=our_body, name=name)
        packet = PacketFactory(company=company, state=state, region=region)
        PacketActionFactory(packet=packet, action__action_code=code)
    text = shown(admin, LIST, query=query)
    (other,) = {"Azul", "Rojo"} - {found}
    assert f"{found}<span" in text
    assert f"{other}<span" not in text


def test_list_asks_as_many_queries_for_many_packets_as_for_few(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            shown(admin, LIST)
        return len(asked)

    def another(name: str) -> None:
        held = packet_of(our_body, Modality.E_LEARNING)
        declared(held, person(held, name))
        placed(held, DocumentKind.INVOICE)

    another("Ana")
    few = queries()
    for name in ("Eva", "Iris", "Olga"):
        another(name)
    assert queries() == few


def test_list_without_packets_says_what_to_do(admin: SignedIn) -> None:
    assert "Todavía no hay expedientes" in shown(admin, LIST)
    assert "Ningún expediente calza" in shown(admin, LIST, query="?q=nada")


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.REGIONAL_OFFICE])
def test_desk_is_shut_for_who_may_not_liquidate(
    role: Role, our_body: TrainingBody
) -> None:
    body = None if role == Role.REGIONAL_OFFICE else our_body
    who = sign_in(body, role, "ML").client
    assert who.get(reverse(LIST)).status_code == 403


def test_regional_admin_sees_the_packets_of_their_regions_alone(
    our_body: TrainingBody,
) -> None:
    mine = packet_of(our_body)
    elsewhere = packet_of(our_body, region="MA")
    who = sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    assert mine.action.action_code in shown(who, LIST)
    assert elsewhere.action.action_code not in shown(who, LIST)
    address = reverse("liquidation:packet", args=[elsewhere.packet.public_id])
    assert who.client.get(address).status_code == 404


# making one


def test_choice_offers_what_is_over_in_production_undecided_and_free(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    company = CompanyFactory(training_body=our_body)
    offered = over(our_body, company=company)
    others = [
        over(our_body, company=company, ends_on=TODAY),
        over(our_body, company=company, decision="annulled"),
        over(our_body, company=company, environment="test"),
        packet_of(our_body).action,
    ]
    text = shown(admin, "liquidation:make_packet")
    assert str(offered.public_id) in text
    assert not [one for one in others if str(one.public_id) in text]


def test_packet_is_made_of_the_chosen_actions(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    company = CompanyFactory(training_body=our_body)
    actions = [over(our_body, company=company) for _ in range(2)]
    answer = admin.client.post(
        reverse("liquidation:make_packet"),
        {"chosen": [one.public_id for one in actions]},
    )
    made = Packet.objects.get()
    assert answer["Location"] == reverse("liquidation:packet", args=[made.public_id])
    assert set(made.actions.all()) == set(actions)


def test_actions_that_make_no_packet_are_refused_in_words(
    admin: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    url = reverse("liquidation:make_packet")
    two = [over(our_body), over(our_body)]
    told = {
        "de una sola empresa": [one.public_id for one in two],
        "Elige al menos una acción": [over(rival_body).public_id],
        "Vuelve a abrir la página": ["nonsense"],
    }
    for words, chosen in told.items():
        answer: Any = admin.client.post(url, {"chosen": chosen})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Packet.objects.exists()


def test_action_leads_to_making_its_packet_and_then_to_it(
    admin: SignedIn, facilitator: SignedIn, our_body: TrainingBody
) -> None:
    action = over(our_body)
    other = over(our_body)
    way = f"{reverse('liquidation:make_packet')}?accion={action.public_id}"
    assert way in shown(admin, "courses:action", action.public_id)
    assert way not in shown(facilitator, "courses:action", action.public_id)

    choice: Any = admin.client.get(way)
    text = choice.content.decode()
    assert f'value="{action.public_id}" checked' in text
    assert str(other.public_id) not in text
    assert admin.client.get(way[:-3] + "xyz").status_code == 404

    admin.client.post(way, {"chosen": [action.public_id]})
    made = Packet.objects.get()
    there = reverse("liquidation:packet", args=[made.public_id])
    assert there in shown(admin, "courses:action", action.public_id)


# its page


def test_page_tells_per_participant_what_is_there_and_what_lacks(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F16."""
    held = packet_of(our_body, Modality.E_LEARNING)
    declared(held)
    ready, waiting = person(held, "Ana"), person(held, "Berta")
    person(held, "Carla", sessions=0)
    declared(held, ready)
    placed(held, DocumentKind.INVOICE)
    text = page(admin, held)
    assert "Falta el comprobante de pago de la factura." in text
    assert "Le toca a: La empresa" in text
    assert "1 participante: Todavía no emite su declaración jurada." in text
    assert "1 de 2" in text
    lacks, there = text.split("Quiénes están listos (1)")
    assert waiting.participant.listed_name in lacks
    assert ready.participant.listed_name in there
    assert "A quiénes no se les pide nada (1)" in there


def test_page_of_300_participants_asks_as_few_queries_and_folds_them_away(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body, Modality.E_LEARNING)
    declared(held)
    person(held)
    with CaptureQueriesContext(connection) as few:
        page(admin, held)
    for number in range(299):
        person(held, f"Ana {number}")
    PacketActionFactory(packet=held.packet)
    with CaptureQueriesContext(connection) as many:
        text = page(admin, held)
    assert len(many) == len(few)
    assert "300 participantes: Todavía no emite su declaración jurada." in text


def test_page_of_a_packet_of_a_classroom_course_never_asks_for_a_card(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """G9."""
    held = packet_of(our_body)
    person(held)
    assert "édula" not in page(admin, held)


def test_page_shows_the_offices_mailbox_and_the_history_in_words(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F13."""
    held = packet_of(our_body)
    paid(held)
    keep_state(held.packet, by=admin.membership.user, at=NOW)
    text = page(admin, held)
    assert REGIONS["ML"].mailbox in text
    assert "Quedó completo" in text
    assert "No falta nada de lo que pide la Dirección Regional." in text
    assert "Expediente de" in text


def test_page_after_day_60_says_how_to_go_on_and_by_which_mailbox(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body, Modality.E_LEARNING)
    late = {"starts_on": TODAY - 90 * DAY, "ends_on": TODAY - 61 * DAY}
    TrainingAction.objects.filter(pk=held.action.pk).update(**late)
    text = page(admin, held)
    assert "Fuera de plazo: el día 60 fue el" in text
    assert f"{TODAY - DAY:%d-%m-%Y}" in text
    assert f"mailto:{REGIONS['ML'].rectification}" in text
    assert f"mailto:{REGIONS['ML'].mailbox}" not in text
    assert reverse("liquidation:out_of_term", args=[held.action.public_id]) in text


def test_page_of_a_packet_that_left_shows_no_term_and_no_deeds(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body, state=PacketState.SENT)
    text = page(admin, held)
    for name in ("add_to_packet", "discard_packet"):
        assert reverse(f"liquidation:{name}", args=[held.packet.public_id]) not in text
    assert "Qué falta" not in text


# what changes it


def test_actions_of_the_same_company_and_region_are_added(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body)
    fits = over(our_body, company=held.packet.company)
    other = over(our_body)
    url = reverse("liquidation:add_to_packet", args=[held.packet.public_id])
    text = shown(admin, "liquidation:add_to_packet", held.packet.public_id)
    assert str(fits.public_id) in text
    assert str(other.public_id) not in text
    assert admin.client.post(url, {"chosen": [other.public_id]}).status_code == 422
    assert admin.client.post(url, {"chosen": [fits.public_id]}).status_code == 302
    assert set(held.packet.actions.all()) == {held.action, fits}


def test_action_is_taken_out_once_it_is_confirmed(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body)
    name = "liquidation:remove_from_packet"
    assert "queda libre" in shown(admin, name, held.action.public_id)
    url = reverse(name, args=[held.action.public_id])
    assert admin.client.post(url).status_code == 302
    assert not held.packet.actions.exists()
    assert "no tiene ninguna acción" in page(admin, held)
    assert admin.client.get(url).status_code == 404


def test_action_of_a_packet_that_left_is_not_taken_out(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body, state=PacketState.SENT)
    url = reverse("liquidation:remove_from_packet", args=[held.action.public_id])
    assert "está enviado" in admin.client.get(url).content.decode()
    assert admin.client.post(url).status_code == 422
    assert held.packet.actions.exists()


def test_value_of_a_frozen_action_is_set_from_the_packet(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body)
    TrainingAction.objects.update(frozen_at=NOW)
    url = reverse("liquidation:action_value", args=[held.action.public_id])
    wrong: Any = admin.client.post(url, {"value": "mucho"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.content.decode()
    assert admin.client.post(url, {"value": "$2.000.000"}).status_code == 302
    assert "$2.000.000" in page(admin, held)


def test_empty_draft_is_discarded_and_its_actions_are_free(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    held = packet_of(our_body)
    name = "liquidation:discard_packet"
    assert "El expediente desaparece" in shown(admin, name, held.packet.public_id)
    url = reverse(name, args=[held.packet.public_id])
    assert admin.client.post(url).status_code == 302
    assert not Packet.objects.exists()
    entry = AuditEntry.objects.get(action="liquidation.packet_discarded")
    assert entry.data["actions"] == held.action.action_code
    offered = shown(admin, "liquidation:make_packet")
    assert str(held.action.public_id) in offered


KEPT = {
    "has_papers": lambda packet: PaperFactory(packet=packet, state="discarded"),
    "was_built": lambda packet: PacketBuildFactory(packet=packet),
    "has_links": lambda packet: PacketLinkFactory(packet=packet),
}


@pytest.mark.parametrize("code", sorted(KEPT))
def test_packet_of_which_something_is_kept_is_not_discarded(
    admin: SignedIn, our_body: TrainingBody, code: str
) -> None:
    held = packet_of(our_body)
    KEPT[code](held.packet)
    with pytest.raises(PacketRefused) as refused:
        discard_packet(held.packet, by=UserFactory(), at=NOW)
    assert refused.value.code == code
    url = reverse("liquidation:discard_packet", args=[held.packet.public_id])
    assert "No se puede descartar" in admin.client.get(url).content.decode()
    assert admin.client.post(url).status_code == 422


def test_packet_that_left_is_not_discarded(our_body: TrainingBody) -> None:
    held = packet_of(our_body, state=PacketState.SENT)
    with pytest.raises(PacketRefused) as refused:
        discard_packet(held.packet, by=UserFactory(), at=NOW)
    assert refused.value.code == "not_open"
