"""Forms of the sworn statements' pages."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from attendance.reconciliation.forms import ACCEPT
from courses.forms.fields import PublicIdsField
from courses.models import TrainingAction
from liquidation.declarations import passed_over, read_number, within_reach
from liquidation.gca_list import LIMITS, GcaRow, as_text, read
from liquidation.models import DeclarationState, Source
from liquidation.recording import Learned
from otec_portal.core.choices import offer
from otec_portal.core.tabular.containers import Unreadable
from otec_portal.core.tidy_field import TidyField
from otec_portal.core.uploads import MAX_BYTES as MAX_PDF
from otec_portal.core.uploads import Document, FileKind, FileRefused, accept

EVERYBODY, CHOSEN = "everybody", "chosen"
_CORRECTED: Final = "Pendiente de emitir (se registró por error)"


class RecordForm(forms.Form):
    """What SENCE's system says of one declaration that is in `state`."""

    to = forms.ChoiceField(
        label="Estado en GCA",
        widget=forms.RadioSelect,
        error_messages={"required": "Elige el estado."},
    )
    number = forms.CharField(
        label="Número",
        required=False,
        max_length=20,
        help_text="Folio y año, como figura en la declaración: 12345-2026.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    pdf = forms.FileField(
        label="PDF de la declaración",
        required=False,
        max_length=200,
        help_text="El que entrega GCA, de hasta 10 MB. Queda guardado como respaldo.",
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        error_messages={
            "empty": "El archivo está vacío.",
            "max_length": "El nombre del archivo es demasiado largo: acórtalo.",
        },
    )
    reason = TidyField(
        label="Motivo de la corrección",
        required=False,
        max_length=500,
        help_text="Solo si vuelve a pendiente porque se registró por error.",
    )
    jump = forms.BooleanField(
        label="Así figura en GCA: regístralo igual", required=False
    )
    document: Document | None = None

    def __init__(
        self,
        *args: Any,
        state: str,
        action: TrainingAction,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.before = state
        self.action = action
        self.today = today
        offer(
            self,
            "to",
            [
                (
                    one.value,
                    _CORRECTED if one == DeclarationState.PENDING else one.label,
                )
                for one in within_reach(state)
            ],
        )

    def clean_number(self) -> str:
        """Folio and year, of a year in which it can have been issued."""
        try:
            return read_number(
                self.cleaned_data["number"], action=self.action, today=self.today
            )
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="number") from None

    def clean_pdf(self) -> "UploadedFile[bytes] | None":
        """Open it: why it is not taken stands beside the field (D3)."""
        file: UploadedFile[bytes] | None = self.cleaned_data["pdf"]
        if not file:
            return None
        try:
            self.document = read_pdf(file)
        except FileRefused as refused:
            raise ValidationError(refused.message, code=refused.code) from None
        return file

    def clean(self) -> None:
        """Number and PDF are of a declaration that is out."""
        super().clean()
        given = self.cleaned_data
        self._ask_about_a_jump()
        if given.get("to") in {None, DeclarationState.ISSUED}:
            return
        for field in ("number", "pdf"):
            if given.get(field):
                self.add_error(
                    field,
                    ValidationError(
                        "Va solo con el estado «Emitida».", code="not_issued"
                    ),
                )

    def _ask_about_a_jump(self) -> None:
        """GCA is not seen from here: what it went through unseen may be a slip."""
        to = self.cleaned_data.get("to")
        if not to or self.cleaned_data.get("jump"):
            return
        between = passed_over(self.before, DeclarationState(to))
        if between:
            now = DeclarationState(self.before).label
            passed = ", ".join(f"«{one.label}»" for one in between)
            told = (
                f"De «{now}» a «{DeclarationState(to).label}» se pasa por {passed}, "
                "que no se registró aquí. Marca la casilla si GCA lo muestra así."
            )
            self.add_error("jump", ValidationError(told, code="jump"))

    @property
    def asks_about_a_jump(self) -> bool:
        """Whether the tick for a jump is shown."""
        return "jump" in self.errors or bool(self.data.get("jump"))

    @property
    def learned(self) -> Learned:
        """What a valid form says."""
        given = self.cleaned_data
        return Learned(
            to=DeclarationState(given["to"]),
            source=Source.PDF if self.document else Source.BY_HAND,
            number=given["number"],
            reason=given["reason"],
            document=self.document,
            filename=given["pdf"].name if given["pdf"] else "",
        )


def read_pdf(file: "UploadedFile[bytes]") -> Document:
    """Return the PDF in `file`. Raises FileRefused."""
    if (file.size or 0) > MAX_PDF:
        raise FileRefused("El archivo pesa más de 10 MB.", code="too_big")
    document = accept(file.read())
    if document.kind != FileKind.PDF:
        raise FileRefused(
            "El archivo es una imagen. Sube el PDF que entrega GCA.", code="wrong_kind"
        )
    return document


class ListForm(forms.Form):
    """The list of SENCE's system, pasted or as a file; `rows` is what it says.

    The second time round it carries what was shown: the text and the plan's `digest`.
    """

    text = forms.CharField(
        label="Lista copiada de GCA",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="Selecciona la tabla de participantes en GCA con sus títulos (RUT, "
        "Nombre, N° sesiones, Estado DJ), cópiala y pégala aquí.",
    )
    file = forms.FileField(
        label="O su archivo",
        required=False,
        help_text=(
            "Excel (.xlsx, .xls, .ods), CSV o la página guardada desde el navegador "
            f"(.html), de hasta {LIMITS.megabytes} MB."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"empty": "El archivo está vacío."},
    )
    digest = forms.CharField(required=False, widget=forms.HiddenInput)
    rows: list[GcaRow]

    def clean(self) -> None:
        """Read it; why that can't be done stands beside what was given."""
        super().clean()
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if self.errors:
            return
        if not file and not text.strip():
            self.add_error("text", "Pega la lista, o elige su archivo.")
            return
        try:
            text = "\n".join((_text_of(file) if file else text).splitlines())
            self.rows = read(text)
        except Unreadable as unreadable:
            error = ValidationError(unreadable.message, code=unreadable.code)
            self.add_error("file" if file else "text", error)
        else:
            self.cleaned_data["text"] = text


def _text_of(file: "UploadedFile[bytes]") -> str:
    if (file.size or 0) > LIMITS.size:
        raise Unreadable(
            f"El archivo pesa más de {LIMITS.megabytes} MB.", code="too_big"
        )
    return as_text(file.read())


class RemindForm(forms.Form):
    """Whom to remind."""

    to = forms.ChoiceField(
        label="A quiénes",
        choices=[
            (EVERYBODY, "A todos los que pueden emitir y no lo han hecho"),
            (CHOSEN, "Solo a quienes marque en la lista"),
        ],
        widget=forms.RadioSelect,
        initial=EVERYBODY,
        error_messages={"required": "Elige a quiénes."},
    )
    chosen = PublicIdsField(required=False)

    def clean(self) -> None:
        """Who chooses from the list chooses somebody."""
        super().clean()
        given = self.cleaned_data
        if given.get("to") == CHOSEN and not given.get("chosen"):
            self.add_error("to", "Marca a alguien en la lista.")
