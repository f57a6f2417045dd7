"""Whether a certificate is authentic: for anyone who holds the paper."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import verification
from certificates.models import Certificate, CertificateState
from certificates.snapshot import read
from otec_portal.core.client_address import client_address, network_of
from otec_portal.core.rate_limit import over_limit, too_many

MISSES_OF_A_NETWORK = 30  # codes that no certificate has, per minute
FEW = 30  # percentages that are shown unasked
PAGES = "certificates/verification"


class CodeForm(forms.Form):
    """The code as somebody reads it from paper."""

    codigo = forms.CharField(
        label="Código del certificado",
        max_length=200,
        help_text="Está al pie de cada página del certificado: 12 letras y cifras. "
        "También sirve la dirección que está junto a él.",
        error_messages={"required": "Escribe el código del certificado."},
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_codigo(self) -> str:
        code = verification.code_of(self.cleaned_data["codigo"])
        if len(code) != verification.LENGTH:
            raise ValidationError(
                f"El código tiene {verification.LENGTH} letras y cifras; escribiste "
                f"{len(code)}.",
                code="length",
            )
        return code


def for_anyone(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let anyone look; no machine keeps or lists what they saw."""

    @login_not_required
    @never_cache
    @require_safe
    @wraps(view)
    def looked_at(request: HttpRequest, **values: str) -> HttpResponse:
        answer = view(request, **values)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return looked_at


@for_anyone
def ask(request: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    form = CodeForm(request.GET or None)
    if form.is_valid():
        return redirect("certificates:verify", code=form.cleaned_data["codigo"])
    return render(request, f"{PAGES}/ask.html", {"form": form})


@for_anyone
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate that bears `code`: its standing, number, course, percentages."""
    meant = verification.code_of(code)
    if meant and (meant != code or not request.path.endswith("/")):
        return redirect("certificates:verify", code=meant)
    if _guesses_too_much(request, 0):
        return _too_many(request)
    found = _certificate(meant)
    if found is None:
        _guesses_too_much(request, 1)
        return _unknown(request, meant)
    return render(request, f"{PAGES}/certificate.html", _shown(found))


def _guesses_too_much(request: HttpRequest, misses: int) -> bool:
    """Count `misses`; say whether there were too many from where this comes."""
    return over_limit(
        "certificate-code",
        network_of(client_address(request)),
        limit=MISSES_OF_A_NETWORK,
        now=timezone.now(),
        amount=misses,
    )


def _certificate(code: str) -> Certificate | None:
    rows = Certificate.objects.select_related("certification", "file", "replaced_by")
    return (
        rows.defer("file__content", "replaced_by__snapshot").filter(code=code).first()
    )


def _shown(one: Certificate) -> dict[str, object]:
    certified = read(one.snapshot)
    replacement = getattr(one, "replaced_by", None)
    return {
        "certificate": one,
        "certified": certified,
        "standing": verification.standing_of(
            CertificateState(one.certification.state), replaced=replacement is not None
        ),
        "replacement": replacement,
        "file": getattr(one, "file", None),
        "unfolded": len(certified.participants) <= FEW,
    }


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    form = CodeForm(initial={"codigo": verification.grouped(code)})
    return render(request, f"{PAGES}/unknown.html", {"form": form}, status=404)


def _too_many(request: HttpRequest) -> HttpResponse:
    return too_many(request, f"{PAGES}/too_many.html")
