"""What SQL can hold, SQL holds: each named constraint with its violation."""

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models.functions import Upper

from attendance.models import Clock, SessionState, TokenState
from certificates.models import ItemState
from courses.models import (
    ActivityType,
    Environment,
    LinkWay,
    TrainingAction,
)
from liquidation.models import DeclarationState, Source
from otec_portal.core.models import MailState, MembershipRegion, Role, User
from tests.factories import NOW, TICK, twice
from tests.factories.attendance import (
    AdjustmentFactory,
    LeftOutLineFactory,
    OperatorAlertFactory,
    ReconciliationNoteFactory,
    SenceExportFactory,
    SenceFigureFactory,
    SenceMarkFactory,
    SenceSessionFactory,
    TrainingClassFactory,
)
from tests.factories.certificates import (
    AnnulmentDecisionFactory,
    AnnulmentRequestFactory,
    BatchItemFactory,
    CertificateFactory,
    CertificateSeriesFactory,
)
from tests.factories.core import (
    MailAttachmentFactory,
    MembershipFactory,
    OutgoingEmailFactory,
    TrainingBodyFactory,
    UserFactory,
)
from tests.factories.courses import (
    CompanyFactory,
    CourseFactory,
    EnrolmentFactory,
    IntermediaryFactory,
    LinkDeliveryFactory,
    ParticipantFactory,
    ReminderDigestFactory,
    ReminderFactory,
    ReminderLineFactory,
    RosterImportFactory,
    TrainingActionFactory,
)
from tests.factories.liquidation import (
    DeclarationFactory,
    DeclarationReminderFactory,
    DeclarationReportFactory,
    GcaListFactory,
    OutOfTermRequestFactory,
)
from tests.factories.tokens import SenceTokenFactory
from tests.liquidation import packets_refused
from tests.out_of_choices import OUT_OF_CHOICES

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


def numbered_twice() -> None:
    action = TrainingActionFactory()
    for _ in range(2):
        DeclarationFactory(enrolment=EnrolmentFactory(action=action), number="1-2026")


def listed(**more: Any) -> None:
    """A report with a list of its own action."""
    action = TrainingActionFactory()
    DeclarationReportFactory(
        declaration__action=action, gca_list=GcaListFactory(action=action), **more
    )


def numbered_alike() -> None:
    course = CourseFactory()
    for _ in range(2):
        CertificateFactory(certification__action__course=course, sequence=7)


def region_twice() -> None:
    membership = MembershipFactory(role=Role.REGIONAL_ADMIN)
    for _ in range(2):
        MembershipRegion.objects.create(membership=membership, region="ML")


def unchecked_code(environment: Environment) -> None:
    TrainingActionFactory(action_code="-1", environment=environment)


def related_to_itself() -> None:
    action = TrainingActionFactory(activity_type=ActivityType.COMPLEMENTARY)
    TrainingAction.objects.filter(pk=action.pk).update(related_action=action)


VIOLATIONS: dict[str, Callable[[], object]] = {
    **OUT_OF_CHOICES,
    **packets_refused.VIOLATIONS,
    "courses_reminder_of_a_notice_once": lambda: twice(
        ReminderFactory, "user", "action", "kind", "step_on", "notice"
    ),
    "courses_reminder_kind_is_known": lambda: ReminderFactory(kind="end"),
    "courses_reminder_notice_is_known": lambda: ReminderFactory(notice=4),
    "courses_digest_once_per_person_and_day": lambda: twice(
        ReminderDigestFactory, "training_body", "user", "on", "edition"
    ),
    "courses_reminder_once_per_digest": lambda: twice(
        ReminderLineFactory, "digest", "reminder"
    ),
    "attendance_export_file_once_per_action": lambda: twice(
        SenceExportFactory, "action", "sha256"
    ),
    "attendance_export_rows_once_per_action": lambda: twice(
        SenceExportFactory, "action", "digest"
    ),
    "attendance_sence_mark_once_per_action": lambda: twice(
        SenceMarkFactory, "export", "run", "starts_at", "ends_at"
    ),
    "attendance_sence_mark_without_end_once_per_action": lambda: twice(
        SenceMarkFactory, "export", "run", ends_at=None
    ),
    "attendance_sence_mark_ends_after_it_starts": lambda: SenceMarkFactory(
        ends_at=NOW - DAY
    ),
    "attendance_sence_figure_once_per_export": lambda: twice(
        SenceFigureFactory, "export", "run"
    ),
    "attendance_left_out_line_once_per_export": lambda: twice(
        LeftOutLineFactory, "export", "number"
    ),
    "attendance_note_stands_at_one_thing": lambda: ReconciliationNoteFactory(
        session=None, action=TrainingActionFactory()
    ),
    "attendance_note_says_something": lambda: ReconciliationNoteFactory(text=""),
    "attendance_one_open_class_per_facilitator_and_action": lambda: twice(
        TrainingClassFactory, "action", "facilitator"
    ),
    "attendance_class_ends_after_it_starts": lambda: TrainingClassFactory(
        ended=True, ended_at=NOW
    ),
    "attendance_class_ended_at_unless_open": lambda: TrainingClassFactory(
        ended_at=NOW + DAY
    ),
    "attendance_class_entered_with_a_reason": lambda: TrainingClassFactory(
        ended=True, entered_at=NOW, entered_by=UserFactory()
    ),
    "attendance_class_annulled_with_a_reason": lambda: TrainingClassFactory(
        annulled=True, annulment_reason=""
    ),
    "attendance_adjustment_changes_something": lambda: AdjustmentFactory(seconds=0),
    "attendance_adjustment_has_a_reason": lambda: AdjustmentFactory(reason=""),
    "core_training_body_rut_has_its_form": lambda: TrainingBodyFactory(rut="1-9"),
    "core_membership_role_once_per_body": lambda: twice(
        MembershipFactory, "user", "training_body", "role"
    ),
    "core_membership_regional_office_once": lambda: twice(
        MembershipFactory, "user", role=Role.REGIONAL_OFFICE, training_body=None
    ),
    "core_membership_body_unless_regional_office": lambda: MembershipFactory(
        role=Role.FACILITATOR, training_body=None
    ),
    "core_membership_region_once": region_twice,
    "core_user_rut_has_its_form": lambda: UserFactory(rut="12.345"),
    "core_user_email_belongs_to_one": lambda: twice(UserFactory, "email"),
    "core_user_email_in_lower_case": lambda: User.objects.filter(
        pk=UserFactory().pk
    ).update(email=Upper("email")),
    "core_membership_offer_is_whole": lambda: MembershipFactory(offered_at=NOW),
    "core_training_body_signatory_is_whole": lambda: TrainingBodyFactory(
        signatory_name="Ana Soto"
    ),
    "core_training_body_threshold_is_a_percentage": lambda: TrainingBodyFactory(
        attendance_threshold=101
    ),
    "core_mail_expires_after_it_was_queued": lambda: OutgoingEmailFactory(
        created_at=NOW, expires_at=NOW - TICK
    ),
    "core_attachment_name_once_per_mail": lambda: MailAttachmentFactory.create_batch(
        2, mail=OutgoingEmailFactory(), name="expediente.pdf"
    ),
    "core_mail_one_of_a_slot": lambda: twice(OutgoingEmailFactory, slot="digest:1"),
    "core_mail_sent_at_iff_sent": lambda: OutgoingEmailFactory(
        state=MailState.SENT, settled=True
    ),
    "core_mail_secret_text_is_forgotten_once_settled": lambda: OutgoingEmailFactory(
        state=MailState.WITHDRAWN
    ),
    "core_mail_waiting_was_not_handed_over": lambda: OutgoingEmailFactory(
        handed_at=NOW
    ),
    "core_mail_uncertain_was_handed_over": lambda: OutgoingEmailFactory(
        state=MailState.UNCERTAIN, settled=True
    ),
    "core_mail_decided_at_iff_decided_by": lambda: OutgoingEmailFactory(decided_at=NOW),
    "core_mail_to_sence_is_released_by_a_person": lambda: OutgoingEmailFactory(
        to="liq_maule@sence.cl"
    ),
    "courses_sence_code_once_per_body": lambda: twice(
        CourseFactory, "training_body", "sence_code"
    ),
    "courses_hours_are_positive": lambda: CourseFactory(hours=0),
    "courses_action_code_once_per_course": lambda: twice(
        TrainingActionFactory, "course", "action_code"
    ),
    "courses_action_ends_after_it_starts": lambda: TrainingActionFactory(
        starts_on=TODAY, ends_on=TODAY - DAY
    ),
    "courses_action_unchecked_code_only_in_test": lambda: unchecked_code(
        Environment.PRODUCTION
    ),
    "courses_action_stays_in_production": lambda: TrainingActionFactory(
        production_used_at=NOW, environment=Environment.TEST
    ),
    "courses_action_value_is_an_amount": lambda: TrainingActionFactory(value=0),
    "courses_action_session_within_a_day": lambda: TrainingActionFactory(
        session_max_minutes=1441
    ),
    "courses_action_only_complementary_names_its_partial": (
        lambda: TrainingActionFactory(
            related_action=(other := TrainingActionFactory()), course=other.course
        )
    ),
    "courses_action_is_related_to_another": related_to_itself,
    "courses_action_starts_in_our_time": lambda: TrainingActionFactory(
        starts_on=date(26, 6, 1)
    ),
    "courses_action_ends_in_our_time": lambda: TrainingActionFactory(
        ends_on=date(2101, 1, 1)
    ),
    "courses_participant_once_per_body": lambda: twice(
        ParticipantFactory, "training_body", "run"
    ),
    "courses_participant_can_be_found_by_name": lambda: ParticipantFactory(
        first_names=" ", last_names=""
    ),
    "courses_action_can_be_found": lambda: TrainingActionFactory(action_code=" "),
    "courses_participant_run_has_its_form": lambda: ParticipantFactory(run="1234567K"),
    "courses_company_once_per_body": lambda: twice(
        CompanyFactory, "training_body", "rut"
    ),
    "courses_company_rut_has_its_form": lambda: CompanyFactory(rut="x"),
    "courses_intermediary_once_per_body": lambda: twice(
        IntermediaryFactory, "training_body", "rut"
    ),
    "courses_intermediary_rut_has_its_form": lambda: IntermediaryFactory(rut="x"),
    "courses_participant_once_per_action": lambda: twice(
        EnrolmentFactory, "action", "participant"
    ),
    "courses_import_undone_by_iff_undone": lambda: RosterImportFactory(undone_at=NOW),
    "courses_link_delivery_numbered_once": lambda: twice(
        LinkDeliveryFactory, "enrolment"
    ),
    "courses_link_delivery_has_its_mail_iff_mailed": lambda: LinkDeliveryFactory(
        way=LinkWay.MAIL
    ),
    "attendance_one_live_session_per_enrolment": lambda: twice(
        SenceSessionFactory, "enrolment"
    ),
    "attendance_opened_at_iff_ever_opened": lambda: SenceSessionFactory(
        opened=True, sence_id=""
    ),
    "attendance_closed_at_iff_closed": lambda: SenceSessionFactory(
        closed=True, closed_at=NOW - DAY
    ),
    "attendance_close_handed_before_closing": lambda: SenceSessionFactory(
        closing=True, close_handed_at=None
    ),
    "attendance_one_open_alert_per_cause": lambda: twice(
        OperatorAlertFactory, "training_body", "cause"
    ),
    "attendance_alert_resolved_by_iff_resolved": lambda: OperatorAlertFactory(
        resolved_at=NOW
    ),
    "attendance_token_revoked_at_iff_revoked": lambda: SenceTokenFactory(
        state=TokenState.REVOKED
    ),
    "liquidation_one_declaration_of_the_otec_per_action": lambda: twice(
        DeclarationFactory, "action", of_otec=True
    ),
    "liquidation_declaration_number_once_per_action": numbered_twice,
    "liquidation_declaration_number_is_folio_and_year": lambda: DeclarationFactory(
        number="12345"
    ),
    "liquidation_pending_declaration_has_no_number": lambda: DeclarationFactory(
        state=DeclarationState.PENDING, number="1-2026"
    ),
    "liquidation_gca_list_once_per_action": lambda: twice(
        GcaListFactory, "action", "sha256"
    ),
    "liquidation_report_names_its_list_iff_from_one": lambda: DeclarationReportFactory(
        source=Source.GCA_LIST
    ),
    "liquidation_report_gives_a_reason_iff_taken_back": (
        lambda: DeclarationReportFactory(
            state=DeclarationState.PENDING, source=Source.BY_HAND
        )
    ),
    "liquidation_out_of_term_request_has_a_reason": lambda: OutOfTermRequestFactory(
        reason=""
    ),
    "liquidation_one_reminder_per_person_and_day": lambda: twice(
        DeclarationReminderFactory, "enrolment", "on"
    ),
    "courses_action_real_start_only_of_complementary": lambda: TrainingActionFactory(
        real_starts_on=TODAY
    ),
    "courses_action_real_end_only_of_partial": lambda: TrainingActionFactory(
        real_ends_on=TODAY
    ),
    "certificates_action_once_per_batch": lambda: twice(
        BatchItemFactory, "batch", "action"
    ),
    "certificates_item_has_a_certificate_iff_emitted": lambda: BatchItemFactory(
        state=ItemState.EMITTED
    ),
    "certificates_item_gives_a_reason_iff_refused": lambda: BatchItemFactory(
        state=ItemState.REFUSED
    ),
    "certificates_series_once_per_body_and_year": lambda: twice(
        CertificateSeriesFactory, "training_body", "year"
    ),
    "certificates_number_once_per_body_and_year": numbered_alike,
    "certificates_one_first_certificate": lambda: twice(
        CertificateFactory, "certification"
    ),
    "certificates_number_is_positive": lambda: CertificateFactory(sequence=0),
    "certificates_has_a_billing_reference": lambda: CertificateFactory(
        billing_reference=""
    ),
    "certificates_annulment_gives_a_reason": lambda: AnnulmentRequestFactory(reason=""),
    "certificates_annulment_gives_the_right_reference": lambda: AnnulmentRequestFactory(
        right_reference=""
    ),
    "certificates_rejection_gives_remarks": lambda: AnnulmentDecisionFactory(
        rejected=True, remarks=""
    ),
}
ALLOWED: dict[str, Callable[[], object]] = {
    **packets_refused.ALLOWED,
    "a code of another training body": lambda: twice(CourseFactory, "sence_code"),
    "no code at all, twice": lambda: twice(
        CourseFactory, "training_body", sence_code=""
    ),
    "-1 twice in test": lambda: twice(
        TrainingActionFactory, "course", action_code="-1"
    ),
    "an action of one day": lambda: TrainingActionFactory(
        starts_on=TODAY, ends_on=TODAY
    ),
    "a session of a whole day": lambda: TrainingActionFactory(session_max_minutes=1440),
    "the same person at two training bodies": lambda: twice(ParticipantFactory, "run"),
    "no mail address, twice": lambda: twice(UserFactory, email=""),
    "a session after one that was closed": lambda: twice(
        SenceSessionFactory, "enrolment", closed=True
    ),
    "a session after one that failed": lambda: twice(
        SenceSessionFactory, "enrolment", failed=True
    ),
    "a cause again after it was resolved": lambda: twice(
        OperatorAlertFactory,
        "training_body",
        "cause",
        resolved_at=NOW,
        resolved_by=UserFactory(),
    ),
}
OTHER_HALVES: dict[str, Callable[[], object]] = {
    **packets_refused.OTHER_HALVES,
    "a session of no length": lambda: TrainingActionFactory(session_max_minutes=0),
    "open without its clock": lambda: SenceSessionFactory(opened=True, opened_clock=""),
    "open without a limit": lambda: SenceSessionFactory(opened=True, expires_at=None),
    "starting, yet opened": lambda: SenceSessionFactory(
        opened_at=NOW, opened_clock=Clock.SENCE
    ),
    "closed without its clock": lambda: SenceSessionFactory(
        closed=True, closed_clock=""
    ),
    "open, yet closed": lambda: SenceSessionFactory(
        closed=True, state=SessionState.OPEN
    ),
    "a token in force, yet revoked": lambda: SenceTokenFactory(revoked_at=NOW),
    "a mail in the queue, yet sent": lambda: OutgoingEmailFactory(sent_at=NOW),
    "an import undone by someone, at no time": lambda: RosterImportFactory(
        undone_by=UserFactory()
    ),
    "a sheet that has its mail": lambda: LinkDeliveryFactory(
        mail=OutgoingEmailFactory()
    ),
    "an open alert resolved by someone": lambda: OperatorAlertFactory(
        resolved_by=UserFactory()
    ),
    "a name for somebody to whom nothing is offered": lambda: MembershipFactory(
        offered_name="Ana Soto"
    ),
    "an address for somebody to whom nothing is offered": lambda: MembershipFactory(
        offered_email="ana@otec.example"
    ),
    "a signatory's RUT without a name": lambda: TrainingBodyFactory(
        signatory_rut="11111111-1"
    ),
    "a regional office of a training body": lambda: MembershipFactory(
        role=Role.REGIONAL_OFFICE
    ),
    "a correction that a list makes": lambda: listed(
        state=DeclarationState.PENDING, source=Source.GCA_LIST, reason="Error."
    ),
    "a reason for what is no correction": lambda: DeclarationReportFactory(
        reason="Error."
    ),
    "a list behind what was said by hand": lambda: listed(source=Source.BY_HAND),
}


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
def test_years_of_two_figures_are_completed_before_they_are_refused() -> None:
    with connection.cursor() as cursor:
        for which in ("starts", "ends"):
            cursor.execute(
                "ALTER TABLE courses_trainingaction "
                f"DROP CONSTRAINT courses_action_{which}_in_our_time"
            )
    typed = TrainingActionFactory(starts_on=date(26, 6, 1), ends_on=date(26, 7, 31))
    half = TrainingActionFactory(starts_on=date(26, 6, 1))
    sound = TrainingActionFactory()
    import_module("courses.migrations.0008_actions_of_our_time").complete(apps, None)
    rows = TrainingAction.objects.values_list("pk", "starts_on", "ends_on")
    assert {pk: dates for pk, *dates in rows} == {
        typed.pk: [date(2026, 6, 1), date(2026, 7, 31)],
        half.pk: [date(2026, 6, 1), half.ends_on],
        sound.pk: [sound.starts_on, sound.ends_on],
    }


def test_named_constraints_all_have_their_violation_here() -> None:
    own = [
        constraint.name
        for app in ("core", "courses", "attendance", "certificates", "liquidation")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    ]
    assert set(VIOLATIONS) == set(own)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_constraint_violated_is_refused_by_name(name: str) -> None:
    constraint = next(
        constraint
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.name == name
    )
    told = name
    if isinstance(constraint, models.UniqueConstraint):
        # SQLite names the columns instead, or its trigger is there before
        told = f"{name}|{'.*'.join(constraint.fields)}|{constraint.fields[0]}_id"
        told += "|append-only: this key is taken"
    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        VIOLATIONS[name]()


@pytest.mark.parametrize("case", OTHER_HALVES)
def test_constraint_violated_from_its_other_side_is_refused(case: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OTHER_HALVES[case]()


@pytest.mark.parametrize("case", ALLOWED)
def test_row_near_a_constraint_is_still_taken(case: str) -> None:
    ALLOWED[case]()


@pytest.mark.parametrize("field", ["company", "intermediary", "related_action"])
def test_action_naming_what_is_of_another_body_is_refused(field: str) -> None:
    """C1: a form must not reach over to another training body."""
    factory = {
        "company": CompanyFactory,
        "intermediary": IntermediaryFactory,
        "related_action": TrainingActionFactory,
    }[field]
    action = TrainingActionFactory.build(course=CourseFactory(), **{field: factory()})
    with pytest.raises(ValidationError) as refused:
        action.full_clean()
    assert [error.code for error in refused.value.error_dict[field]] == ["foreign"]


def test_enrolment_of_another_bodys_participant_is_refused() -> None:
    enrolment = EnrolmentFactory.build(
        action=TrainingActionFactory(), participant=ParticipantFactory()
    )
    with pytest.raises(ValidationError) as refused:
        enrolment.full_clean()
    (error,) = refused.value.error_dict["participant"]
    assert error.code == "foreign"
