"""Forms of the operator's pages."""

from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from attendance.models import SessionState, Verdict
from attendance.models.sessions import SenceSessionQuerySet
from attendance.sence.outgoing import is_usual_token, token_problem
from courses.forms.actions import DayInput
from otec_portal.core.choices import offer

NOW = "now"


def _midnight(day: date) -> datetime:
    """The first moment of `day` in America/Santiago, also where it has no midnight."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Found:
    """What a filter found, as it suits a database that holds few or many of them.

    `some` are a part of them that is quick to count, None where all are.
    """

    few: SenceSessionQuerySet
    many: SenceSessionQuerySet
    some: SenceSessionQuerySet | None = None


_IN_THE_ADDRESS: Final = {"since": "desde", "until": "hasta"}


class SessionFilter(forms.Form):
    """Narrows a list of sessions; of what can't be understood nothing is found."""

    state = forms.ChoiceField(
        label="Estado",
        required=False,
        choices=[("", "Todos"), (NOW, "Abiertas ahora"), *SessionState.choices],
    )
    who = forms.CharField(
        label="Participante o acción",
        required=False,
        max_length=100,
        help_text="RUN o sus primeros números, nombre o código de la acción.",
        error_messages={
            "max_length": "Es demasiado largo: escribe a lo más 100 caracteres."
        },
    )
    since = forms.DateField(
        label="Solicitadas desde",
        required=False,
        widget=DayInput(),
        help_text="Ejemplo: 31-12-2026.",
    )
    until = forms.DateField(
        label="Hasta",
        required=False,
        widget=DayInput(),
        help_text="Ese día también cuenta.",
    )

    def add_prefix(self, field_name: str) -> str:
        """Return the name in the address, which people read and share."""
        return super().add_prefix(_IN_THE_ADDRESS.get(field_name, field_name))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("since"), given.get("until")
        if first and last and last < first:
            wrong = ValidationError("Es anterior a la otra fecha.", code="backwards")
            self.add_error("until", wrong)
        return given

    def find(
        self, sessions: SenceSessionQuerySet, *, now: datetime, of: int | None = None
    ) -> Found:
        """Return the `sessions` that fit; a running one whose time is over is not.

        `of` is the key of the training body whose they all are, where they are of one.
        """
        if not self.is_valid():
            return Found(sessions.none(), sessions.none())
        sessions = self._of_state_and_days(sessions, now)
        who = self.cleaned_data["who"].strip()
        if not who:
            return Found(sessions, sessions)
        return Found(
            sessions.concerning(who, of=of),
            sessions.concerning_each(who),
            sessions.concerning_people(who, of=of),
        )

    def _of_state_and_days(
        self, sessions: SenceSessionQuerySet, now: datetime
    ) -> SenceSessionQuerySet:
        if state := self.cleaned_data["state"]:
            sessions = (
                sessions.running(now)
                if state == NOW
                else sessions.in_state(SessionState(state), now)
            )
        if first := self.cleaned_data["since"]:
            sessions = sessions.filter(started_at__gte=_midnight(first))
        last = self.cleaned_data["until"]
        if last and last.year < MAXYEAR:
            until = _midnight(last + timedelta(days=1))
            sessions = sessions.filter(started_at__lt=until)
        return sessions


class ReviewForm(forms.Form):
    """An operator's verdict; accepting is offered only where it is possible."""

    verdict = forms.ChoiceField(label="Veredicto", widget=forms.RadioSelect)
    note = forms.CharField(
        label="Nota",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Por qué. Queda en el historial.",
    )

    def __init__(self, *args: Any, acceptable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(Verdict.DISMISSED.value, "Descartar: no cambia nada")]
        if acceptable:
            offered.insert(0, (Verdict.ACCEPTED.value, "Aceptar el cierre tardío"))
        offer(self, "verdict", offered)


class IssuedTokenForm(forms.Form):
    """A form with a token in `secret`: one that looks unusual has to be confirmed."""

    as_issued = forms.BooleanField(
        label="Es tal como lo entregó SENCE, aunque no tenga esa forma",
        required=False,
    )

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if problem := token_problem(secret):
            raise ValidationError(problem.message, code=problem.code)
        return secret

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        secret = given.get("secret")
        if secret and not is_usual_token(secret) and not given.get("as_issued"):
            self.add_error(
                "secret",
                ValidationError(
                    "No tiene la forma de los tokens de SENCE. Cópialo otra vez o, si "
                    "lo recibiste así, marca la casilla.",
                    code="unusual",
                ),
            )
        return given


class TokenForm(IssuedTokenForm):
    """The one place where a token is typed; no page ever shows it again."""

    label = forms.CharField(
        label="Nombre",
        max_length=60,
        help_text="Para reconocerlo: por ejemplo, «Token 2026».",
    )
    secret = forms.CharField(
        label="Token",
        strip=True,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "spellcheck": "false"}
        ),
        help_text="36 caracteres, como los muestra SENCE: "
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx. Se guarda cifrado.",
    )
    field_order = ("label", "secret", "as_issued")
