"""SENCE at work: takes a form, signs the person in, registers, and answers once.

Three tries and three minutes for the Clave SENCE (seeds/003, section 2); Clave
Única keeps the person until they succeed [1.1.6, section 2].
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from attendance.sence.wire import Field
from attendance.simulator import answers, behaviours, checks, rut
from attendance.simulator.behaviours import Behaviour, Instruction
from attendance.simulator.masking import keepable
from attendance.simulator.registry import Registry
from attendance.simulator.sessions import (
    CLOSE,
    Attempt,
    RegisteredSession,
    Store,
)

CLAVE_SENCE: Final = "clave-sence"
CLAVE_UNICA: Final = "clave-unica"
MODES: Final = (CLAVE_SENCE, CLAVE_UNICA)
TRIES: Final = 3
SIGN_IN_SECONDS: Final = 180.0
DEMO_CLAVE: Final = "clave123"

Codes = tuple[str, ...]


class Desk:
    """The simulator without its pages. Safe to use from several threads.

    `registry` returns what SENCE knows, or None to check formats alone; `now` is
    the clock (aware); `sign_in_seconds` how long the Clave SENCE page is good for.
    """

    def __init__(
        self,
        *,
        store: Store,
        registry: Callable[[], Registry | None],
        now: Callable[[], datetime],
        mode: str = CLAVE_SENCE,
        clave: str = DEMO_CLAVE,
        sign_in_seconds: float = SIGN_IN_SECONDS,
    ) -> None:
        self.store = store
        self.registry = registry
        self.now = now
        self.mode = self._first_mode = mode
        self.clave = clave
        self.sign_in_seconds = sign_in_seconds

    def begin(self, kind: str, environment: str, form: Mapping[str, str]) -> Attempt:
        """Take a form posted to IniciarSesion (`start`) or CerrarSesion (`close`).

        Answered at once where the form is refused or a behaviour says so.
        """
        with self.store.lock:
            known, unknown = keepable(form)
            attempt = Attempt(
                id=secrets.token_urlsafe(16),
                kind=kind,
                environment=environment,
                mode=self.mode,
                form=known,
                unknown_fields=unknown,
                began_at=self.now().astimezone(UTC).isoformat(),
            )
            self._use_up_next(attempt)
            codes = self._refusal(attempt, form)
            if codes or self._told(attempt).skip_sign_in:
                self._decide(attempt, tuple(codes) or None)
            self.store.save_attempt(attempt)
            return attempt

    def look(self, key: str) -> Attempt | None:
        """Return an attempt as it stands now: past its time it is answered 210."""
        with self.store.lock:
            attempt = self.store.attempt(key)
            if attempt and not attempt.answer and self.is_late(attempt):
                self._decide(attempt, ("210",))
                self.store.save_attempt(attempt)
            return attempt

    def sign_in(self, key: str, run: str, clave: str) -> Attempt | None:
        """Take RUT and Clave. An attempt already answered stays as it is.

        Clave SENCE: one of another RUN is as wrong as a wrong Clave, and the third
        is answered 100. Clave Única: a wrong one changes nothing, one of another
        RUN is answered 311.
        """
        with self.store.lock:
            attempt = self.look(key)
            if attempt is None or attempt.answer:
                return attempt
            same = rut.simplify(run) == rut.simplify(attempt.run)
            right = self._knows(run) and clave == self.clave
            if attempt.mode == CLAVE_UNICA:
                if right:
                    self._decide(attempt, None if same else ("311",))
            elif right and same:
                self._decide(attempt, None)
            else:
                attempt.tries += 1
                if attempt.tries >= TRIES:
                    self._decide(attempt, ("100",))
            self.store.save_attempt(attempt)
            return attempt

    def fail_clave_unica(self, key: str) -> Attempt | None:
        """Answer 312, as where Clave Única itself is down."""
        with self.store.lock:
            attempt = self.look(key)
            if attempt and not attempt.answer and attempt.mode == CLAVE_UNICA:
                self._decide(attempt, ("312",))
                self.store.save_attempt(attempt)
            return attempt

    def seconds_left(self, attempt: Attempt) -> float:
        """Return the seconds left for the Clave SENCE; below 0 when they are over."""
        began = datetime.fromisoformat(attempt.began_at)
        limit = began + timedelta(seconds=self.sign_in_seconds)
        return (limit - self.now()).total_seconds()

    def tell(self, data: object) -> Behaviour:
        """Keep a behaviour as told over HTTP. Raises ValueError, in Spanish."""
        behaviour = behaviours.parse(data, key=secrets.token_hex(4))
        self.store.save_behaviour(behaviour)
        return behaviour

    def switch_mode(self, mode: object) -> None:
        """Sign people in another way from now on. Raises ValueError, in Spanish."""
        if not isinstance(mode, str) or mode not in MODES:
            raise ValueError(f"El modo es uno de: {', '.join(MODES)}.")
        self.mode = mode

    def reset(self) -> None:
        """Forget everything and go back to the mode of the start."""
        with self.store.lock:
            self.store.forget_everything()
            self.mode = self._first_mode

    def is_late(self, attempt: Attempt) -> bool:
        """Say whether the three minutes for the Clave SENCE are over."""
        return attempt.mode == CLAVE_SENCE and self.seconds_left(attempt) < 0

    def _knows(self, run: str) -> bool:
        registry = self.registry()
        return registry is None or registry.knows_person(run)

    def _refusal(self, attempt: Attempt, form: Mapping[str, str]) -> list[str]:
        codes = checks.check(
            form,
            kind=attempt.kind,
            environment=attempt.environment,
            registry=self.registry(),
            today=self.now().astimezone(answers.SANTIAGO).date(),
        )
        return codes or self._session_refusal(attempt)

    def _session_refusal(self, attempt: Attempt) -> list[str]:
        if attempt.kind != CLOSE:
            return []
        return checks.session_codes(
            attempt.form,
            environment=attempt.environment,
            session=self.store.session(attempt.form.get(Field.SENCE_ID, "")),
        )

    def _matching(self, attempt: Attempt) -> list[Behaviour]:
        return [
            behaviour
            for behaviour in self.store.behaviours()
            if behaviour.concerns(
                kind=attempt.kind, nonce=attempt.nonce, run=attempt.run
            )
        ]

    def _use_up_next(self, attempt: Attempt) -> None:
        queue = [b for b in self._matching(attempt) if b.match == "next"]
        for behaviour in queue[:1]:
            attempt.told.append(behaviour.as_data())
            self.store.forget_behaviour(behaviour.id)

    def _told(self, attempt: Attempt) -> Instruction:
        used_up = [Behaviour.from_data(data) for data in attempt.told]
        lasting = [b for b in self._matching(attempt) if b.match != "next"]
        return behaviours.combine([*lasting, *used_up])

    def _decide(self, attempt: Attempt, codes: Codes | None) -> None:
        told = self._told(attempt)
        at = self.now()
        if told.codes is not None:
            codes = told.codes
        if codes is None:
            codes = tuple(self._session_refusal(attempt)) or None
        if codes is None:
            sence_id = self._register(attempt, at)
        else:
            sence_id = self._new_sence_id() if told.sence_id_in_error else ""
        attempt.answer = answers.build(
            attempt, codes=codes, sence_id=sence_id, at=at, told=told
        )

    def _register(self, attempt: Attempt, at: datetime) -> str:
        moment = at.astimezone(UTC).isoformat()
        if attempt.kind == CLOSE:
            sence_id = attempt.form.get(Field.SENCE_ID, "")
            self.store.close_session(sence_id, at=moment)
            return sence_id
        session = RegisteredSession(
            sence_id=self._new_sence_id(),
            environment=attempt.environment,
            run=rut.simplify(attempt.run),
            action_code=attempt.form.get(Field.ACTION_CODE, ""),
            line=attempt.form.get(Field.LINE, ""),
            opened_at=moment,
        )
        self.store.save_session(session)
        return session.sence_id

    def _new_sence_id(self) -> str:
        while True:
            number = str(10**11 + secrets.randbelow(9 * 10**11))
            if self.store.session(number) is None:
                return number
