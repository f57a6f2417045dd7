"""What the portal is measured against: the same work of the database, and nothing else.

Each bare view makes the statements of the portal's own, on the same tables, as Django's
ORM makes them, in the same transactions. It stands in the same project behind the same
middleware; it parses nothing, checks nothing, and renders a template of one line. The
runner compares the recorded statements of both before it measures.
"""

import secrets
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from attendance.models import Clock, Decision, Handover, Receipt, SenceSession
from attendance.models import SenceToken as Token
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import TransitionLog


@csrf_exempt
@login_not_required
def callback(request: HttpRequest, key: str) -> HttpResponse:
    """Read the session, keep the body, open the session, log it, decide."""
    now = timezone.now()
    session = SenceSession.objects.select_related("token", "enrolment__action").get(
        nonce=key
    )
    receipt = Receipt.objects.create(
        session_id=key,
        kind="start_confirmed",
        received_at=now,
        content_type="",
        body=request.body,
        length=len(request.body),
        remote_address="",
        user_agent="",
        origin="",
    )
    with transaction.atomic():
        SenceSession.objects.filter(
            sence_id=key, environment="test", stand_in=""
        ).exists()
        SenceSession.objects.filter(pk=session.pk).update(
            state="open",
            sence_id=key,
            opened_at=now,
            opened_clock=Clock.SENCE,
            expires_at=now + timedelta(hours=3),
        )
        TransitionLog.objects.create(
            target_type="", target_id=session.pk, transition="", state="", at=now
        )
        Decision.objects.create(receipt=receipt, outcome="applied", at=now)
    return HttpResponse(status=303, headers={"Location": "/"})


@csrf_exempt
@login_not_required
def handover(request: HttpRequest, key: str) -> HttpResponse:
    """Read enrolment, session and token, hold the action, start, keep the form."""
    now = timezone.now()
    enrolment = Enrolment.objects.select_related(
        "participant", "action__course__training_body"
    ).get(public_id=key)
    SenceSession.objects.live().filter(enrolment=enrolment).first()
    token = Token.objects.filter(training_body=enrolment.action.course.training_body)[0]
    with transaction.atomic():
        actions = TrainingAction.objects.select_for_update(no_key=True)
        actions.get(pk=enrolment.action_id)
        session = SenceSession.objects.create(
            training_body=enrolment.action.course.training_body,
            enrolment=enrolment,
            token=token,
            environment="test",
            nonce=secrets.token_urlsafe(),
            otec_rut="",
            run="",
            action_code="",
            line=3,
            started_at=now,
            start_by=now + timedelta(hours=1),
        )
        Handover.objects.create(
            session=session, step="start", token=token, url="", fields={}, at=now
        )
    return render(request, "bench/bare.html", {"name": "x"})
