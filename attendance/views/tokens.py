"""The training body's SENCE tokens: added, masked, revoked, and where they went."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance import token_use
from attendance.forms import TokenForm
from attendance.models import SenceToken
from attendance.services import tokens as services
from courses.models import TrainingAction
from otec_portal.core.forms import refuse
from otec_portal.core.listing import Column, Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.workflow import TransitionRefused

ROWS = 25
COLUMNS = (
    Column("Acción", "accion", ("action_code",)),
    Column("Curso", "curso", ("course__name",)),
    Column("Último uso", "uso", ("last_used_at",)),
    Column("Resultado"),
)


def _token(request: OperatorRequest, public_id: uuid.UUID) -> SenceToken:
    mine = token_use.tokens_of(request.membership)
    found: SenceToken = get_object_or_404(mine, public_id=public_id)
    return found


@never_cache
@require_GET
@operator(Permission.MANAGE_TOKENS)
def tokens(request: OperatorRequest) -> HttpResponse:
    """All tokens with their last use and what came of it."""
    shown: Listing[SenceToken] = Listing(
        token_use.tokens_of(request.membership), asked=request.GET, size=ROWS
    )
    doubts = token_use.doubts(shown.page)
    rows = [
        (one, result, doubts.get(one.pk))
        for one, result in token_use.with_results(shown.page, now=timezone.now())
    ]
    return render(request, "attendance/tokens/list.html", {"list": shown, "rows": rows})


@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_TOKENS)
def add(request: OperatorRequest) -> HttpResponse:
    """Add a token that SENCE issued."""
    body = request.membership.training_body
    if body is None:
        raise Http404
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_token(
                training_body=body,
                label=form.cleaned_data["label"],
                secret=form.cleaned_data["secret"],
                by=request.user,
                at=timezone.now(),
            )
        except services.TokenRefused as refused:
            refuse(form, refused, "secret")
        else:
            messages.success(request, "Guardamos el token: ya está en uso.")
            return redirect("attendance:tokens")
    return render(request, "attendance/tokens/add.html", {"form": form})


@never_cache
@require_GET
@operator(Permission.MANAGE_TOKENS)
def token(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One token: which actions used it, when last, with what result."""
    one = _token(request, public_id)
    shown: Listing[TrainingAction] = Listing(
        token_use.actions_with(one),
        asked=request.GET,
        columns=COLUMNS,
        sort="-uso",
        size=ROWS,
    )
    rows = token_use.with_results(shown.page, now=timezone.now())
    return render(
        request,
        "attendance/tokens/token.html",
        {
            "token": one,
            "list": shown,
            "rows": rows,
            "doubt": token_use.doubts([one]).get(one.pk),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_TOKENS)
def revoke(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Never use a token again, once confirmed."""
    one = _token(request, public_id)
    if request.method == "POST":
        try:
            services.revoke_token(one, by=request.user, at=timezone.now())
        except TransitionRefused:
            messages.info(request, "Este token ya estaba revocado.")
        else:
            messages.success(request, "Revocamos el token: no se usará más.")
        return redirect("attendance:tokens")
    usable = SenceToken.objects.visible_to(request.membership).usable()
    others = usable.exclude(pk=one.pk).exists()
    return render(
        request, "attendance/tokens/revoke.html", {"token": one, "others": others}
    )


@require_POST
@operator(Permission.MANAGE_TOKENS)
def trust(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """A suspect token is good after all: it goes first again."""
    one = _token(request, public_id)
    try:
        services.trust_token(one, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.info(request, "Este token no está en duda.")
    else:
        messages.success(request, "El token vuelve a estar vigente.")
    return redirect("attendance:token", public_id)
