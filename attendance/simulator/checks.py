"""What SENCE refuses, and with which code (seeds/003, 3.2, 3.3 and Anexo 2).

Pure functions: a form in, codes out. The form's own mistakes come first, all of
them at once; only a form without any is compared with what SENCE knows.

Where the manual leaves room, this is the reading taken:

- 200 is a mandatory field missing or blank; CodSence is mandatory in line 3 alone,
  must be blank in line 1 (else 204) and may be either in line 6 [1.1.6].
- 201 is either address blank; 202 and 203 also stand for one over 100 characters.
- 206 is a line that doesn't exist, 301 one that is not the action's.
- 204 and 205 are also codes nobody knows; 306 is a course that exists, but is not
  the action's.
- 304 is an IdSesionAlumno over 149 characters.
- 305 is a close whose IdSesionSence was never handed out, was handed out for
  another RUN or is closed already; 301 a close naming another action or line.
- 313 is a close at the wrong address: a form with IdSesionSence at the start's, or
  a session opened in the other environment.
- `-1` in test disables the checks of that code: for CodigoCurso also 208 and 301,
  which can't be told without it. In production it gives 204 or 205.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from attendance.sence.wire import (
    ACTION_CODE_MIN_LENGTH,
    CLOSE_FIELDS,
    MAX_LENGTHS,
    SENCE_CODE_LENGTH,
    START_FIELDS,
    UNCHECKED_CODE,
    Field,
    Line,
)
from attendance.simulator import rut
from attendance.simulator.registry import KnownAction, Registry
from attendance.simulator.sessions import CLOSE, START, RegisteredSession

TEST: Final = "test"
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SENCE_CODE: Final = re.compile(rf"[0-9A-Za-z]{{{SENCE_CODE_LENGTH}}}")
_PRINTABLE: Final = re.compile(r"[!-~]+")
_LINES: Final = {str(line.value) for line in Line}
_FPT: Final = str(Line.FPT.value)
_TAX_FRANCHISE: Final = str(Line.TAX_FRANCHISE.value)
_SOCIAL_PROGRAMMES: Final = str(Line.SOCIAL_PROGRAMMES.value)
_URLS: Final = (Field.SUCCESS_URL, Field.ERROR_URL)

Form = Mapping[str, str]


def check(
    form: Form, *, kind: str, environment: str, registry: Registry | None, today: date
) -> list[str]:
    """Return the codes with which SENCE refuses `form`; none where it accepts it.

    `kind` is `start` or `close`, `environment` `test` or `production`, `today` the
    date in Chile. Without a registry only formats are checked.
    """
    codes = form_codes(form, kind=kind, environment=environment, registry=registry)
    if not codes and registry is not None:
        codes = registry_codes(form, registry=registry, today=today)
    return codes


def form_codes(
    form: Form, *, kind: str, environment: str, registry: Registry | None = None
) -> list[str]:
    """Return the codes for what is wrong with the form by itself."""
    wrong = {
        "200": _lacks_mandatory(form, kind),
        "201": any(_blank(form, name) for name in _URLS),
        "202": _is_wrong(form, Field.SUCCESS_URL, usable_url),
        "203": _is_wrong(form, Field.ERROR_URL, usable_url),
        "204": _sence_code_is_wrong(form, environment),
        "205": _action_code_is_wrong(form, environment),
        "206": _is_wrong(form, Field.LINE, _LINES.__contains__),
        "207": _is_wrong(form, Field.RUN, rut.is_valid),
        "209": _is_wrong(form, Field.OTEC_RUT, rut.is_valid),
        "303": _token_is_wrong(form, registry),
        "304": len(_get(form, Field.NONCE)) > MAX_LENGTHS[Field.NONCE],
        "313": kind == START and not _blank(form, Field.SENCE_ID),
    }
    return [code for code, is_wrong in wrong.items() if is_wrong]


def registry_codes(form: Form, *, registry: Registry, today: date) -> list[str]:
    """Return the codes for what doesn't agree with what SENCE knows."""
    codes = _token_codes(form, registry)
    sence_code = _get(form, Field.SENCE_CODE).strip()
    names_course = sence_code not in {"", UNCHECKED_CODE}
    if names_course and not registry.knows_sence_code(sence_code):
        codes.append("204")
    action_code = _get(form, Field.ACTION_CODE)
    if action_code == UNCHECKED_CODE:
        return codes
    action = registry.actions.get(action_code)
    if action is None:
        return [*codes, "205"]
    codes += _action_codes(form, action, today)
    if names_course and "204" not in codes and action.sence_code != sence_code:
        codes.append("306")
    return sorted(codes)


def session_codes(
    form: Form, *, environment: str, session: RegisteredSession | None
) -> list[str]:
    """Return the codes for a close that doesn't fit the session it names."""
    if session is None:
        return ["305"]
    if session.environment != environment:
        return ["313"]
    same_person = session.run == rut.simplify(_get(form, Field.RUN))
    if not same_person or session.closed_at:
        return ["305"]
    same_action = session.action_code == _get(form, Field.ACTION_CODE)
    return [] if same_action and session.line == _get(form, Field.LINE) else ["301"]


def usable_url(url: str) -> bool:
    """Say whether a browser can be sent to `url`: absolute, 100 characters at most."""
    if len(url) > MAX_LENGTHS[Field.SUCCESS_URL] or not _PRINTABLE.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0


def _get(form: Form, name: Field) -> str:
    return form.get(name, "")


def _blank(form: Form, name: Field) -> bool:
    return not _get(form, name).strip()


def _is_wrong(form: Form, name: Field, is_right: Callable[[str], bool]) -> bool:
    return not _blank(form, name) and not is_right(_get(form, name))


def _lacks_mandatory(form: Form, kind: str) -> bool:
    fields = CLOSE_FIELDS if kind == CLOSE else START_FIELDS
    optional = {*_URLS}
    if _get(form, Field.LINE) != _TAX_FRANCHISE:
        optional.add(Field.SENCE_CODE)
    return any(_blank(form, name) for name in fields if name not in optional)


def _sence_code_is_wrong(form: Form, environment: str) -> bool:
    code = _get(form, Field.SENCE_CODE)
    if code == UNCHECKED_CODE:
        return environment != TEST
    if not code.strip():
        return False
    if _get(form, Field.LINE) == _SOCIAL_PROGRAMMES:
        return True
    return not _SENCE_CODE.fullmatch(code)


def _action_code_is_wrong(form: Form, environment: str) -> bool:
    code = _get(form, Field.ACTION_CODE)
    if code == UNCHECKED_CODE:
        return environment != TEST
    if not code.strip():
        return False
    shortest = 1 if _get(form, Field.LINE) == _FPT else ACTION_CODE_MIN_LENGTH
    right_length = shortest <= len(code) <= MAX_LENGTHS[Field.ACTION_CODE]
    return not (right_length and _PRINTABLE.fullmatch(code))


def _token_is_wrong(form: Form, registry: Registry | None) -> bool:
    token = _get(form, Field.TOKEN)
    known = registry is not None and token.lower() in registry.tokens
    return bool(token.strip()) and not known and not _GUID.fullmatch(token)


def _token_codes(form: Form, registry: Registry) -> list[str]:
    token = registry.tokens.get(_get(form, Field.TOKEN).lower())
    if token is None:
        return ["303"]
    if token.training_body_rut != rut.simplify(_get(form, Field.OTEC_RUT)):
        return ["211"]
    return [] if token.in_force else ["212"]


def _action_codes(form: Form, action: KnownAction, today: date) -> list[str]:
    wrong = {
        "208": rut.simplify(_get(form, Field.RUN)) not in action.runs,
        "301": action.line != _get(form, Field.LINE),
        "307": not action.e_learning,
        "308": action.training_body_rut != rut.simplify(_get(form, Field.OTEC_RUT)),
        "309": not action.runs_on(today),
        "310": action.over,
    }
    return [code for code, is_wrong in wrong.items() if is_wrong]
