"""The message that goes back to the portal (seeds/003, 3.2 and 3.3)."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from attendance.sence.wire import DATE_TIME_FORMAT, Field
from attendance.simulator.behaviours import Instruction
from attendance.simulator.checks import usable_url
from attendance.simulator.sessions import START, Answer, Attempt

SANTIAGO: Final = ZoneInfo("America/Santiago")


def build(
    attempt: Attempt,
    *,
    codes: tuple[str, ...] | None,
    sence_id: str,
    at: datetime,
    told: Instruction,
) -> Answer:
    """Return the answer to `attempt`, decided at `at` (aware).

    A success (`codes` None) goes to UrlRetoma, an error to UrlError. Only answers
    to a start carry IdSesionSence; in its errors it is empty unless told otherwise.
    """
    name = Field.SUCCESS_URL if codes is None else Field.ERROR_URL
    url = attempt.form.get(name, "")
    due = at + timedelta(seconds=told.delay_seconds)
    return Answer(
        url=url if usable_url(url) else "",
        fields=tuple(_fields(attempt, codes, sence_id, at, told).items()),
        codes=codes,
        decided_at=at.astimezone(UTC).isoformat(),
        due_at=due.astimezone(UTC).isoformat(),
        times=told.times,
        silent=told.silent,
    )


def _fields(
    attempt: Attempt,
    codes: tuple[str, ...] | None,
    sence_id: str,
    at: datetime,
    told: Instruction,
) -> dict[str, str]:
    local = at.astimezone(SANTIAGO)
    echo = attempt.form
    fields = {
        Field.SENCE_CODE: echo.get(Field.SENCE_CODE, ""),
        Field.ACTION_CODE: echo.get(Field.ACTION_CODE, ""),
        Field.NONCE: attempt.nonce,
        Field.SENCE_ID: sence_id,
        Field.RUN: told.other_run or attempt.run,
        Field.DATE_TIME: local.strftime(DATE_TIME_FORMAT),
        Field.TIME_ZONE: time_zone(local),
        Field.LINE: echo.get(Field.LINE, ""),
    }
    if attempt.kind != START:
        del fields[Field.SENCE_ID]
    if told.without_time_zone:
        del fields[Field.TIME_ZONE]
    if codes is not None:
        fields[Field.ERROR] = told.separator.join(codes)
    if not told.stray_spaces:
        return {str(name): value for name, value in fields.items()}
    if codes is not None:
        fields[Field.ERROR] = f" {fields[Field.ERROR]} "
    return {f"{name} ": value for name, value in fields.items()}


def time_zone(local: datetime) -> str:
    """Return ZonaHoraria as a text: `(UTC-03:00) Santiago`."""
    offset = local.strftime("%z")
    return f"(UTC{offset[:3]}:{offset[3:5]}) Santiago"
