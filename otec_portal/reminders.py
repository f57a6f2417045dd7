"""Who is reminded of what: found in one pass of SQL, then told by courses.digests.

It needs the view over all rooms: terms are the courses' room's, what became of
certificates and annulments that of certificates. The rule is courses.notices' and
courses.ladder's; the SQL here finds for whom it holds, and a test holds both together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from courses import digests
from courses.ladder import DAYS, Kind
from courses.notices import Due, due_steps
from courses.reminding import Following, plans
from courses.terms import end_of_year

FIRST_HOUR: Final = 8  # in America/Santiago
LONGEST_RUN: Final = timedelta(minutes=2)  # the next run goes on

# a step of every action that is on the dates of `due` and still needs something: what
# courses.ladder calls Step.needs_something. Each way to a step has its own dates: of
# constants beside their join PostgreSQL knows how many there are
_DUE: Final = """
(SELECT column1 AS kind, column2 AS step_on, column3 AS first_day, column4 AS last_day,
        column5 AS notice, column6 AS escalated
 FROM (VALUES {due}) given) due"""
_ROW: Final = "(%s, %s, %s, %s, %s, %s)"
_STEP: Final = """
SELECT action.id AS action_id, action.course_id, action.region,
       due.kind, due.step_on, due.notice, due.escalated
"""
_BY_END: Final = f"""{_STEP}
FROM {_DUE}
JOIN courses_trainingaction action ON action.day_zero = due.first_day
LEFT JOIN certificates_certification certification
     ON certification.action_id = action.id
WHERE action.decision = '' AND action.environment = 'production'
  AND (due.kind = 'liquidation'
       OR (due.kind = 'ordinary' AND action.intermediary_id IS NOT NULL)
       OR certification.state IS NULL
       OR certification.state IN ('pending', 'reissue_approved'))
"""
_BY_START: Final = f"""{_STEP}
FROM {_DUE}
JOIN courses_trainingaction action
     ON action.starts_on >= due.first_day AND action.starts_on <= due.last_day
WHERE action.activity_type = 'partial'
  AND action.decision = '' AND action.environment = 'production'
"""
_BY_ANSWER: Final = f"""{_STEP}
FROM {_DUE}
JOIN certificates_annulmentrequest request ON request.due_on = due.first_day
LEFT JOIN certificates_annulmentdecision decision ON decision.request_id = request.id
JOIN certificates_certificate certificate ON certificate.id = request.certificate_id
JOIN certificates_certification certification
     ON certification.id = certificate.certification_id
JOIN courses_trainingaction action ON action.id = certification.action_id
WHERE decision.id IS NULL
  AND action.decision = '' AND action.environment = 'production'
"""
# to everybody who may act on it and wants it; of two profiles' notices the later one;
# not what they were reminded of already, nor what came before that. Materialized: how
# many there are is then guessed from the dates, not from what else is asked of them
_FOUND: Final = """
WITH step AS MATERIALIZED ({steps}),
follower AS MATERIALIZED (
    SELECT member.id, member.user_id, member.training_body_id,
           member.role = 'national_admin' AS is_national,
           member.role IN ({roles})
           AND NOT EXISTS (SELECT 1 FROM courses_remindersilence silence
                           WHERE silence.membership_id = member.id) AS listens
    FROM core_membership member
    JOIN core_user person ON person.id = member.user_id
    WHERE member.offered_at IS NULL AND member.suspended_at IS NULL
      AND person.is_active AND person.email <> ''
      AND {followers}
)
SELECT found.user_id, found.action_id, found.kind, found.step_on, found.notice
FROM (
    SELECT follower.user_id, step.action_id, step.kind, step.step_on,
           min(step.notice) AS notice
    FROM step
    JOIN courses_course course ON course.id = step.course_id
    JOIN follower ON follower.training_body_id = course.training_body_id
    WHERE CASE step.escalated WHEN 1 THEN is_national ELSE listens END
      AND (is_national
           OR EXISTS (SELECT 1 FROM core_membershipregion reach
                      WHERE reach.membership_id = follower.id
                        AND reach.region = step.region))
    GROUP BY follower.user_id, step.action_id, step.kind, step.step_on
) found
WHERE NOT EXISTS (
    SELECT 1 FROM courses_reminder kept
    WHERE kept.user_id = found.user_id AND kept.action_id = found.action_id
      AND kept.kind = found.kind AND kept.step_on = found.step_on
      AND kept.notice <= found.notice
)
"""
_NOTE: Final = """
INSERT INTO courses_reminder (user_id, action_id, kind, step_on, notice, noted_on)
SELECT due_now.user_id, due_now.action_id, due_now.kind, due_now.step_on,
       due_now.notice, {today}
FROM ({found}) due_now
WHERE true
ORDER BY 1, 2, 3, 4
ON CONFLICT DO NOTHING
"""
_COUNT: Final = "SELECT count(*) FROM ({found}) due_now"
_CHOSE_NOTHING: Final = """
NOT EXISTS (SELECT 1 FROM courses_remindersettings chosen
            WHERE chosen.training_body_id = member.training_body_id)
"""

Statement = tuple[str, list[Any]]


def run(*, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Note and tell what is due at `now`; return how many digests are new.

    However often, by how many workers and after what pause it runs, everybody is
    told everything once; nothing before FIRST_HOUR. With `clock` it ends after
    LONGEST_RUN: what it left the next run finds.
    """
    local = timezone.localtime(now)
    if local.hour < FIRST_HOUR:
        return 0
    today = local.date()
    note(today)
    told = 0
    for key in digests.waiting(today):
        at = clock() if clock else now
        if at - now > LONGEST_RUN:
            break
        told += digests.tell(key, today=today, at=at)
    return told


def note(today: date) -> int:
    """Keep what is due on `today` and was not noted yet; return how many.

    One statement for each plan that is followed, over all its training bodies.
    """
    return sum(_execute(_noting(one, today)) for one in plans())


def count(today: date) -> int:
    """Return how many reminders are due on `today` that were not noted yet."""
    total = 0
    for following in plans():
        if found := _found(following, today):
            sql, params = found
            with connection.cursor() as cursor:
                cursor.execute(_COUNT.replace("{found}", sql), params)
                total += cursor.fetchone()[0]
    return total


def _execute(statement: Statement | None) -> int:
    if statement is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return int(cursor.rowcount)


def _noting(following: Following, today: date) -> Statement | None:
    found = _found(following, today)
    if found is None:
        return None
    sql, params = found
    statement = _NOTE.replace("{today}", "%s").replace("{found}", sql)
    return statement, [_as_date(today), *params]


def _found(following: Following, today: date) -> Statement | None:
    """Return what finds the due reminders of those who follow a plan; None: nothing."""
    steps, given = _steps(due_steps(following.plan, today=today))
    if not steps:
        return None
    followers, bodies = _followers(following)
    roles = sorted(following.plan.roles) or [""]
    sql = (
        _FOUND.replace("{steps}", steps)
        .replace("{followers}", followers)
        .replace("{roles}", _places(len(roles)))
    )
    return sql, [*given, *roles, *bodies]


def _steps(due: Iterable[Due]) -> Statement:
    """Return what finds the steps that are `due`, "" where none can be."""
    ways: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for one in due:
        if _can_be(one):
            row = (one.kind.value, *_days_of(one), one.notice, int(one.escalated))
            ways[_way_to(one.kind)].append(row)
    sql = " UNION ALL ".join(
        way.replace("{due}", _places(len(rows), of=_ROW)) for way, rows in ways.items()
    )
    return sql, [one for rows in ways.values() for row in rows for one in row]


def _way_to(kind: Kind) -> str:
    if kind in DAYS:
        return _BY_END
    return _BY_START if kind == Kind.DECLARATION else _BY_ANSWER


def _days_of(due: Due) -> Iterator[Any]:
    """Yield the step's date, and the first and last day by which actions have it.

    By the day from which terms run, by the start, or by the date itself.
    """
    first = last = due.on
    if due.kind in DAYS:
        first = last = due.on - timedelta(days=DAYS[due.kind])
    elif due.kind == Kind.DECLARATION:
        last = due.on - timedelta(days=1)
        first = date(last.year, 1, 1)
    yield from (_as_date(day) for day in (due.on, first, last))


def _can_be(due: Due) -> bool:
    """Declarations open on 1 January alone (courses.terms.declared_from)."""
    eve = due.on - timedelta(days=1)
    return due.kind != Kind.DECLARATION or eve == end_of_year(eve.year)


def _followers(following: Following) -> Statement:
    if following.bodies is None:
        return _CHOSE_NOTHING, []
    places = _places(len(following.bodies))
    return f"member.training_body_id IN ({places})", list(following.bodies)


def _places(number: int, *, of: str = "%s") -> str:
    return ", ".join([of] * number)


def _as_date(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)
