"""Forms of the operator's pages."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from attendance.models import SenceSession, SessionState, Verdict
from attendance.models.sessions import RUNNING
from attendance.sence.outgoing import is_usual_token, token_problem
from otec_portal.core import rut

NOW = "now"


class SessionFilter(forms.Form):
    """Narrows a list of sessions; what can't be understood narrows nothing."""

    state = forms.ChoiceField(
        label="Estado",
        required=False,
        choices=[("", "Todos"), (NOW, "Abiertas ahora"), *SessionState.choices],
    )
    who = forms.CharField(
        label="Participante o acción",
        required=False,
        max_length=100,
        help_text="RUN, apellido o código de la acción.",
    )

    def apply(
        self, sessions: QuerySet[SenceSession], *, now: datetime
    ) -> QuerySet[SenceSession]:
        """Return the `sessions` that fit; a running one whose time is over is not."""
        if not self.is_valid():
            return sessions
        state, who = self.cleaned_data["state"], self.cleaned_data["who"].strip()
        if state:
            sessions = sessions.filter(_by_the_clock(state, now))
        if who:
            sessions = sessions.filter(_concerns(who))
        return sessions


def _by_the_clock(state: str, now: datetime) -> Q:
    running = Q(state__in=RUNNING)
    if state == NOW:
        return running & Q(expires_at__gte=now)
    if state == SessionState.EXPIRED:
        return Q(state=state) | (running & Q(expires_at__lt=now))
    if state == SessionState.ABANDONED:
        return Q(state=state) | Q(state=SessionState.STARTING, start_by__lt=now)
    if state == SessionState.STARTING:
        return Q(state=state, start_by__gte=now)
    if state in RUNNING:
        return Q(state=state, expires_at__gte=now)
    return Q(state=state)


def _concerns(who: str) -> Q:
    if rut.is_valid(who):
        return Q(enrolment__participant__run=rut.normalise(who))
    return (
        Q(enrolment__participant__last_names__icontains=who)
        | Q(enrolment__participant__first_names__icontains=who)
        | Q(enrolment__action__action_code__icontains=who)
    )


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

    def __init__(self, *args: object, acceptable: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = [(Verdict.DISMISSED.value, "Descartar: no cambia nada")]
        if acceptable:
            offered.insert(0, (Verdict.ACCEPTED.value, "Aceptar el cierre tardío"))
        self.fields["verdict"].choices = offered  # type: ignore[attr-defined]


class TokenForm(forms.Form):
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
    as_issued = forms.BooleanField(
        label="Es tal como lo entregó SENCE, aunque no tenga esa forma",
        required=False,
    )

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if problem := token_problem(secret):
            raise ValidationError(problem.message, code=problem.code)
        return secret

    def clean(self) -> dict[str, object]:
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
