"""Finding a course: domain.md, "Finding a course"."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from certificates.models import CertificateState
from courses.forms.search import CRITERION_IS_COMPULSORY
from courses.models import ActionState, Line
from courses.views.search import COLUMNS
from otec_portal.core.models import Role, TrainingBody
from otec_portal.core.rut import display, with_check_digit
from tests.conftest import SignedIn, sign_in
from tests.factories.certificates import CertificationFactory
from tests.factories.courses import (
    CourseFactory,
    EnrolmentFactory,
    ParticipantFactory,
    TrainingActionFactory,
)

pytestmark = pytest.mark.django_db
URL = "/cursos/"
TODAY = date(2026, 6, 15)  # NOW in Santiago


def codes(client: SignedIn, **asked: str) -> list[str]:
    """Return the codes of the courses on the page, sorted."""
    answer = client.client.get(URL, {"programa": "3", **asked})
    assert answer.status_code == 200
    return sorted(action.action_code for action, _ in answer.context["rows"])


@pytest.fixture
def some(
    our_body: TrainingBody, rival_body: TrainingBody, stopped_clock: object
) -> None:
    """Three courses of ours in programme 3, one in programme 1, one of the rival."""
    crane, safety = (
        CourseFactory(training_body=our_body, sence_code=code, name=name)
        for code, name in (("1238000001", "Grúa"), ("1238111111", "Prevención"))
    )
    made = [
        TrainingActionFactory(course=crane, action_code="6700101", region="ML"),
        TrainingActionFactory(
            course=crane,
            action_code="RLAB-26-0071",
            region="LL",
            supervising_entity="Corporación Ñielol del Sur",
        ),
        TrainingActionFactory(course=safety, action_code="6799999", region="ML"),
        TrainingActionFactory(
            course=safety, action_code="6700102", line=Line.SOCIAL_PROGRAMMES
        ),
    ]
    rivals = TrainingActionFactory(
        course__training_body=rival_body,
        action_code="6700103",
        supervising_entity="Corporación Ñielol",
    )
    for action in (made[0], made[3], rivals):
        person = (
            ParticipantFactory(
                training_body=action.course.training_body,
                run=with_check_digit(48_000_011),
                first_names="Amaranta Inés",
                last_names="Huenchullán Núñez",
            )
            if action is not made[3]
            else made[0].enrolments.get().participant
        )
        EnrolmentFactory(action=action, participant=person)


ALL = ["6700101", "6799999", "RLAB-26-0071"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ALL),
        ({"programa": "1"}, ["6700102"]),
        ({"programa": "6"}, []),
        ({"criterio": "curso", "curso": "6700101"}, ["6700101"]),
        ({"criterio": "curso", "curso": "67"}, ["6700101", "6799999"]),
        ({"criterio": "curso", "curso": " rlab-26 "}, ["RLAB-26-0071"]),
        ({"criterio": "curso", "curso": "6700 101"}, ["6700101"]),
        ({"criterio": "curso", "curso": "00101"}, []),
        ({"criterio": "curso", "curso": "6700103"}, []),  # the rival's
        ({"criterio": "curso", "curso": "%"}, []),
        ({"criterio": "codigo_sence", "codigo_sence": "1238111111"}, ["6799999"]),
        ({"criterio": "codigo_sence", "codigo_sence": "1238 0"}, ["6700101", ALL[2]]),
        ({"criterio": "region", "region": "LL"}, ["RLAB-26-0071"]),
        ({"criterio": "region", "region": "MA"}, []),
        ({"criterio": "participante", "participante": "48.000.011-0"}, ["6700101"]),
        ({"criterio": "participante", "participante": "480000110"}, ["6700101"]),
        ({"criterio": "participante", "participante": "48000011"}, ["6700101"]),
        ({"criterio": "participante", "participante": "48.000"}, ["6700101"]),
        ({"criterio": "participante", "participante": "AMARANTA"}, ["6700101"]),
        ({"criterio": "participante", "participante": "nunez  ines"}, ["6700101"]),
        ({"criterio": "participante", "participante": "Núñez"}, ["6700101"]),
        ({"criterio": "participante", "participante": "nuñez pedro"}, []),
        ({"criterio": "participante", "participante": "a_aranta"}, []),
        ({"criterio": "entidad_capacitadora", "entidad_capacitadora": "NUESTRÁ"}, ALL),
        ({"criterio": "entidad_capacitadora", "entidad_capacitadora": "rival"}, []),
        (
            {
                "criterio": "entidad_supervisora",
                "entidad_supervisora": "corporacion ni",
            },
            ["RLAB-26-0071"],
        ),
        ({"criterio": "entidad_supervisora", "entidad_supervisora": "otra"}, []),
    ],
)
def test_search_by_each_criterion_finds_what_fits(
    asked: dict[str, str], found: list[str], admin: SignedIn, some: None
) -> None:
    assert codes(admin, **asked) == found


def test_search_by_the_rut_of_the_training_body_finds_all_or_nothing(
    admin: SignedIn, some: None, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    criterion = {"criterio": "entidad_capacitadora"}
    ours = display(our_body.rut)
    without = our_body.rut[:-2]
    for typed in (ours, our_body.rut, without, display(ours)[:-2], without[:4]):
        assert codes(admin, **criterion, entidad_capacitadora=typed) == ALL
    wrong = f"{without}-{'0' if our_body.rut[-1] != '0' else '1'}"
    assert codes(admin, **criterion, entidad_capacitadora=wrong) == []
    theirs = rival_body.rut
    assert codes(admin, **criterion, entidad_capacitadora=theirs) == []


def test_search_of_a_regional_admin_finds_their_regions_only(
    our_body: TrainingBody, some: None
) -> None:
    regional = sign_in(our_body, Role.REGIONAL_ADMIN, "LL")
    assert codes(regional) == ["RLAB-26-0071"]
    name = {"criterio": "participante", "participante": "amaranta"}
    assert codes(regional, **name) == []
    form = regional.client.get(URL).context["form"]
    assert [code for code, _ in form.fields["region"].choices] == ["", "LL"]


def test_search_of_a_facilitator_finds_and_takes_away(
    facilitator: SignedIn, some: None
) -> None:
    assert codes(facilitator) == ALL


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"programa": "6"}, "Este programa todavía no tiene cursos"),
        (
            {"programa": "3", "criterio": "curso", "curso": "0"},
            "Ver todos los cursos del programa",
        ),
    ],
)
def test_search_that_finds_nothing_says_what_to_do_next(
    asked: dict[str, str], words: str, admin: SignedIn, some: None
) -> None:
    assert words in admin.client.get(URL, asked).content.decode()


def test_search_of_nothing_yet_shows_the_form_and_the_programmes(
    admin: SignedIn, some: None
) -> None:
    page = admin.client.get(URL)
    assert page.context["list"] is None
    assert page.context["form"].errors == {}
    assert "Elige un programa para empezar" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"criterio": "curso", "curso": "67"}, "programa", "Elige un programa."),
        ({"programa": "9"}, "programa", "no está"),
        ({"programa": "3", "criterio": "x"}, "criterio", "no está"),
        ({"programa": "3", "criterio": "curso"}, "curso", "Escribe el código"),
        ({"programa": "3", "criterio": "curso", "curso": "  "}, "curso", "Escribe"),
        ({"programa": "3", "criterio": "region"}, "region", "Elige una región"),
        ({"programa": "3", "criterio": "region", "region": "ZZ"}, "region", "no está"),
        (
            {
                "programa": "3",
                "criterio": "participante",
                "participante": "48.000.011-1",
            },
            "participante",
            "El RUN no es válido",
        ),
        (
            {"programa": "3", "criterio": "participante", "participante": "x" * 101},
            "participante",
            "100",
        ),
    ],
)
def test_search_that_can_not_be_made_says_why_beside_its_field(
    asked: dict[str, str], field: str, words: str, admin: SignedIn, some: None
) -> None:
    page = admin.client.get(URL, asked)
    assert page.status_code == 200
    assert page.context["list"] is None
    (error,) = page.context["form"].errors[field]
    assert words in error
    for value in asked.values():
        assert value.strip() in page.content.decode()  # nothing is lost


def test_field_of_a_criterion_not_chosen_counts_for_nothing(
    admin: SignedIn, some: None
) -> None:
    asked = {"criterio": "curso", "curso": "6700101", "region": "ZZ"}
    assert codes(admin, **asked, participante="48.000.011-1") == ["6700101"]


def test_search_without_a_criterion_finds_the_whole_programme(
    admin: SignedIn, some: None
) -> None:
    """[choice]: seeds/004 marks the criterion as compulsory, domain.md does not."""
    assert not CRITERION_IS_COMPULSORY
    assert codes(admin) == ALL


ROWS = {  # by letters: code, SENCE code, course, hours, days until start and end
    "c": ("6700003", "1238000002", "Grúa", 8, -5, 9),  # running
    "a": ("6700001", "1238000003", "Caldera", 100, 1, 5),  # upcoming
    "d": ("6700004", "1238000001", "Zanja", 40, -9, -1),  # finished
    "b": ("6700002", "1238000004", "Horno", 12, -2, 2),  # liquidated
}


@pytest.fixture
def rows(our_body: TrainingBody, stopped_clock: object) -> None:
    """Four that differ in whatever a list sorts by, in an order that is none of them.

    The certificate of the first is issued, that of the second is to be annulled.
    """
    for letter, (code, sence_code, name, hours, start, end) in ROWS.items():
        action = TrainingActionFactory(
            course__training_body=our_body,
            course__sence_code=sence_code,
            course__name=name,
            course__hours=hours,
            action_code=code,
            starts_on=TODAY + timedelta(days=start),
            ends_on=TODAY + timedelta(days=end),
            decision="liquidated" if letter == "b" else "",
            environment="production",
        )
        if letter in CERTIFIED:
            CertificationFactory(action=action, state=CERTIFIED[letter])


CERTIFIED = {
    "a": CertificateState.ANNULMENT_REJECTED,
    "c": CertificateState.ISSUED,
    "d": CertificateState.ANNULMENT_REQUESTED,
}
ORDERS = {
    "codigo": "abcd",
    "codigo_sence": "dcab",
    "curso": "acbd",
    "horas": "cbda",
    "inicio": "dcba",
    "termino": "dbac",
    "estado": "acdb",
    "certificado": "bcda",
}


def letters(client: SignedIn, **asked: str) -> str:
    page = client.client.get(URL, {"programa": "3", **asked})
    by_code = {row[0]: letter for letter, row in ROWS.items()}
    return "".join(by_code[action.action_code] for action, _ in page.context["rows"])


@pytest.mark.parametrize(("sort", "order"), ORDERS.items())
def test_search_sorted_by_a_column_comes_so_from_first_to_last(
    sort: str, order: str, admin: SignedIn, rows: None
) -> None:
    """States: upcoming before running before finished before liquidated."""
    assert letters(admin, orden=sort) == order
    assert letters(admin, orden=f"-{sort}") == order[::-1]


def test_search_sorts_by_every_column_that_says_so(rows: None) -> None:
    assert {one.name for one in COLUMNS if one.fields} == set(ORDERS)


@pytest.mark.parametrize("sort", ["", "programa", "nada"])
def test_search_that_is_not_sorted_comes_the_latest_first(
    sort: str, admin: SignedIn, rows: None
) -> None:
    """All rows of a search are of one programme: there is nothing to sort by."""
    assert letters(admin, orden=sort) == ORDERS["inicio"][::-1]


def test_search_shows_each_state_by_icon_and_word(
    admin: SignedIn, some: None, our_body: TrainingBody
) -> None:
    for number, decision in enumerate(("liquidated", "annulled")):
        TrainingActionFactory(
            course__training_body=our_body, decision=decision, action_code=f"{number}1"
        )
    page = admin.client.get(URL, {"programa": "3"})
    states = {state for _, state in page.context["rows"]}
    assert states == {
        ActionState.RUNNING,
        ActionState.LIQUIDATED,
        ActionState.ANNULLED,
    }
    for state in states:
        assert f">{state.label}<" in page.content.decode()


def test_search_with_many_results_shows_them_in_pages(
    admin: SignedIn, our_body: TrainingBody, stopped_clock: object
) -> None:
    course = CourseFactory(training_body=our_body)
    TrainingActionFactory.create_batch(57, course=course)
    asked = "programa=3&criterio=region&region=ML"
    page = admin.client.get(f"{URL}?{asked}").content.decode()
    assert "Mostrando registros 1 a 10 de 57" in page
    assert f"?{asked}&pagina=2".replace("&", "&amp;") in page
    last = admin.client.get(f"{URL}?{asked}&pagina=3&registros=25").content.decode()
    assert "Mostrando registros 51 a 57 de 57" in last


def test_export_address_is_that_of_the_search(admin: SignedIn, some: None) -> None:
    asked = "programa=3&criterio=curso&curso=67"
    page = admin.client.get(f"{URL}?{asked}").content.decode()
    href = f"{reverse('courses:search_export')}?{asked}".replace("&", "&amp;")
    assert f'href="{href}"' in page


def test_search_not_begun_offers_what_waits(admin: SignedIn) -> None:
    page = admin.client.get(reverse("courses:search")).content.decode()
    for name in ("courses:in_test", "courses:not_ready", "attendance:without_sessions"):
        assert f'href="{reverse(name)}"' in page
