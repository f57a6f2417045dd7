"""Who lacks attendance: never came in, or is below the training body's threshold.

Participants exempt from registering with SENCE lack nothing [choice].
"""

from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from attendance.models import SenceSession
from attendance.percentages import with_per_cent
from courses.models import Enrolment
from otec_portal.core.models import Membership

SOME_DAYS: Final = timedelta(days=2)  # that people have to come in [choice]
AROUND_THE_END: Final = timedelta(days=7)  # of an action, before and after [choice]


def below(enrolments: QuerySet[Enrolment], *, threshold: int) -> QuerySet[Enrolment]:
    """Return those whose percentage is under `threshold`: at it they are not."""
    return with_per_cent(enrolments).filter(exempt=False, per_cent__lt=threshold)


def never_came(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Return those for whom SENCE has not opened a session where the action is now."""
    return enrolments.filter(~_entered(), exempt=False)


def _entered() -> Exists:
    return Exists(
        SenceSession.objects.filter(
            enrolment=OuterRef("pk"),
            opened_at__isnull=False,
            environment=OuterRef("action__environment"),
        )
    )


def tried(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Return those for whom a start was asked for, whatever came of it."""
    attempts = SenceSession.objects.filter(
        enrolment=OuterRef("pk"), environment=OuterRef("action__environment")
    )
    return enrolments.filter(Exists(attempts))


def left_behind(membership: Membership, *, today: date) -> QuerySet[Enrolment]:
    """Return who never came in though others did, or though the action is over.

    Running actions that nobody has entered are told of as such, not one by one.
    """
    others = SenceSession.objects.filter(
        enrolment__action=OuterRef("action"), opened_at__isnull=False
    )
    mine = _in_undecided(membership).filter(
        action__starts_on__lte=today - SOME_DAYS,
        action__ends_on__gte=today - AROUND_THE_END,
    )
    return never_came(mine.filter(Q(action__ends_on__lt=today) | Exists(others)))


def behind(membership: Membership, *, today: date) -> QuerySet[Enrolment]:
    """Return who came in, and is under the threshold as the action ends or just ended.

    Earlier everybody is: the percentage is of the whole action.
    """
    mine = _in_undecided(membership).filter(
        _entered(),
        action__starts_on__lt=today,
        action__ends_on__range=(today - AROUND_THE_END, today + AROUND_THE_END),
    )
    return with_per_cent(mine).filter(
        exempt=False,
        per_cent__lt=F("action__course__training_body__attendance_threshold"),
    )


def _in_undecided(membership: Membership) -> QuerySet[Enrolment]:
    return Enrolment.objects.visible_to(membership).filter(action__decision="")
