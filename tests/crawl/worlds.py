"""Two training bodies with one row of everything, and whoever may come to ask."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from attendance.models import CallbackKind, Decision, Handover, Outcome, Step
from attendance.services import returns
from courses.access import personal_link
from liquidation.links import signed
from liquidation.models import Dispatch
from otec_portal.core import audit
from otec_portal.core.models import Membership, Role, TrainingBody, User
from otec_portal.core.sign_in.links import new_email_link, signed_offer
from tests.attendance.reconciliation.desk import as_sence_has, file_of
from tests.conftest import browser_of, enter, sign_in
from tests.courses.roster.desk import uploaded
from tests.courses.roster.sources import ANAS
from tests.crawl.routes import ID, Route
from tests.factories import NOW
from tests.factories.attendance import (
    AdjustmentEvidenceFactory,
    AdjustmentFactory,
    AttendanceTotalFactory,
    ClassTimeFactory,
    ExportSightingFactory,
    ExportUploadFactory,
    LeftOutLineFactory,
    MarkTurnFactory,
    OperatorAlertFactory,
    ReceiptFactory,
    ReconciliationFactory,
    ReconciliationNoteFactory,
    SenceExportFactory,
    SenceFigureFactory,
    SenceMarkFactory,
    SenceSessionFactory,
    TrainingClassFactory,
)
from tests.factories.certificates import (
    AnnulmentDecisionFactory,
    AnnulmentEvidenceFactory,
    AnnulmentRequestFactory,
    BatchItemFactory,
    CertificateFactory,
    CertificateFileFactory,
    CertificateSeriesFactory,
    DecisionEvidenceFactory,
)
from tests.factories.core import (
    MembershipFactory,
    OutgoingEmailFactory,
    TrainingBodyFactory,
    UserFactory,
)
from tests.factories.courses import (
    CalendarFeedFactory,
    CompanyFactory,
    ComplementaryFactory,
    EnrolmentFactory,
    IntermediaryFactory,
    LinkDeliveryFactory,
    ReminderLineFactory,
    ReminderSettingsFactory,
    ReminderSilenceFactory,
    RosterImportFactory,
    TrainingActionFactory,
)
from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    DeclarationReminderFactory,
    GcaListFactory,
    OutOfTermAnswerFactory,
    OutOfTermRequestFactory,
)
from tests.factories.packets import PacketLinkFactory
from tests.factories.tokens import SenceTokenFactory
from tests.liquidation.packing import filed, observed
from tests.sence_messages import close_confirmed, urlencoded

OWN_APPS = ("core", "courses", "attendance", "certificates", "liquidation")
OPERATORS = (Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN, Role.FACILITATOR)
ASKED_FOR = "Compartida"  # stands in the names of either body: lists are asked for it


@dataclass
class World:
    """A training body whose every name holds `mark`, and its people's browsers."""

    mark: str
    body: TrainingBody
    clients: dict[str, Client]
    ids: dict[str, list[uuid.UUID]] = field(default_factory=dict)  # by model
    others: dict[str, dict[str, object]] = field(default_factory=dict)  # by route

    def values(self, route: Route) -> dict[str, object]:
        """Return the parameters of `route` that are no public id, for this body.

        Fails for an address that takes something nobody told the crawler about.
        """
        given = self.others.get(route.name, {})
        assert set(given) == set(route.takes - {ID}), f"tell the crawler: {route}"
        return given

    def every_id(self) -> Iterator[tuple[str, uuid.UUID]]:
        for model, ids in self.ids.items():
            yield from ((model, one) for one in ids)


def models_with_ids() -> list[type[Model]]:
    """Return the models whose rows have an address."""
    own = [one for one in apps.get_models() if one._meta.app_label in OWN_APPS]
    return [one for one in own if any(f.name == ID for f in one._meta.get_fields())]


def _known() -> dict[str, set[uuid.UUID]]:
    return {
        one._meta.label: set(one._base_manager.values_list(ID, flat=True))
        for one in models_with_ids()
    }


def make_world(mark: str) -> World:
    """Return a training body with one row of everything; what is new is its own."""
    before = _known()
    name = f"{mark} {ASKED_FOR}"
    body = TrainingBodyFactory(name=name)
    clients, admin = _people(body, name)
    clients["office"] = sign_in(None, Role.REGIONAL_OFFICE, "ML").client
    world = World(mark, body, clients)
    _rows(world, name, admin)
    world.ids = {label: sorted(ids - before[label]) for label, ids in _known().items()}
    return world


def _people(body: TrainingBody, name: str) -> tuple[dict[str, Client], User]:
    clients = {}
    for role in OPERATORS:
        signed = sign_in(body, role, "ML")
        signed.membership.user.full_name = name
        signed.membership.user.save()
        clients[str(role)] = signed.client
        if role == Role.NATIONAL_ADMIN:
            admin = signed.membership.user
    colleague = UserFactory(full_name=name)
    MembershipFactory(
        training_body=body, role=Role.REGIONAL_ADMIN, user=colleague
    ).regions.create(region="ML")
    invited = MembershipFactory(
        training_body=body, role=Role.FACILITATOR, user__full_name=name
    ).user
    invited.set_unusable_password()
    invited.save()
    # an offer that waits for the admin: theirs alone to answer
    MembershipFactory(
        user=admin,
        training_body__name=name,
        role=Role.FACILITATOR,
        offered_at=NOW,
        offered_name=name,
        offered_email=admin.email,
    )
    return clients, admin


def _rows(world: World, name: str, admin: User) -> None:
    body = world.body
    token = SenceTokenFactory(training_body=body, label=name)
    partial = TrainingActionFactory(
        partial=True,
        course__training_body=body,
        course__name=name,
        supervising_entity=name,
        company=CompanyFactory(training_body=body, name=name),
        intermediary=IntermediaryFactory(training_body=body, name=name),
    )
    ComplementaryFactory(related_action=partial)
    enrolment = EnrolmentFactory(action=partial, participant__first_names=name)
    session = SenceSessionFactory(enrolment=enrolment, token=token, expired=True)
    Handover.objects.create(
        session=session, step=Step.START, token=token, url="/", fields={}, at=NOW
    )
    receipt = ReceiptFactory(
        session=session,
        kind=CallbackKind.CLOSE_CONFIRMED,
        body=urlencoded(close_confirmed(session)),
    )
    Decision.objects.create(receipt=receipt, outcome=Outcome.LATE, at=NOW)
    OperatorAlertFactory(training_body=body, title=name)
    uploaded(partial, ANAS, by=admin)
    RosterImportFactory(action=partial, by=admin, filename=name)
    LinkDeliveryFactory(enrolment=enrolment, by=admin)
    TrainingClassFactory(action=partial, facilitator=admin)
    adjustment = AdjustmentFactory(enrolment=enrolment, by=admin, reason=name)
    AdjustmentEvidenceFactory(adjustment=adjustment, name=name)
    export = SenceExportFactory(action=partial, by=admin, filename=name)
    mark = SenceMarkFactory(export=export, name=name)
    SenceFigureFactory(export=export)
    ExportSightingFactory(export=export, by=admin)
    LeftOutLineFactory(export=export, why=name)
    MarkTurnFactory(mark=mark)
    found = SenceSessionFactory(enrolment=enrolment, token=token, closed=True)
    ReconciliationFactory(session=found, mark=mark, by=admin)
    ExportUploadFactory(
        action=partial, by=admin, filename=name, content=file_of(as_sence_has(found))
    )
    ReconciliationNoteFactory(session=found, by=admin, text=name)
    GcaListFactory(action=partial, by=admin, text=name)
    OutOfTermAnswerFactory(request__action=partial, request__by=admin, by=admin)
    OutOfTermRequestFactory(action=partial, by=admin, reason=name)
    DeclarationReminderFactory(enrolment=enrolment, by=admin)
    DeclarationDocumentFactory(action=partial, name=name)
    packet = observed(partial, word=name, by=admin).answer.dispatch.build.packet
    filed(packet, name=f"{name} por confirmar.pdf", by=admin)
    AttendanceTotalFactory(enrolment=enrolment)
    ClassTimeFactory(action=partial)
    certificate = _certificates(partial.course, name, admin)
    audit.record(
        "courses.course_added",
        at=timezone.now(),
        by=admin,
        training_body=body,
        target=partial.course,
    )
    OutgoingEmailFactory(
        training_body=body, region="ML", subject=name, text=name, html=name, plain=True
    )
    CalendarFeedFactory(membership=admin.memberships.in_force().get(), secret=name)
    ReminderSettingsFactory(training_body=body)
    ReminderSilenceFactory(membership=admin.memberships.in_force().get())
    ReminderLineFactory(reminder__action=partial, reminder__user=admin)
    world.clients["participant"] = enter(Client(), enrolment)
    world.others = _parameters(enrolment, receipt, admin) | {
        "attendance:day": {
            "enrolment": enrolment.public_id,
            "day": f"{NOW:%Y-%m-%d}",
        },
        "attendance:note_difference": {"what": "marca", "subject_id": mark.public_id},
        "certificates:verify": {"code": certificate.code},
        "courses:calendar_feed": {"secret": name},
        **_bearers(body),
    }


def _bearers(body: TrainingBody) -> dict[str, dict[str, object]]:
    """What stands in the addresses of links: those to read are the office's."""
    dispatch = Dispatch.objects.get(build__packet__training_body=body)
    packet = dispatch.build.packet
    office = PacketLinkFactory(
        packet=packet, audience="office", build=dispatch.build, by=dispatch.by
    )
    company = packet.links.get(audience="company")
    return {
        "liquidation:link": {"signed": signed(office)},
        "liquidation:link_pdf": {"signed": signed(office)},
        "liquidation:link_zip": {"signed": signed(office)},
        "liquidation:link_sent": {"signed": signed(company)},
        "liquidation:link_papers": {"signed": signed(company)},
    }


def _certificates(course: Any, name: str, admin: User) -> Any:
    """One in force, one whose annulment is requested, one that was rejected on paper.

    Return the first one.
    """
    certificate: dict[str, Any] = {
        "certification__action__course": course,
        "by": admin,
    }
    told = {f"certificate__{key}": one for key, one in certificate.items()}
    asked = AnnulmentRequestFactory(**told, reason=name, by=admin)
    AnnulmentEvidenceFactory(request=asked, name=f"{name}.pdf")
    refused = AnnulmentDecisionFactory(
        **{f"request__{key}": one for key, one in told.items()},
        rejected=True,
        recorded=True,
        remarks=name,
        by=admin,
    )
    AnnulmentEvidenceFactory(request=refused.request, name=f"{name}.pdf")
    DecisionEvidenceFactory(decision=refused, name=f"{name}.pdf")
    in_force = CertificateFactory(**certificate)
    CertificateFileFactory(certificate=in_force)
    CertificateSeriesFactory(training_body=course.training_body)
    BatchItemFactory(
        batch__training_body=course.training_body,
        batch__by=admin,
        action=in_force.certification.action,
    )
    return in_force


def _parameters(enrolment: Any, receipt: Any, admin: User) -> dict[str, Any]:
    """What addresses take besides a public id."""

    def last(address: str) -> str:
        return address.rstrip("/").rsplit("/", 1)[1]

    offer = Membership.objects.offered().get(user=admin)
    return {
        "attendance:enter": {"signed": last(personal_link(enrolment))},
        "attendance:returned": {"ticket": returns.ticket(receipt)},
        "offer": {"signed": signed_offer(offer)},
        "answer_offer": {"signed": signed_offer(offer)},
        "confirm_new_email": {"signed": last(new_email_link(admin, "n@otec.example"))},
        "account_reset_password_from_key": {"uidb36": "1", "key": "a-b"},
        "courses:options": {"kind": "cursos"},
        "courses:correct_line": {"number": 2},
        "certificates:verify_unslashed": {"code": "AAAA22223333"},  # nobody's
    }


def of_no_body() -> dict[str, Client]:
    """Return who comes from outside either training body; the rows are of ML."""
    return {
        "office_elsewhere": sign_in(None, Role.REGIONAL_OFFICE, "MA").client,
        "regional_office": sign_in(None, Role.REGIONAL_OFFICE, "ML").client,
        "installation_staff": browser_of(UserFactory(is_staff=True, is_superuser=True)),
        "anonymous": Client(),
    }
