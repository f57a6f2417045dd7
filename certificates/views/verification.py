"""Whether a certificate is authentic: for anyone who holds the paper."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from certificates.models import Certificate
from certificates.snapshot import read


@login_not_required
@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate that bears `code`: its state, number, course, percentages."""
    one = get_object_or_404(Certificate, code=code)
    context = {"certificate": one, "certified": read(one.snapshot)}
    return render(request, "certificates/verify.html", context)
