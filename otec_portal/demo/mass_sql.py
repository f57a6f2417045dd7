"""The millions: enrolments and sessions, by PostgreSQL itself from what is there.

An action's participants stand side by side among those of its training body, so that
a body's rows have to be consecutive. Started actions have sessions, but for one in 200
that nobody has entered; of the running ones' people one in 50 is in right now, one in
100 got an error today, and one in 400 sent an answer that somebody has to review.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

_BATCH: Final = 20_000  # actions

ENROLMENTS: Final = """
INSERT INTO courses_enrolment (public_id, action_id, participant_id, exempt)
SELECT gen_random_uuid(), action.id,
       people.first + (action.id * 7919 + n) %% people.many, false
FROM courses_trainingaction action
JOIN courses_course course ON course.id = action.course_id
JOIN (SELECT training_body_id, min(id) AS first, count(*) AS many
      FROM courses_participant GROUP BY training_body_id) people
     ON people.training_body_id = course.training_body_id
CROSS JOIN generate_series(0, %(each)s - 1) n
WHERE action.id >= %(first)s AND action.id < %(last)s
"""
# of all that will have sessions there, by the first of them
USE: Final = """
UPDATE courses_trainingaction
SET production_used_at = starts_on + interval '9 hours'
WHERE environment = 'production' AND starts_on < current_date AND id %% 200 <> 0
      AND id >= %(first)s AND id < %(last)s
"""
# as many sessions as were asked for in all: every eighth person has one more, for
# those that can't have any yet
SESSIONS: Final = """
INSERT INTO attendance_sencesession
    (public_id, nonce, training_body_id, enrolment_id, token_id, environment, otec_rut,
     run, sence_code, action_code, line, stand_in, sence_id, state, started_at,
     start_by, opened_at, opened_clock, expires_at, close_handed_at, closed_at,
     closed_clock)
SELECT gen_random_uuid(), gen_random_uuid()::text, body, enrolment, token, environment,
       rut, run, code, action_code, line, '',
       CASE WHEN opened THEN 'S-' || enrolment || '-' || n ELSE '' END,
       state, at, at + interval '15 minutes',
       CASE WHEN opened THEN at END,
       CASE WHEN opened THEN 'sence' ELSE '' END,
       CASE WHEN opened THEN at + interval '3 hours' END,
       CASE WHEN state = 'closed' THEN at + interval '1 hour' END,
       CASE WHEN state = 'closed' THEN at + interval '1 hour' END,
       CASE WHEN state = 'closed' THEN 'sence' ELSE '' END
FROM (
    SELECT *, state NOT IN ('failed', 'abandoned') AS opened
    FROM (
        SELECT body.id AS body, enrolment.id AS enrolment, token.id AS token,
               action.environment,
               body.rut, participant.run, course.sence_code AS code,
               action.action_code, action.line, n,
               CASE WHEN action.ends_on >= current_date AND n = 1
                         AND enrolment.id %% 50 = 0 THEN 'open'
                    WHEN action.ends_on >= current_date AND n = 1
                         AND enrolment.id %% 100 = 1 THEN 'failed'
                    WHEN (enrolment.id + n) %% 20 = 0 THEN 'expired'
                    WHEN (enrolment.id + n) %% 33 = 0 THEN 'failed'
                    WHEN (enrolment.id + n) %% 50 = 0 THEN 'abandoned'
                    ELSE 'closed' END AS state,
               CASE WHEN action.ends_on >= current_date AND n = 1
                         AND enrolment.id %% 50 <= 1
                    THEN now() - interval '5 minutes'
                    ELSE least(action.starts_on + (n - 1) * 2, action.ends_on)
                         + interval '9 hours'
                         + (enrolment.id %% 600) * interval '1 minute'
                    END AS at
        FROM courses_enrolment enrolment
        JOIN courses_trainingaction action ON action.id = enrolment.action_id
        JOIN courses_course course ON course.id = action.course_id
        JOIN core_trainingbody body ON body.id = course.training_body_id
        JOIN attendance_sencetoken token ON token.training_body_id = body.id
        JOIN courses_participant participant
             ON participant.id = enrolment.participant_id
        CROSS JOIN generate_series(1, %(each)s + (enrolment.id %% 8 = 0)::int) n
        WHERE action.starts_on < current_date AND action.id %% 200 <> 0
              AND action.id >= %(first)s AND action.id < %(last)s
    ) drawn
) session
"""
RECEIPTS: Final = """
INSERT INTO attendance_receipt
    (public_id, nonce, kind, received_at, content_type, body, length, remote_address,
     user_agent, origin)
SELECT gen_random_uuid(), nonce,
       CASE WHEN state = 'failed' THEN 'start_failed' ELSE 'close_confirmed' END,
       started_at, '', '', 0, '127.0.0.1', '', ''
FROM attendance_sencesession
WHERE started_at >= now() - interval '10 minutes'
      AND (state = 'failed' OR enrolment_id %% 400 = 0)
"""
DECISIONS: Final = """
INSERT INTO attendance_decision (receipt_id, outcome, flags, codes, at)
SELECT id, CASE WHEN kind = 'start_failed' THEN 'applied' ELSE 'quarantined' END,
       CASE WHEN kind = 'start_failed' THEN '[]' ELSE '["run_differs"]' END::jsonb,
       CASE WHEN kind = 'start_failed'
            THEN (ARRAY['["100"]', '["204"]', '["211"]', '["300"]'])[1 + id %% 4]
            ELSE '[]' END::jsonb,
       received_at
FROM attendance_receipt
"""


def run(enrolments_per_action: int, sessions_per_enrolment: int) -> Iterator[str]:
    """Make enrolments, sessions and today's answers; yield what is done."""
    made = _by_actions(ENROLMENTS, enrolments_per_action)
    yield f"{made} enrolments"
    _by_actions(USE, sessions_per_enrolment)
    yield f"{_by_actions(SESSIONS, sessions_per_enrolment)} sessions"
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS, [])
        cursor.execute(DECISIONS, [])
        yield f"{cursor.rowcount} answers of today"


def _by_actions(sql: str, each: int) -> int:
    """Run `sql` over the actions, some at a time; return the number of rows."""
    made = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM courses_trainingaction")
        least, most = cursor.fetchone()
        for first in range(least, most + 1, _BATCH):
            bounds: dict[str, Any] = {"first": first, "last": first + _BATCH}
            cursor.execute(sql, {"each": each, **bounds})
            made += cursor.rowcount
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return made
