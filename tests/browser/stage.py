"""What a state of a page is set up with: somebody at a browser, and rows behind it."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from attendance.models import SenceSession
from attendance.services import sessions
from courses.access import personal_link
from courses.models import Enrolment
from otec_portal.core.models import Membership, Role, TrainingBody, User
from tests import sence_messages
from tests.browser.pages import sign_in
from tests.browser.watch import Watch
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import MembershipFactory
from tests.factories.courses import EnrolmentFactory


@dataclass
class Stage:
    """A page to show, and the enrolment that it is about."""

    page: Page
    enrolment: Enrolment
    watch: Watch
    patches: ExitStack
    settings: Settings

    # who looks

    def signs_in(self, role: Role = Role.NATIONAL_ADMIN) -> Membership:
        """Sign a member of our training body in, without the form."""
        body = self.enrolment.action.course.training_body
        membership: Membership = MembershipFactory(training_body=body, role=role)
        self.is_signed_in_as(membership.user)
        return membership

    def is_signed_in_as(self, user: User) -> None:
        sign_in(self.page.context, user)

    def stranger(self) -> Membership:
        """The administrator of another training body, which has nothing yet."""
        made: Membership = MembershipFactory()
        return made

    def enters(self) -> None:
        """Open the personal link."""
        self.page.goto(personal_link(self.enrolment))

    # where to

    def opens(self, path: str, *, status: int = 200) -> None:
        """Go to `path`, which answers with `status`."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status

    def posts(self, path: str, *, status: int, **fields: str) -> None:
        """Post `fields` from a page of another site."""
        self.page.set_content("<form method='post'></form>")
        with self.page.expect_response(f"**{path}") as answer:
            self.page.evaluate(_POST, [f"{settings.PORTAL_BASE_URL}{path}", fields])
        assert answer.value.status == status
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def is_headed(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def sends_the_form(self, button: str) -> None:
        """Press `button`, past what the browser itself would refuse to send."""
        self.page.locator("main form").evaluate_all(
            "forms => forms.forEach(form => { form.noValidate = true })"
        )
        self.presses(button)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def is_refused(self) -> None:
        """The page says what is wrong."""
        expect(self.page.get_by_role("alert").first).to_be_visible()

    # what is behind it

    @property
    def body(self) -> TrainingBody:
        return self.enrolment.action.course.training_body

    def another(self, **fields: object) -> Enrolment:
        """Another participant of the same action."""
        enrolled: Enrolment = EnrolmentFactory(
            **{"action": self.enrolment.action, **fields}
        )
        return enrolled

    def session(self, **fields: object) -> SenceSession:
        """A session of the participant, moved along its life by a trait."""
        given = {"enrolment": self.enrolment, "started_at": ago(minutes=20)}
        made: SenceSession = SenceSessionFactory(**{**given, **fields})
        return made

    def start_is_handed_out(self, enrolment: Enrolment | None = None) -> SenceSession:
        """Let the portal hand out a form, as the button does."""
        form = sessions.start(enrolment or self.enrolment, now=timezone.now())
        return form.session

    def start_is_refused(self, codes: str, enrolment: Enrolment | None = None) -> None:
        """SENCE answers a start with these codes."""
        session = self.start_is_handed_out(enrolment)
        fields = sence_messages.start_failed(session, codes)
        sence_messages.post("start_failed", fields)

    def start_is_confirmed(self, **changes: str) -> SenceSession:
        """SENCE confirms a start."""
        session = self.start_is_handed_out()
        fields = sence_messages.start_confirmed(session, **changes)
        sence_messages.post("start_confirmed", fields)
        session.refresh_from_db()
        return session

    def close_is_refused(self, session: SenceSession, codes: str) -> None:
        """SENCE answers a close with these codes."""
        sessions.request_close(session, now=timezone.now())
        fields = sence_messages.close_failed(session, codes)
        sence_messages.post("close_failed", fields)

    def close_is_confirmed(self, session: SenceSession, **changes: str) -> None:
        """SENCE confirms a close, whether or not one was asked for."""
        fields = {**sence_messages.close_confirmed(session), **changes}
        sence_messages.post("close_confirmed", fields)


def ago(**time: float) -> datetime:
    return timezone.now() - timedelta(**time)


_POST = """([action, fields]) => {
  const form = document.querySelector("form");
  form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  form.submit();
}"""
