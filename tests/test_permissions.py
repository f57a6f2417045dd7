"""Who may open what: every address, every role; an address nobody wrote down fails.

C1: what belongs to another training body is not there (404).
"""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from attendance.models import CallbackKind, Outcome, Receipt
from attendance.services import returns
from courses.access import personal_link
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import enter, sign_in
from tests.courses.roster.desk import uploaded
from tests.courses.roster.sources import ANAS
from tests.factories import (
    NOW,
    AdjustmentEvidenceFactory,
    AnnulmentEvidenceFactory,
    BatchItemFactory,
    CertificateFactory,
    CertificateFileFactory,
    CompanyFactory,
    DecisionEvidenceFactory,
    DeclarationDocumentFactory,
    EnrolmentFactory,
    ExportUploadFactory,
    IntermediaryFactory,
    MembershipFactory,
    OperatorAlertFactory,
    OutgoingEmailFactory,
    OutOfTermAnswerFactory,
    OutOfTermRequestFactory,
    RosterImportFactory,
    SenceExportFactory,
    SenceSessionFactory,
    TrainingClassFactory,
)
from tests.sence_messages import close_confirmed, urlencoded

pytestmark = pytest.mark.django_db

ANYONE, OPERATOR, PARTICIPANT, CALLBACK = (
    "anyone",
    "operator",
    "participant",
    "callback",
)
HAS_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-")
REVIEWER, EDITOR = "reviewer", "editor"
DEEDS = (REVIEWER, EDITOR)
OWN = "own"  # one's own account, whatever the profile
NATIONAL = "national"  # of the whole training body
TEACHER = "teacher"  # every role: a deed, not a page
UPLOADER = "uploader"  # what is kept for the one who uploaded it
OFFICE = "office"  # SENCE's regional office, and nobody else

MATRIX = {
    "home": OPERATOR,
    "live": OPERATOR,
    "login": ANYONE,
    "account_login": ANYONE,
    "mfa_authenticate": ANYONE,
    "account_inactive": ANYONE,
    "logout": ANYONE,
    "account_logout": ANYONE,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "confirm_new_email": ANYONE,
    "offer": ANYONE,
    "account": OWN,
    "change_email": OWN,
    "end_sessions": OWN,
    "answer_offer": OWN,
    "account_change_password": OWN,
    "account_reauthenticate": OWN,
    "mfa_reauthenticate": OWN,
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": OWN,
    "mfa_view_recovery_codes": OWN,
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": OWN,
    "admin_password_change": OWN,
    "users": NATIONAL,
    "invite_user": NATIONAL,
    "user": NATIONAL,
    "correct_user": NATIONAL,
    "add_profile": NATIONAL,
    "user_access": NATIONAL,
    "resend_invite": NATIONAL,
    "reset_second_factor": NATIONAL,
    "profile_regions": NATIONAL,
    "remove_profile": NATIONAL,
    "training_body": NATIONAL,
    "history": NATIONAL,
    "mails": REVIEWER,
    "mail": REVIEWER,
    "resend_mail": REVIEWER,
    "take_mail_as_sent": REVIEWER,
    "dismiss_mail": REVIEWER,
    "system": NATIONAL,
    "health": ANYONE,
    "choose_membership": OPERATOR,
    "components_gallery": OPERATOR,
    "alive": ANYONE,
    "courses:search": OPERATOR,
    "courses:search_export": OPERATOR,
    "courses:calendar": OPERATOR,
    "courses:calendar_address": OPERATOR,
    "courses:make_calendar_address": OPERATOR,  # a deed, answered by its page
    "courses:remove_calendar_address": TEACHER,
    "courses:calendar_feed": ANYONE,
    "courses:my_reminders": REVIEWER,
    "courses:reminders": NATIONAL,
    "courses:roster": OPERATOR,
    "courses:export_roster": REVIEWER,
    "courses:enrol": REVIEWER,
    "courses:edit_enrolment": REVIEWER,
    "courses:remove_enrolment": REVIEWER,
    "courses:roster_template": REVIEWER,
    "courses:import_roster": REVIEWER,
    "courses:undo_import": REVIEWER,
    "courses:preview_import": UPLOADER,
    "courses:correct_line": UPLOADER,
    "courses:order_names": UPLOADER,
    "courses:apply_import": UPLOADER,
    "courses:links": REVIEWER,
    "courses:send_links": REVIEWER,
    "courses:link_sheet": REVIEWER,
    "courses:regenerate_link": REVIEWER,
    "attendance:enter": ANYONE,
    "attendance:my_courses": PARTICIPANT,
    "attendance:course": PARTICIPANT,
    "attendance:start": PARTICIPANT,
    "attendance:close": PARTICIPANT,
    "attendance:status": PARTICIPANT,
    "attendance:start_confirmed": CALLBACK,
    "attendance:start_failed": CALLBACK,
    "attendance:close_confirmed": CALLBACK,
    "attendance:close_failed": CALLBACK,
    "attendance:returned": ANYONE,
    "attendance:sessions": OPERATOR,
    "attendance:session": OPERATOR,
    "attendance:whole_answer": REVIEWER,
    "attendance:receipts": OPERATOR,
    "attendance:alerts": OPERATOR,
    "attendance:report": REVIEWER,
    "attendance:review": REVIEWER,
    "attendance:resolve_alert": REVIEWER,
    "attendance:probe": REVIEWER,
    "courses:catalogue": OPERATOR,
    "courses:course": OPERATOR,
    "courses:new_course": EDITOR,
    "courses:edit_course": EDITOR,
    "courses:new_action": EDITOR,
    "courses:in_test": OPERATOR,
    "courses:not_ready": OPERATOR,
    "attendance:without_sessions": OPERATOR,
    "courses:action_history": OPERATOR,
    "courses:action": OPERATOR,
    "courses:edit_action": EDITOR,
    "courses:switch_environment": EDITOR,
    "courses:options": EDITOR,
    "courses:companies": OPERATOR,
    "courses:new_company": EDITOR,
    "courses:edit_company": EDITOR,
    "courses:intermediaries": OPERATOR,
    "courses:new_intermediary": EDITOR,
    "courses:edit_intermediary": EDITOR,
    "attendance:days": OPERATOR,
    "attendance:day": OPERATOR,
    "attendance:distribution": OPERATOR,
    "attendance:online": OPERATOR,
    "attendance:online_of_action": OPERATOR,
    "certificates:ask_code": ANYONE,
    "certificates:verify": ANYONE,
    "certificates:verify_unslashed": ANYONE,
    "liquidation:missing": OPERATOR,
    "liquidation:declarations": OPERATOR,
    "liquidation:record_otec": REVIEWER,
    "liquidation:record_participant": REVIEWER,
    "liquidation:import_list": REVIEWER,
    "liquidation:remind": REVIEWER,
    "liquidation:document": REVIEWER,
    "liquidation:out_of_term": OPERATOR,
    "liquidation:request_out_of_term": REVIEWER,
    "liquidation:answer_out_of_term": REVIEWER,
    "liquidation:out_of_term_request_document": REVIEWER,
    "liquidation:out_of_term_answer_document": REVIEWER,
    "attendance:tokens": NATIONAL,
    "attendance:add_token": NATIONAL,
    "attendance:token": NATIONAL,
    "attendance:revoke_token": NATIONAL,
    "attendance:trust_token": NATIONAL,
    "attendance:classes": OPERATOR,
    "attendance:begin_class": TEACHER,
    "attendance:end_class": REVIEWER,
    "attendance:enter_class": REVIEWER,
    "attendance:annul_class": REVIEWER,
    "attendance:participants": OPERATOR,
    "attendance:total_excel": REVIEWER,
    "attendance:total_csv": REVIEWER,
    "attendance:detail": OPERATOR,
    "attendance:detail_excel": REVIEWER,
    "attendance:detail_csv": REVIEWER,
    "attendance:adjust": REVIEWER,
    "attendance:evidence": REVIEWER,
    "attendance:reconciliation": OPERATOR,
    "attendance:reconciled_percentages": OPERATOR,
    "attendance:reconciled_sessions": OPERATOR,
    "attendance:upload_export": REVIEWER,
    "attendance:reconcile_again": REVIEWER,
    "attendance:note_difference": REVIEWER,
    "attendance:reconciliation_excel": REVIEWER,
    "attendance:reconciliation_csv": REVIEWER,
    "attendance:sence_export": REVIEWER,
    "attendance:preview_export": UPLOADER,
    "attendance:accept_export": UPLOADER,
    "certificates:certificate": OPERATOR,
    "certificates:prepare": REVIEWER,
    "certificates:summary": REVIEWER,
    "certificates:issued": OPERATOR,
    "certificates:download": REVIEWER,
    "certificates:choose": REVIEWER,
    "certificates:review_batch": REVIEWER,
    "certificates:accept_batch": REVIEWER,
    "certificates:batch": REVIEWER,
    "certificates:stop_batch": REVIEWER,
    "certificates:resume_batch": REVIEWER,
    "certificates:batch_archive": REVIEWER,
    "certificates:annul": REVIEWER,
    "certificates:annulment": OPERATOR,
    "certificates:record_decision": REVIEWER,
    "certificates:evidence": REVIEWER,
    "certificates:decision_evidence": REVIEWER,
    "certificates:office_inbox": OFFICE,
    "certificates:office_request": OFFICE,
    "certificates:office_evidence": OFFICE,
}
OF_NO_REGION = {
    "attendance:resolve_alert",
    "courses:course",
    "courses:edit_course",
    "courses:edit_company",
    "courses:edit_intermediary",
}
OF_NOBODY = {"home", "choose_membership", "components_gallery"}
# the courses and institutions of the training body, whoever runs them where
LISTS_OF_NO_REGION = {
    "courses:catalogue",
    "courses:companies",
    "courses:intermediaries",
    "courses:new_action",
    "courses:options",
}
MARK = "Ñusta".encode()  # stands in the names of ours
DOORS = {
    *("login", "account_login", "choose_membership", "mfa_activate_totp"),
    *("mfa_authenticate", "account_reauthenticate", "admin:login"),
}
# where one's own account answers otherwise than by its page; who has just signed in
# confirms it where more depends on it
OWN_ANSWERS: dict[str, object] = {
    **dict.fromkeys(
        ("change_email", "mfa_activate_totp", "mfa_deactivate_totp"),
        "account_reauthenticate",
    ),
    "mfa_generate_recovery_codes": "account_reauthenticate",
    "mfa_view_recovery_codes": 404,  # has none
    "mfa_download_recovery_codes": 404,
    "end_sessions": 404,  # of a session that is not theirs
    "answer_offer": 410,
    "admin_password_change": "account_change_password",
}
POSTED = {
    "attendance:accept_export",
    "attendance:probe",
    "attendance:begin_class",
    "attendance:end_class",
    "attendance:reconcile_again",
    "attendance:resolve_alert",
    "attendance:trust_token",
    "certificates:accept_batch",
    "certificates:resume_batch",
    "certificates:stop_batch",
    "courses:apply_import",
    "courses:link_sheet",
    "courses:make_calendar_address",
    "courses:order_names",
    "courses:remove_calendar_address",
    "courses:send_links",
    "end_sessions",
    "logout",
    "dismiss_mail",
    "resend_invite",
    "resend_mail",
    "take_mail_as_sent",
    "user_access",
}
LINKS = {"to": "not_yet", "shown_at": NOW.isoformat()}
BODIES = {"courses:link_sheet": LINKS, "courses:send_links": LINKS}


def _names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, prefix + space)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_address_is_in_the_matrix() -> None:
    known = {
        name
        for name in _names(get_resolver().url_patterns)
        if not name.startswith("admin:")
    }
    assert known == set(MATRIX)


@pytest.fixture
def address(our_body: TrainingBody, stopped_clock: object) -> Callable[[str], str]:
    """Give the address of a name, with ids of our training body."""
    session = SenceSessionFactory(
        enrolment__action__course__training_body=our_body,
        enrolment__action__course__name="Ñusta",
        enrolment__participant__last_names="Ñusta",
        expired=True,
    )
    receipt = Receipt.objects.create(
        session=session,
        kind=CallbackKind.CLOSE_CONFIRMED,
        received_at=NOW,
        content_type="application/x-www-form-urlencoded",
        body=urlencoded(close_confirmed(session)),
        length=1,
        remote_address="127.0.0.1",
        user_agent="",
        origin="",
    )
    receipt_decision(receipt)
    alert = OperatorAlertFactory(training_body=our_body)
    enrolment = session.enrolment
    action = enrolment.action
    company = CompanyFactory(training_body=our_body, name="Ñusta Ltda.")
    intermediary = IntermediaryFactory(training_body=our_body, name="OTIC Ñusta")
    colleague = MembershipFactory(
        training_body=our_body,
        role=Role.REGIONAL_ADMIN,
        user__full_name="Ñusta Colega",
    )
    upload = uploaded(action, ANAS)
    done = RosterImportFactory(action=action)
    somebodys_class = TrainingClassFactory(
        action=action, started_at=NOW - timedelta(hours=1)
    )
    evidence = AdjustmentEvidenceFactory(adjustment__enrolment=enrolment)
    export = SenceExportFactory(action=action)
    unread = ExportUploadFactory(action=action)
    certified = {"certification__action__course__training_body": our_body}
    asked = AnnulmentEvidenceFactory(
        **{f"request__certificate__{key}": one for key, one in certified.items()}
    )
    on_paper = DecisionEvidenceFactory(
        **{
            f"decision__request__certificate__{key}": one
            for key, one in certified.items()
        }
    )
    printed = CertificateFileFactory(
        **{f"certificate__{key}": one for key, one in certified.items()}
    )
    item = BatchItemFactory(batch__training_body=our_body, action=action)
    late = OutOfTermRequestFactory(action=action)
    late_answer = OutOfTermAnswerFactory(request__action=action)
    letter = OutgoingEmailFactory(
        training_body=our_body, region="ML", subject="Ñusta", plain=True
    )
    arguments: dict[str, list[object]] = {
        "mail": [letter.public_id],
        "resend_mail": [letter.public_id],
        "take_mail_as_sent": [letter.public_id],
        "dismiss_mail": [letter.public_id],
        "certificates:certificate": [action.public_id],
        "certificates:prepare": [action.public_id],
        "certificates:summary": [action.public_id],
        "certificates:issued": [printed.certificate.public_id],
        "certificates:download": [printed.certificate.public_id],
        "certificates:batch": [item.batch.public_id],
        "certificates:stop_batch": [item.batch.public_id],
        "certificates:resume_batch": [item.batch.public_id],
        "certificates:batch_archive": [item.batch.public_id],
        "certificates:annul": [CertificateFactory(**certified).public_id],
        "certificates:annulment": [asked.request.public_id],
        "certificates:record_decision": [asked.request.public_id],
        "certificates:evidence": [asked.public_id],
        "certificates:decision_evidence": [on_paper.public_id],
        "certificates:office_request": [asked.request.public_id],
        "certificates:office_evidence": [asked.public_id],
        "attendance:classes": [action.public_id],
        "attendance:begin_class": [action.public_id],
        "attendance:end_class": [somebodys_class.public_id],
        "attendance:enter_class": [action.public_id],
        "attendance:annul_class": [somebodys_class.public_id],
        "attendance:participants": [action.public_id],
        "attendance:total_excel": [action.public_id],
        "attendance:total_csv": [action.public_id],
        "attendance:detail": [enrolment.public_id],
        "attendance:detail_excel": [enrolment.public_id],
        "attendance:detail_csv": [enrolment.public_id],
        "attendance:adjust": [enrolment.public_id],
        "attendance:evidence": [evidence.public_id],
        "courses:calendar_feed": ["de-nadie"],
        "courses:roster": [action.public_id],
        "courses:export_roster": [action.public_id],
        "courses:enrol": [action.public_id],
        "courses:import_roster": [action.public_id],
        "courses:links": [action.public_id],
        "courses:send_links": [action.public_id],
        "courses:link_sheet": [action.public_id],
        "courses:edit_enrolment": [enrolment.public_id],
        "courses:remove_enrolment": [enrolment.public_id],
        "courses:regenerate_link": [enrolment.public_id],
        "courses:undo_import": [done.public_id],
        "courses:preview_import": [upload.public_id],
        "courses:correct_line": [upload.public_id, 2],
        "courses:order_names": [upload.public_id],
        "courses:apply_import": [upload.public_id],
        "attendance:enter": [personal_link(enrolment).rstrip("/").rsplit("/", 1)[1]],
        "attendance:course": [enrolment.public_id],
        "attendance:start": [enrolment.public_id],
        "attendance:close": [enrolment.public_id],
        "attendance:status": [enrolment.public_id],
        "attendance:returned": [returns.ticket(receipt)],
        "attendance:session": [session.public_id],
        "attendance:report": [session.public_id],
        "attendance:whole_answer": [receipt.public_id],
        "attendance:review": [receipt.public_id],
        "attendance:resolve_alert": [alert.public_id],
        "attendance:days": [action.public_id],
        "attendance:day": [action.public_id, enrolment.public_id, "2026-06-15"],
        "attendance:distribution": [action.public_id],
        "attendance:online_of_action": [action.public_id],
        "courses:course": [action.course.public_id],
        "courses:edit_course": [action.course.public_id],
        "courses:action": [action.public_id],
        "courses:action_history": [action.public_id],
        "courses:edit_action": [action.public_id],
        "courses:switch_environment": [action.public_id],
        "courses:options": ["empresas"],
        "courses:edit_company": [company.public_id],
        "courses:edit_intermediary": [intermediary.public_id],
        "liquidation:declarations": [action.public_id],
        "liquidation:record_otec": [action.public_id],
        "liquidation:record_participant": [enrolment.public_id],
        "liquidation:import_list": [action.public_id],
        "liquidation:remind": [action.public_id],
        "liquidation:document": [DeclarationDocumentFactory(action=action).public_id],
        "liquidation:out_of_term": [action.public_id],
        "liquidation:request_out_of_term": [action.public_id],
        "liquidation:answer_out_of_term": [late.public_id],
        "liquidation:out_of_term_request_document": [late.public_id],
        "liquidation:out_of_term_answer_document": [late_answer.request.public_id],
        "attendance:token": [session.token.public_id],
        "attendance:revoke_token": [session.token.public_id],
        "attendance:trust_token": [session.token.public_id],
        "attendance:reconciliation": [action.public_id],
        "attendance:reconciled_percentages": [action.public_id],
        "attendance:reconciled_sessions": [action.public_id],
        "attendance:upload_export": [action.public_id],
        "attendance:reconcile_again": [action.public_id],
        "attendance:note_difference": [action.public_id, "sesion", session.public_id],
        "attendance:reconciliation_excel": [action.public_id],
        "attendance:reconciliation_csv": [action.public_id],
        "attendance:sence_export": [export.public_id],
        "attendance:preview_export": [unread.public_id],
        "attendance:accept_export": [unread.public_id],
        "account_reset_password_from_key": ["1", "a-b"],
        "confirm_new_email": ["signed"],
        "offer": ["signed"],
        "answer_offer": ["signed"],
        "user": [colleague.user.public_id],
        "correct_user": [colleague.user.public_id],
        "add_profile": [colleague.user.public_id],
        "user_access": [colleague.user.public_id],
        "resend_invite": [colleague.user.public_id],
        "reset_second_factor": [colleague.user.public_id],
        "profile_regions": [colleague.public_id],
        "remove_profile": [colleague.public_id],
    }
    queries = {"courses:search": "?programa=3", "courses:search_export": "?programa=3"}
    return lambda name: (
        reverse(name, args=arguments.get(name, [])) + queries.get(name, "")
    )


def receipt_decision(receipt: Receipt) -> None:
    from attendance.models import Decision

    Decision.objects.create(receipt=receipt, outcome=Outcome.LATE, at=NOW)


def _answer(client: Client, name: str, url: str) -> Any:
    posted = name in POSTED
    return client.post(url, BODIES.get(name, {})) if posted else client.get(url)


def _status(client: Client, name: str, url: str) -> int:
    status: int = _answer(client, name, url).status_code
    return status


def _sent(answer: Any) -> str:
    """Return the name of the page that `answer` leads to, "" where it leads nowhere."""
    if answer.status_code not in {302, 303}:
        return ""
    found = resolve(urlsplit(answer.headers["Location"]).path)
    return found.view_name


def _at_the_door(answer: Any) -> bool:
    """Whether `answer` leads to signing in, or to what has to come before a page."""
    return _sent(answer) in DOORS


def _let_in(answer: Any) -> bool:
    """Whether a page opened, or a deed was done and led on."""
    led_on = bool(_sent(answer)) and not _at_the_door(answer)
    return answer.status_code == 200 or led_on


def _named(*kinds: str) -> list[str]:
    return [name for name, kind in MATRIX.items() if kind in kinds]


@pytest.mark.parametrize(
    "name", _named(OPERATOR, *DEEDS, TEACHER, UPLOADER, NATIONAL, OWN, OFFICE)
)
def test_operator_page_without_sign_in_leads_to_sign_in(
    name: str, address: Callable[[str], str]
) -> None:
    assert _sent(Client().get(address(name))) == "login"


@pytest.mark.parametrize("name", _named(OPERATOR))
@pytest.mark.parametrize(
    "role", [Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN, Role.FACILITATOR]
)
def test_operator_page_for_every_role_of_ours_opens(
    name: str, role: Role, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    client = sign_in(our_body, role, "ML").client
    assert _status(client, name, address(name)) == 200


@pytest.mark.parametrize("name", _named(OPERATOR, *DEEDS, UPLOADER, NATIONAL))
def test_page_of_a_training_body_for_a_regional_office_is_closed(
    name: str, address: Callable[[str], str]
) -> None:
    """SENCE's staff have pages of their own: 403 whatever another page is of."""
    client = sign_in(None, Role.REGIONAL_OFFICE, "ML").client
    assert _status(client, name, address(name)) == (200 if name in OF_NOBODY else 403)


@pytest.mark.parametrize("name", _named(OFFICE))
@pytest.mark.parametrize(
    ("role", "region", "status"),
    [
        (Role.REGIONAL_OFFICE, "ML", 200),
        (Role.REGIONAL_OFFICE, "MA", 404),
        (Role.NATIONAL_ADMIN, "", 403),
        (Role.REGIONAL_ADMIN, "ML", 403),
        (Role.FACILITATOR, "", 403),
    ],
)
def test_page_of_the_regional_office_is_for_that_of_the_region_alone(
    name: str,
    role: Role,
    region: str,
    status: int,
    our_body: TrainingBody,
    address: Callable[[str], str],
) -> None:
    """404 in another region; 403 for who is of the training body, and can't decide."""
    body = None if role == Role.REGIONAL_OFFICE else our_body
    client = sign_in(body, role, *[region] if region else []).client
    url = address(name)
    listed = status == 404 and name == "certificates:office_inbox"
    assert _status(client, name, url) == (200 if listed else status)


@pytest.mark.parametrize("name", _named(*DEEDS))
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.NATIONAL_ADMIN, True),
        (Role.REGIONAL_ADMIN, True),
        (Role.FACILITATOR, False),
    ],
)
def test_deed_is_for_admins_only(
    name: str,
    role: Role,
    allowed: bool,
    our_body: TrainingBody,
    address: Callable[[str], str],
    settings: object,
) -> None:
    """403 for who may look but not touch."""
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    client = sign_in(our_body, role, "ML").client
    answer = _answer(client, name, address(name))
    assert _let_in(answer) if allowed else answer.status_code == 403


@pytest.mark.parametrize("name", _named(TEACHER))
@pytest.mark.parametrize(
    "role", [Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN, Role.FACILITATOR]
)
def test_deed_of_a_teacher_is_for_every_role_of_ours(
    name: str, role: Role, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    client = sign_in(our_body, role, "ML").client
    expected = {"courses:remove_calendar_address": "courses:calendar_address"}
    page = expected.get(name, "attendance:classes")
    assert _sent(_answer(client, name, address(name))) == page


@pytest.mark.parametrize("name", _named(UPLOADER))
@pytest.mark.parametrize(
    ("role", "status"), [(Role.NATIONAL_ADMIN, 404), (Role.FACILITATOR, 403)]
)
def test_upload_of_a_colleague_is_not_there(
    name: str,
    role: Role,
    status: int,
    our_body: TrainingBody,
    address: Callable[[str], str],
) -> None:
    """What its uploader may see of it, tests/courses/roster/test_pages.py proves."""
    client = sign_in(our_body, role).client
    assert _status(client, name, address(name)) == status


@pytest.mark.parametrize("name", _named(NATIONAL))
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.NATIONAL_ADMIN, True),
        (Role.REGIONAL_ADMIN, False),
        (Role.FACILITATOR, False),
    ],
)
def test_page_of_the_whole_body_is_for_national_admins_only(
    name: str,
    role: Role,
    allowed: bool,
    our_body: TrainingBody,
    address: Callable[[str], str],
) -> None:
    client = sign_in(our_body, role, "ML").client
    answer = _answer(client, name, address(name))
    assert _let_in(answer) if allowed else answer.status_code == 403


@pytest.mark.parametrize("name", _named(OWN))
@pytest.mark.parametrize("role", Role)
def test_own_account_for_every_role_opens(
    name: str, role: Role, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    body = None if role == Role.REGIONAL_OFFICE else our_body
    client = sign_in(body, role).client
    answer = _answer(client, name, address(name))
    asked = _sent(answer) or answer.status_code
    assert asked == OWN_ANSWERS.get(name, 200)


@pytest.mark.parametrize(
    "name",
    [n for n in _named(OPERATOR, *DEEDS, TEACHER, UPLOADER) if ":" in n]
    + _named(NATIONAL),
)
def test_page_with_an_id_for_the_rival_is_not_there(
    name: str, rival_body: TrainingBody, address: Callable[[str], str]
) -> None:
    """C1: 404, not 403, and nothing of ours on the pages that list."""
    client = sign_in(rival_body, Role.NATIONAL_ADMIN).client
    url = address(name)
    if HAS_ID.search(url):
        assert _status(client, name, url) == 404
    elif name not in POSTED:
        page = b"".join(client.get(url))
        assert MARK not in page


@pytest.mark.parametrize(
    "name", [n for n in _named(OPERATOR, *DEEDS, TEACHER, UPLOADER) if ":" in n]
)
def test_page_with_an_id_for_an_admin_of_another_region_is_not_there(
    name: str, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    """C1: a regional admin of Magallanes sees nothing of the Maule."""
    url = address(name)
    client = sign_in(our_body, Role.REGIONAL_ADMIN, "MA").client
    if name == "courses:edit_course":  # it has actions of the Maule alone
        assert _status(client, name, url) == 403
    elif name in OF_NO_REGION:
        assert _let_in(_answer(client, name, url))
    elif HAS_ID.search(url):
        assert _status(client, name, url) == 404
    elif name in LISTS_OF_NO_REGION:
        assert MARK in b"".join(_answer(client, name, url))
    else:
        assert MARK not in b"".join(_answer(client, name, url))


@pytest.mark.parametrize(
    "name", _named(OPERATOR, *DEEDS, TEACHER, NATIONAL, OWN, OFFICE)
)
def test_page_for_a_disabled_user_leads_to_sign_in(
    name: str, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    """C9: out at once, with the session still in the browser."""
    signed_in = sign_in(our_body, Role.NATIONAL_ADMIN)
    signed_in.membership.user.is_active = False
    signed_in.membership.user.save()
    assert _sent(signed_in.client.get(address(name))) == "login"


@pytest.mark.parametrize("name", _named(PARTICIPANT))
def test_participant_page_without_a_link_asks_for_it(
    name: str, address: Callable[[str], str]
) -> None:
    assert Client().get(address(name)).status_code == 403


@pytest.mark.parametrize("name", [n for n in _named(PARTICIPANT) if "my" not in n])
def test_participant_page_for_somebody_else_is_not_there(
    name: str, address: Callable[[str], str]
) -> None:
    """C1, B4: neither another training body's people nor a classmate get in."""
    stranger = enter(Client(), EnrolmentFactory())
    url = address(name)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url).status_code == 404


def test_admin_site_for_an_otec_admin_is_closed(our_body: TrainingBody) -> None:
    client = sign_in(our_body, Role.NATIONAL_ADMIN).client
    assert _sent(client.get(reverse("admin:index"))) == "admin:login"


def test_ids_nobody_has_are_not_there(our_body: TrainingBody) -> None:
    client = sign_in(our_body, Role.NATIONAL_ADMIN).client
    for name in ("session", "report", "review", "whole_answer"):
        url = reverse(f"attendance:{name}", args=[uuid.uuid4()])
        assert client.get(url).status_code == 404
