"""What SENCE would refuse is said beforehand, each thing with where it is mended."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from attendance.findings import ABOUT, UNKNOWABLE, Gravity, Place
from attendance.models import SenceSession, SenceToken, TokenState
from attendance.preflight import Facts, Refused, Sent, findings
from attendance.readiness import preflight
from attendance.sence.addresses import ReturnAddresses
from attendance.sence.errors import Kind
from attendance.sence.outgoing import Outgoing, problems
from courses.models import (
    ActionState,
    ActivityType,
    Course,
    Line,
    Modality,
    TrainingAction,
)
from courses.roster.screen import Preview
from courses.roster.uploads import plan_of
from otec_portal.core.models import TrainingBody
from otec_portal.core.rut import with_check_digit
from tests.courses.roster.desk import imported, uploaded
from tests.courses.roster.sources import JUANS
from tests.factories import NOW, SECRET
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.factories.tokens import SenceTokenFactory
from tests.sence_errors import ERRORS

TODAY = NOW.date()
DAY = timedelta(days=1)
RUN = with_check_digit(45_000_001)
SHORT = ReturnAddresses("https://portal.example/ok/", "https://portal.example/error/")
LONG = ReturnAddresses("https://portal.example/" + "x" * 78, SHORT.error)
PLAIN = ReturnAddresses("http://portal.example/ok/", SHORT.error)


PARTIAL: dict[str, Any] = {"activity_type": ActivityType.PARTIAL}
NEXT_YEAR: dict[str, Any] = {
    "activity_type": ActivityType.COMPLEMENTARY,
    "related_action_id": 1,
}


def action(course: dict[str, Any] | None = None, **values: Any) -> TrainingAction:
    """An action that SENCE has nothing against, changed by `course` and `values`."""
    body = TrainingBody(rut=with_check_digit(46_000_001), name="OTEC Nuestra")
    sound: dict[str, Any] = {
        "action_code": "6000001",
        "line": Line.TAX_FRANCHISE,
        "starts_on": TODAY,
        "ends_on": TODAY + 20 * DAY,
        "course_url": "https://aula.otec.example/curso",
    }
    taught = {"sence_code": "1238000001", "hours": 40, "name": "Grúa"}
    return TrainingAction(
        course=Course(**{"training_body": body, **taught, **(course or {})}),
        **{**sound, **values},
    )


def facts(one: TrainingAction | None = None, **values: Any) -> Facts:
    sound: dict[str, Any] = {
        "action": one or action(),
        "environment": "production",
        "today": TODAY,
        "token": SenceToken(secret=SECRET, state=TokenState.IN_FORCE),
        "people": (("Ñusta Huenchul", RUN),),
        "on_roster": 1,
        "returns": (SHORT, SHORT),
        "https_only": True,
    }
    return Facts(**{**sound, **values})


def codes(of: Facts) -> list[str]:
    return [finding.code for finding in findings(of)]


def refused(code: str = "204", person: str = "") -> Refused:
    return Refused(code, "El código SENCE no existe.", "Corrígelo.", NOW, person)


@pytest.mark.django_db
def test_people_and_places_are_one_rule_for_the_import_and_for_preflight(
    our_body: TrainingBody,
) -> None:
    """Who is exempt takes a place too [choice]; both say how many stand there."""
    one = TrainingActionFactory(course__training_body=our_body, places=2)
    EnrolmentFactory.create_batch(2, action=one)
    imported(uploaded(one, JUANS))  # exempt
    for places, too_many in ((2, True), (3, False)):
        one.places = places
        told = {found.code: found.sentence for found in preflight(one, today=TODAY)}
        sentence = f"Hay 3 participantes en la nómina y {places} cupos."
        assert (told.get("over_places") == sentence) == too_many
        upload = uploaded(one, JUANS)
        upload.action = one
        page = Preview(upload, plan_of(upload), asked=QueryDict())
        assert (page.after, page.places_exceeded) == (3, too_many)


@pytest.mark.django_db
def test_code_changed_after_records_in_production_is_told_with_what_was_sent(
    our_body: TrainingBody,
) -> None:
    """SENCE keeps what it was sent; what it refused, or a simulator took, it hasn't."""
    SenceTokenFactory(training_body=our_body)
    one = TrainingActionFactory(
        course__training_body=our_body, action_code="6700130", production=True
    )
    for made in ({"closed": True}, {"opened": True}, {"failed": True}):
        SenceSessionFactory(enrolment=EnrolmentFactory(action=one), **made)
    one.refresh_from_db()
    told = {found.code: found.sentence for found in preflight(one, today=TODAY)}
    assert "sent_otherwise" not in told
    one.action_code = "6700131"
    told = {found.code: found.sentence for found in preflight(one, today=TODAY)}
    assert "SENCE registró 2 sesiones con el código 6700130" in told["sent_otherwise"]
    SenceSession.objects.update(stand_in="http://127.0.0.1:9000")
    assert "sent_otherwise" not in [one.code for one in preflight(one, today=TODAY)]


def test_refusal_nobody_has_mended_outweighs_what_the_data_look_like() -> None:
    (found,) = findings(facts(refused=(refused(),)))
    assert (found.code, found.gravity) == ("refused", Gravity.REFUSED)
    assert "El código SENCE no existe. SENCE respondió con el código 204" in (
        found.sentence
    )


def test_refusal_without_a_code_says_so() -> None:
    (found,) = findings(facts(refused=(refused(""),)))
    assert "un error sin código" in found.sentence


def test_refusals_of_many_people_are_one_finding() -> None:
    (found,) = findings(
        facts(refused=tuple(refused(person=f"P{one}") for one in range(7)))
    )
    assert found.code == "people_refused"
    assert "P0, P1, P2, P3, P4 y otros" in found.sentence


def test_findings_stand_in_the_order_of_their_gravity() -> None:
    found = findings(facts(action(course_url=""), token=None, refused=(refused(),)))
    assert [one.gravity for one in found] == list(Gravity)


def test_action_that_sence_would_take_has_no_findings() -> None:
    assert codes(facts()) == []


@pytest.mark.parametrize(
    ("course", "values", "code"),
    [
        ({"sence_code": ""}, {}, "sence_code"),
        ({"sence_code": "123"}, {}, "sence_code"),
        ({"sence_code": "-1"}, {}, "sence_code"),
        ({}, {"action_code": "600000"}, "action_code"),
        ({}, {"action_code": "-1"}, "action_code"),
        ({}, {"line": 2}, "line"),
        ({"modality": Modality.CLASSROOM}, {}, "classroom"),
        ({"hours": None}, {}, "no_hours"),
        ({}, {"starts_on": TODAY + DAY}, "upcoming"),
        ({}, {"ends_on": date(2027, 1, 1)}, "crosses_the_year"),
        ({}, {**PARTIAL, "ends_on": date(2027, 2, 20)}, "partial_beyond_its_year"),
        (
            {},
            {**NEXT_YEAR, "ends_on": date(2027, 1, 1)},
            "complementary_beyond_its_year",
        ),
        ({}, {"activity_type": ActivityType.COMPLEMENTARY}, "without_partial"),
        ({}, {"course_url": ""}, "no_course_url"),
        ({}, {"places": 0}, "over_places"),
        ({}, {"line": Line.SOCIAL_PROGRAMMES}, "line_unlike_code"),
        ({"sence_code": ""}, {"line": 1, "action_code": "RLAB-71"}, "line_unlike_code"),
        (
            {"sence_code": ""},
            {"line": 1, "action_code": "RLAB-19-02-08"},
            "line_unlike_code",
        ),
        (
            {"sence_code": ""},
            {"line": 1, "action_code": "rlab-19-02-08-0071-1"},
            "line_unlike_code",
        ),
        ({}, {"action_code": "RLAB-19-02-08-0071-1"}, "line_unlike_code"),
    ],
)
def test_data_that_is_wrong_is_found(
    course: dict[str, Any], values: dict[str, Any], code: str
) -> None:
    """B3, B8 and the like, each alone."""
    assert codes(facts(action(course, **values))) == [code]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"token": None}, "no_token"),
        ({"token": SenceToken(secret="x" * 37)}, "token"),
        ({"token": SenceToken(secret="x" * 11)}, "token"),
        ({"token": SenceToken(secret="con un espacio")}, "token"),
        ({"returns": (LONG, SHORT)}, "return_address"),
        ({"returns": (SHORT, LONG)}, "return_address"),
        ({"returns": (PLAIN, SHORT)}, "return_address"),
        ({"stand_in_refused": True}, "stand_in"),
        ({"people": ()}, "nobody"),
        ({"people": (("Ñusta", "45000001-1"),)}, "run"),
        (
            {"token": SenceToken(secret=SECRET, state=TokenState.SUSPECT)},
            "doubtful_token",
        ),
        ({"sent": (Sent("6000002", "1238000001", 3, 2),)}, "sent_otherwise"),
        ({"sent": (Sent("6000001", "1238000002", 3, 2),)}, "sent_otherwise"),
        ({"sent": (Sent("6000001", "", 1, 2),)}, "sent_otherwise"),
    ],
)
def test_what_stands_beside_the_action_is_found(
    values: dict[str, Any], code: str
) -> None:
    """B1 among them: an address of more than 100 characters."""
    assert codes(facts(**values)) == [code]


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (action(places=1), {}),
        (action(ends_on=TODAY), {}),
        (action(ends_on=date(2026, 12, 31)), {}),
        (action({"sence_code": ""}, line=1, action_code="RLAB-19-02-08-0071-1"), {}),
        (
            action({"sence_code": ""}, line=1, action_code="BOTIC-SOFOF-19-12-13-0046"),
            {},
        ),
        (action(line=Line.FPT, action_code="6"), {}),
        (action(ends_on=date(2026, 12, 31), activity_type=ActivityType.PARTIAL), {}),
        (None, {"returns": (PLAIN, PLAIN), "https_only": False}),
        (None, {"sent": (Sent("6000001", "1238000001", 3, 2),)}),
        (None, {"token": SenceToken(secret="x" * 36)}),
        (None, {"token": SenceToken(secret="x" * 12)}),
    ],
)
def test_data_just_within_the_rules_has_no_findings(
    one: TrainingAction | None, values: dict[str, Any]
) -> None:
    assert codes(facts(one, **values)) == []


@pytest.mark.parametrize("code", ["action_code", "sence_code"])
def test_unchecked_code_in_test_is_a_notice(code: str) -> None:
    """B8: -1 is refused in production only."""
    one = (
        action(action_code="-1")
        if code == "action_code"
        else action({"sence_code": "-1"})
    )
    (found,) = findings(facts(one, environment="test"))
    assert (found.code, found.gravity) == ("unchecked_codes", Gravity.NOTICE)


@pytest.mark.parametrize(
    "values",
    [
        {"ends_on": TODAY - DAY, "starts_on": TODAY - 9 * DAY},
        {"decision": ActionState.LIQUIDATED},
        {"decision": ActionState.ANNULLED},
        {"frozen_at": NOW},
    ],
)
def test_action_that_is_over_says_only_that(values: dict[str, Any]) -> None:
    one = action({"sence_code": "", "hours": None}, **values)
    assert codes(facts(one, token=None, people=())) == ["over"]


def test_partial_action_within_its_year_is_told_nothing() -> None:
    """domain.md: PARTIAL is this year's part, COMPLEMENTARY next year's."""
    whole: dict[str, Any] = {"ends_on": date(2026, 12, 31)}
    assert codes(facts(action(**PARTIAL, **whole))) == []
    assert codes(facts(action(**NEXT_YEAR, **whole))) == []
    (found,) = findings(facts(action(**PARTIAL, ends_on=date(2027, 2, 20))))
    assert "hasta el 31-12-2026." in found.sentence
    assert "hasta el 20-02-2027" in found.sentence


@pytest.mark.parametrize(("days", "told"), [(366, False), (367, True)])
def test_action_longer_than_a_year_is_told_to_look_at_its_dates(
    days: int, told: bool
) -> None:
    one = action(ends_on=TODAY + days * DAY)
    assert ("longer_than_a_year" in codes(facts(one))) == told


def test_findings_come_gravest_first_and_each_once() -> None:
    one = action({"sence_code": "", "hours": None}, course_url="")
    found = findings(facts(one, token=None, returns=(LONG, LONG)))
    assert [finding.grave for finding in found] == [True, True, True, False, False]
    assert len({finding.code for finding in found}) == len(found)


def test_wrong_runs_are_named_up_to_a_limit() -> None:
    people = tuple((f"Persona {n}", "45000001-1") for n in range(7))
    (found,) = findings(facts(people=people))
    assert "Persona 4" in found.sentence
    assert "Persona 5" not in found.sentence
    assert found.sentence.endswith("y otros.")


@given(
    st.builds(
        action,
        st.fixed_dictionaries({"sence_code": st.text(max_size=12)}),
        action_code=st.text(max_size=52),
        line=st.sampled_from([0, 1, 2, 3, 6]),
        starts_on=st.dates(TODAY - 30 * DAY, TODAY + 30 * DAY),
    ),
    st.sampled_from(["test", "production"]),
)
def test_preflight_of_any_codes_finds_what_would_not_leave(
    one: TrainingAction, environment: str
) -> None:
    """B2: without a grave finding the form leaves; with one it stays."""
    asked = facts(one, environment=environment)
    form = Outgoing(
        environment=environment,
        otec_rut=one.course.training_body.rut,
        token=SECRET,
        sence_code="" if one.line == 1 else one.course.sence_code,
        action_code=one.action_code,
        line=one.line,
        run=RUN,
        nonce="n",
        returns=SHORT,
        https_only=True,
    )
    refused = {problem.code for problem in problems(form)}
    assert refused == {finding.code for finding in findings(asked) if finding.grave}


def test_every_error_that_data_can_cause_is_prevented_or_beyond_our_knowledge() -> None:
    """errors.toml and the preflight are two ends of one list."""
    by_data = {
        error.code
        for error in ERRORS
        if error.kind in {Kind.REQUEST, Kind.SETUP, Kind.TOKEN}
    }
    prevented = {code for about in ABOUT.values() for code in about.prevents}
    assert prevented | set(UNKNOWABLE) == by_data
    assert prevented & set(UNKNOWABLE) == set()


def test_problems_of_a_form_all_have_their_finding() -> None:
    """A new rule in outgoing must say where it is mended, or be of the session."""
    worst = Outgoing(
        environment="production",
        otec_rut="x",
        token="",
        sence_code="",
        action_code="",
        line=0,
        run="x",
        nonce="",
        returns=PLAIN,
        closing=True,
        https_only=True,
    )
    told = {problem.code for problem in problems(worst)} - {"nonce", "sence_id"}
    assert told <= set(ABOUT)


def test_findings_all_say_where_they_are_mended() -> None:
    assert {about.place for about in ABOUT.values()} == set(Place)
