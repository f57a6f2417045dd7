"""Reminders come exactly once: two at a time, deaths on the way, days without a run."""

from collections import Counter
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.core import mail as box
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses import digest_words, digests
from courses.catalogue import save_action
from courses.models import Reminder, ReminderDigest, ReminderLine, TrainingAction
from courses.notices import DEFAULT, NATIONAL, notice_of
from courses.standing import ladders_of
from otec_portal import reminders
from otec_portal.core import outbox
from otec_portal.core.models import MailState, OutgoingEmail, Role, TrainingBody
from tests.at_once import at_once
from tests.conftest import SignedIn, sign_in
from tests.factories.core import MembershipFactory, TrainingBodyFactory
from tests.reminding import (
    DAY,
    LAST,
    LIQUIDATION,
    MONDAY,
    ORDINARY,
    at,
    due_in,
    ended,
    leave,
    mails,
    run,
    run_and_leave,
)


class Died(Exception):
    """The worker is gone."""


def die(*args: object, **kwargs: object) -> None:
    raise Died


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_two_workers_at_once_make_one_mail(self, our_body: TrainingBody) -> None:
        """F10: every reminder once."""
        for _ in range(3):
            MembershipFactory(training_body=our_body)
        for days in (0, 1, 3, 10):
            due_in(our_body, days)
        made = at_once(*[lambda: run(MONDAY)] * 4)
        assert sum(made) == 3
        assert len(mails()) == 3
        assert Reminder.objects.count() == 12
        assert ReminderLine.objects.count() == 12

    def test_two_workers_at_once_withdraw_and_tell_anew_once(
        self, our_body: TrainingBody
    ) -> None:
        """E9, F10: of the second edition there is one."""
        MembershipFactory(training_body=our_body)
        kept, wrong = due_in(our_body, 0), due_in(our_body, 3)
        run(MONDAY)
        TrainingAction.objects.filter(pk=wrong.pk).update(ends_on=MONDAY)
        assert sum(at_once(*[lambda: run(MONDAY, 8, 5)] * 4)) == 1
        (mail,) = mails()
        assert kept.action_code in mail.text
        assert wrong.action_code not in mail.text

    def test_end_date_corrected_while_it_is_told_does_not_leave(
        self, our_body: TrainingBody, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """E9: whoever corrects waits until the digest is kept, and withdraws it."""
        who = sign_in(our_body, Role.NATIONAL_ADMIN)
        action = due_in(our_body, 3)
        words, corrected = digest_words.text_of, Event()
        moved: list[Thread] = []

        def correct() -> None:
            row = TrainingAction.objects.get(pk=action.pk)
            row.ends_on += 9 * DAY
            save_action(row, by=who.membership, at=at(MONDAY, 8, 1))
            corrected.set()
            connection.close()

        def meanwhile(*given: Any, **more: Any) -> str:
            if not moved:
                moved.append(Thread(target=correct))
                moved[0].start()
                assert not corrected.wait(timeout=2)
            return words(*given, **more)

        monkeypatch.setattr(digests, "text_of", meanwhile)
        run(MONDAY)
        moved[0].join()
        assert corrected.is_set()
        leave(MONDAY)
        assert box.outbox == []

    def test_scheduler_and_mail_at_once_send_one(self, our_body: TrainingBody) -> None:
        """F10: a digest is withdrawn or leaves, never both."""
        MembershipFactory(training_body=our_body)
        due_in(our_body, 3)
        run(MONDAY)
        at_once(lambda: run(MONDAY + DAY), lambda: leave(MONDAY + DAY))
        run(MONDAY + DAY, 9)
        outbox.send_due(now=at(MONDAY + DAY, 9, 30))
        assert len(box.outbox) == len(mails())
        lines = ReminderLine.objects.exclude(digest__mail__state=MailState.WITHDRAWN)
        assert set(Counter(lines.values_list("reminder")).values()) == {1}


@pytest.mark.django_db
class TestDeaths:
    def test_death_after_noting_is_made_up_for(
        self, admin: SignedIn, our_body: TrainingBody
    ) -> None:
        """F1, F4: what was noted waits in the database for its digest."""
        due_in(our_body, 3)
        reminders.note(MONDAY)
        assert ReminderDigest.objects.count() == 0
        assert run(MONDAY, 8, 5) == 1
        assert len(mails()) == 1

    @pytest.mark.parametrize("where", ["mail", "digest", "lines"])
    def test_death_in_the_middle_of_a_digest_leaves_nothing_of_it(
        self,
        admin: SignedIn,
        our_body: TrainingBody,
        monkeypatch: pytest.MonkeyPatch,
        where: str,
    ) -> None:
        """F1: mail, digest and lines are one transaction."""
        due_in(our_body, 3)
        place = {
            "mail": (outbox, "queue_each"),
            "digest": (ReminderDigest, "save"),
            "lines": (ReminderLine.objects, "bulk_create"),
        }[where]
        with monkeypatch.context() as dying:
            dying.setattr(*place, die)
            with pytest.raises(Died):
                run(MONDAY)
        assert OutgoingEmail.objects.count() == 0
        assert ReminderDigest.objects.count() == 0
        assert run(MONDAY, 8, 5) == 1
        assert ReminderLine.objects.count() == 1

    def test_death_between_two_people_leaves_the_first_ones_mail(
        self, admin: SignedIn, our_body: TrainingBody, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        MembershipFactory(training_body=our_body)
        due_in(our_body, 3)
        tell = digests.tell
        told: list[digests.Key] = []

        def once(key: digests.Key, **when: object) -> bool:
            if told:
                raise Died
            told.append(key)
            return tell(key, **when)  # type: ignore[arg-type]

        with monkeypatch.context() as dying:
            dying.setattr(digests, "tell", once)
            with pytest.raises(Died):
                run(MONDAY)
        assert len(mails()) == 1
        assert run(MONDAY, 8, 5) == 1
        assert len(mails()) == 2

    def test_run_that_takes_too_long_is_gone_on_with(
        self, admin: SignedIn, our_body: TrainingBody
    ) -> None:
        due_in(our_body, 3)
        start = at(MONDAY)
        late = start + reminders.LONGEST_RUN + timedelta(seconds=1)
        assert reminders.run(now=start, clock=lambda: late) == 0
        assert reminders.run(now=late, clock=lambda: late) == 1


DAYS = 26
PATTERNS = st.lists(
    st.tuples(st.integers(0, DAYS), st.booleans()), min_size=1, max_size=14
)
CORRECTIONS = st.none() | st.tuples(st.integers(0, DAYS), st.integers(-8, 8))


class TestAnyPattern(TestCase):
    """hypothesis gives every example a database of its own."""

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        pattern=PATTERNS,
        ends=st.lists(st.integers(-2, 14), min_size=1, max_size=3),
        correction=CORRECTIONS,
    )
    def test_nothing_comes_twice_and_nothing_that_holds_is_missed(
        self,
        pattern: list[tuple[int, bool]],
        ends: list[int],
        correction: tuple[int, int] | None,
    ) -> None:
        """F9, F10, E9: any days of runs, any days on which mail leaves."""
        body = TrainingBodyFactory()
        MembershipFactory(training_body=body)
        terms = (ORDINARY, LAST, LIQUIDATION)
        actions = [due_in(body, n, terms[n % 3]) for n in ends]
        for day, leaves in sorted(pattern):
            today = MONDAY + day * DAY
            if correction and correction[0] <= day:
                TrainingAction.objects.filter(pk=actions[0].pk).update(
                    ends_on=actions[0].ends_on + correction[1] * DAY
                )
            before = sent_on(today)
            run(today)
            if leaves:
                leave(today)
                # the day's one mail may have left before the correction came
                assert before or missed(body, today) == set()
        lines = ReminderLine.objects.filter(digest__mail__state=MailState.SENT)
        assert set(Counter(lines.values_list("reminder")).values()) <= {1}
        days = ReminderDigest.objects.filter(mail__state=MailState.SENT)
        assert set(Counter(days.values_list("user", "on")).values()) <= {1}
        assert OutgoingEmail.objects.filter(state=MailState.SENT).count() == len(days)


def sent_on(today: date) -> bool:
    """Whether the day's digest has left."""
    rows = ReminderDigest.objects.filter(on=today, mail__state=MailState.SENT)
    return rows.exists()


def missed(body: TrainingBody, today: date) -> set[tuple[int, str]]:
    """What holds on `today`, and stands in no mail that has left."""
    rows = TrainingAction.objects.filter(course__training_body=body)
    sent = Reminder.objects.filter(lines__digest__mail__state=MailState.SENT)
    found = set()
    for action, ladder in ladders_of(list(rows), today=today).items():
        for step in ladder.steps:
            wanted = DEFAULT.wants(step.kind, NATIONAL, silent=False)
            notice = notice_of(step.kind, step.on, wanted, today=today, until=today)
            if notice is None or not step.needs_something:
                continue
            told = sent.filter(
                action=action, kind=step.kind, step_on=step.on, notice__lte=notice
            )
            if not told.exists():
                found.add((action, step.kind.value))
    return found


@pytest.mark.django_db
def test_late_end_of_one_day_is_the_next_ones_matter(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Two minutes before midnight and after it are two days, each with its mail."""
    due_in(our_body, 1)
    assert run(MONDAY, 23, 58) == 1
    leave(MONDAY)
    assert run(MONDAY + DAY, 0, 2) == 0
    assert run_and_leave(MONDAY + DAY) == 1


@pytest.mark.django_db
def test_very_many_actions_make_a_mail_of_bounded_length(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """The nearest are named; the others are counted, and never told again."""
    due_in(our_body, 3)
    for _ in range(59):
        ended(our_body, MONDAY + (10 - ORDINARY) * DAY)
    assert run_and_leave(MONDAY) == 1
    (mail,) = box.outbox
    assert str(mail.body).count("- Acción") == 40
    assert "Y 20 más: están todos en el calendario" in str(mail.body)
    assert "/calendario/?ver=lista" in str(mail.body)
    assert mail.subject.startswith("60 plazos por atender; el más cercano: quedan 3")
    assert run_and_leave(MONDAY + DAY) == 0


@pytest.mark.django_db
def test_statements_of_a_run_do_not_grow_with_the_actions(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """One pass to find, and a digest takes as many statements for 5 as for 50."""
    counts = []
    for number, day in ((5, MONDAY), (50, MONDAY + 30 * DAY)):
        for _ in range(number):
            ended(our_body, day + (3 - ORDINARY) * DAY)
        with CaptureQueriesContext(connection) as asked:
            assert run(day) == 1
        counts.append(len(asked))
        leave(day)
    assert counts[0] == counts[1]
