"""What came back from SENCE through the participant's browser, and what it led to.

All of it is append-only: a receipt is never changed; each later finding about it is a
row of its own.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Substr
from django.utils import timezone

from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.tenancy import TenantQuerySet

# characters: the body is read by it ever after; any boundary fits, which has 201
LONGEST_CONTENT_TYPE: Final = 400
# bytes of a session's answer that are kept, 2.5 MiB; SENCE's own have less than 1,000
LONGEST_BODY: Final = 2_621_440
LONGEST_TOLD: Final = 2**31 - 1  # bytes: what the column of the length holds


class CallbackKind(models.TextChoices):
    """Which of the four addresses was called."""

    START_CONFIRMED = "start_confirmed", "Inicio confirmado"
    START_FAILED = "start_failed", "Error en el inicio"
    CLOSE_CONFIRMED = "close_confirmed", "Cierre confirmado"
    CLOSE_FAILED = "close_failed", "Error en el cierre"


OF_CLOSE = frozenset({CallbackKind.CLOSE_CONFIRMED, CallbackKind.CLOSE_FAILED})
# UrlRetoma: an answer there is an error all the same if it brings a code
OF_SUCCESS = frozenset({CallbackKind.START_CONFIRMED, CallbackKind.CLOSE_CONFIRMED})


class Outcome(models.TextChoices):
    """What a receipt led to (protocol.md, "What a callback may do")."""

    APPLIED = "applied", "Aplicado"
    REPEATED = "repeated", "Repetido"
    QUARANTINED = "quarantined", "En cuarentena"
    LATE = "late", "Tardío"
    OUT_OF_ORDER = "out_of_order", "Fuera de orden"
    # not REPEATED, which is believed: what it is a copy of moved nothing
    COPIED = "copied", "Copia de otra por revisar"


TO_REVIEW = frozenset({Outcome.QUARANTINED, Outcome.LATE, Outcome.OUT_OF_ORDER})
BELIEVED = frozenset({Outcome.APPLIED, Outcome.REPEATED})
SHOWN_OF_BODY = 16_384  # bytes: 16 KiB


class Flag(models.TextChoices):
    """What an operator should know about a receipt."""

    RUN_DIFFERS = "run_differs", "El RUN no es el enviado"
    ACTION_CODE_DIFFERS = (
        "action_code_differs",
        "El código de la acción no es el enviado",
    )
    SENCE_CODE_DIFFERS = "sence_code_differs", "El código SENCE no es el enviado"
    LINE_DIFFERS = "line_differs", "La línea no es la enviada"
    TRUNCATED = "truncated", "Demasiado grande: se guardó solo el comienzo"
    DOUBLED_FIELDS = "doubled_fields", "Campos repetidos con valores distintos"
    NO_SENCE_ID = "no_sence_id", "Sin identificador de SENCE"
    SENCE_ID_DIFFERS = "sence_id_differs", "Otro identificador de SENCE"
    SENCE_ID_SEEN = "sence_id_seen", "Identificador de SENCE visto en otra sesión"
    TIME_MISSING = "time_missing", "Sin fecha y hora"
    TIME_MALFORMED = "time_malformed", "Fecha y hora ilegibles"
    TIME_OFF = "time_off", "Fecha y hora a más de 5 minutos"
    TIME_BEFORE_START = "time_before_start", "Cierre anterior al inicio"
    TIME_BEFORE_FORM = "time_before_form", "Inicio anterior al formulario"
    ZONE_MISSING = "zone_missing", "Sin zona horaria"
    ERROR_ON_SUCCESS = "error_on_success", "Error en la dirección de éxito"
    NO_ERROR_CODE = "no_error_code", "Error sin código"
    UNKNOWN_CODE = "unknown_code", "Código de error desconocido"
    OTHER_BROWSER = "other_browser", "Volvió en el navegador de otra persona"
    CLOSE_LOST = "close_lost", "SENCE pudo haber descartado la sesión"
    LATE_CLOSE_ACCEPTED = "late_close_accepted", "Cierre tardío aceptado"


class ReceiptQuerySet(TenantQuerySet["Receipt"]):
    """Receipts by what is still to be done with them."""

    def undecided(self, *, until: datetime) -> Self:
        """Return those of a session, received by `until`, that led to nothing yet."""
        return self.filter(
            decision=None,
            session__enrolment__isnull=False,
            received_at__lte=until,
        )

    def awaiting_review(self) -> Self:
        """Return those that a person has to look at and has not yet."""
        return self.filter(decision__outcome__in=TO_REVIEW, review=None)

    def confirming(self) -> Self:
        """Return those that confirm a mark: believed, and no errors.

        The same as `Receipt.confirms`, in SQL.
        """
        return self.filter(
            Q(decision__outcome__in=BELIEVED) | Q(review__verdict=Verdict.ACCEPTED),
            kind__in=OF_SUCCESS,
            decision__codes=[],
        )

    def without_body(self) -> Self:
        """Leave the bodies, which may be megabytes, where nobody reads them."""
        return self.defer("body")

    def with_head(self) -> Self:
        """Add `head`, a body's first SHOWN_OF_BODY bytes, and `kept`, its length.

        The database itself cuts: no more than the head is read.
        """
        head = Substr("body", 1, SHOWN_OF_BODY, output_field=models.BinaryField())
        return self.without_body().annotate(head=head, kept=Length("body"))

    def errors(self) -> Self:
        """Return the believed ones that told of an error, with a code or without.

        Each error once: a repeated one tells of none besides.
        """
        return self.filter(decision__outcome=Outcome.APPLIED).exclude(
            decision__codes=[], kind__in=OF_SUCCESS
        )


class Receipt(AppendOnlyModel):
    """A POST to a callback address, raw, stored before any decision.

    Correlated by the nonce; one that belongs to no session is kept all the same, its
    first 16 KiB; of any other the first 2.5 MiB are kept, and `length` says how much
    came. Two things are blanked in `body` (docs/adr/0002): the tokens that left in its
    session, wherever they stand, and the value of any field called Token.
    """

    TENANT_PATH = "session__training_body"
    REGION_PATH = "session__enrolment__action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(
        "attendance.SenceSession",
        models.DO_NOTHING,
        to_field="nonce",
        db_column="nonce",
        db_constraint=False,
        related_name="receipts",
        verbose_name="sesión",
    )
    kind = models.CharField("dirección", max_length=15, choices=CallbackKind)
    received_at = models.DateTimeField("recibido")
    content_type = models.CharField(
        "tipo de contenido", max_length=LONGEST_CONTENT_TYPE
    )
    body = models.BinaryField("cuerpo")
    length = models.PositiveIntegerField("bytes recibidos")
    remote_address = models.CharField("dirección de origen", max_length=45)
    user_agent = models.CharField("navegador", max_length=300)
    origin = models.CharField("sitio de origen", max_length=200)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "recepción"
        verbose_name_plural = "recepciones"
        constraints = [
            choices_constraint("attendance_receipt_kind_is_known", "kind", CallbackKind)
        ]
        indexes = [models.Index(name="attendance_receipt_at", fields=["received_at"])]

    @property
    def closing(self) -> bool:
        """Whether it came to one of the two addresses of the close."""
        return self.kind in OF_CLOSE

    @property
    def truncated(self) -> bool:
        """Whether more came than is kept of a session's answer (docs/adr/0008)."""
        return self.length > LONGEST_BODY

    @property
    def on_success_address(self) -> bool:
        """Whether it came to UrlRetoma, not to UrlError."""
        return self.kind in OF_SUCCESS

    def is_error(self, codes: Sequence[str]) -> bool:
        """Say whether SENCE refused: by the address, or by `codes` on the other one."""
        return not self.on_success_address or bool(codes)

    # the six below come without queries for receipts `with_evidence` (selectors)

    @property
    def outcome(self) -> str:
        """What it led to, "" while it is undecided."""
        decision = getattr(self, "decision", None)
        return decision.outcome if decision else ""

    @property
    def believed(self) -> bool:
        """Whether it was heeded, error or not, by decision or a person's verdict."""
        return self.outcome in BELIEVED or self.accepted

    @property
    def confirms(self) -> bool:
        """Whether it stands behind a mark: believed, on UrlRetoma, without a code.

        Of many in SQL: `confirming`.
        """
        return self.believed and self.on_success_address and not self.decision.codes

    @property
    def accepted(self) -> bool:
        """Whether a person believed it: none but a late close can be (reviews)."""
        review = getattr(self, "review", None)
        return review is not None and review.verdict == Verdict.ACCEPTED

    @property
    def linked(self) -> bool:
        """Whether the participant's own browser carried it."""
        browser_return = getattr(self, "browser_return", None)
        return browser_return is not None and browser_return.own

    @property
    def flags(self) -> list[Flag]:
        """What an operator should know about it."""
        decision = getattr(self, "decision", None)
        flags = [Flag(flag) for flag in decision.flags] if decision else []
        browser_return = getattr(self, "browser_return", None)
        if browser_return is not None and not browser_return.own:
            flags.append(Flag.OTHER_BROWSER)
        if self.accepted:
            flags.append(Flag.LATE_CLOSE_ACCEPTED)
        return flags

    def __str__(self) -> str:
        at = timezone.localtime(self.received_at)
        return f"{self.get_kind_display()} {at:%d-%m-%Y %H:%M:%S}"


class Decision(AppendOnlyModel):
    """What the portal made of one receipt.

    `at` is when it was decided; what was decided goes by the receipt's `received_at`.
    """

    receipt = models.OneToOneField(Receipt, models.PROTECT, related_name="decision")
    outcome = models.CharField("resultado", max_length=15, choices=Outcome)
    flags = models.JSONField("advertencias", default=list)
    codes = models.JSONField("códigos de error", default=list)
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "decisión"
        verbose_name_plural = "decisiones"
        constraints = [
            choices_constraint(
                "attendance_decision_outcome_is_known", "outcome", Outcome
            )
        ]
        indexes = [
            models.Index(
                name="attendance_decision_review",
                fields=["outcome"],
                condition=Q(outcome__in=TO_REVIEW),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.receipt_id}"


class BrowserReturn(AppendOnlyModel):
    """The browser that carried a receipt came back to us.

    Where it was the participant's own, with its session, the mark is *vinculada*.
    """

    receipt = models.OneToOneField(
        Receipt, models.PROTECT, related_name="browser_return"
    )
    own = models.BooleanField("navegador del participante")
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "regreso del navegador"
        verbose_name_plural = "regresos del navegador"

    def __str__(self) -> str:
        return f"regreso {timezone.localtime(self.at):%d-%m-%Y %H:%M:%S}"


class Verdict(models.TextChoices):
    """What an operator made of a receipt that needed a person."""

    ACCEPTED = "accepted", "Aceptado"
    DISMISSED = "dismissed", "Descartado"


class Review(AppendOnlyModel):
    """An operator's verdict on a receipt."""

    receipt = models.OneToOneField(Receipt, models.PROTECT, related_name="review")
    verdict = models.CharField("veredicto", max_length=10, choices=Verdict)
    note = models.CharField("nota", max_length=500, blank=True)
    by = models.ForeignKey("core.User", models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "revisión"
        verbose_name_plural = "revisiones"
        constraints = [
            choices_constraint("attendance_review_verdict_is_known", "verdict", Verdict)
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.receipt_id}"
