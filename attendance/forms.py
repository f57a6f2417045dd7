"""Forms of the operator's pages."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError

from attendance.models import SessionState, Verdict
from attendance.models.sessions import SenceSessionQuerySet
from attendance.sence.outgoing import is_usual_token, token_problem

NOW = "now"


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

    def apply(
        self, sessions: SenceSessionQuerySet, *, now: datetime
    ) -> SenceSessionQuerySet:
        """Return the `sessions` that fit; a running one whose time is over is not."""
        if not self.is_valid():
            return sessions.none()
        state, who = self.cleaned_data["state"], self.cleaned_data["who"].strip()
        if state:
            sessions = (
                sessions.running(now)
                if state == NOW
                else sessions.in_state(SessionState(state), now)
            )
        if who:
            sessions = sessions.concerning(who)
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
