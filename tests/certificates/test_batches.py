"""Many certificates in one go: what can be is emitted, once, whoever interrupts it."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from attendance.models import AttendanceTotal
from certificates.bulk import candidates, emittable
from certificates.models import (
    BatchItem,
    BatchState,
    Certificate,
    EmissionBatch,
    ItemState,
)
from certificates.services.batches import (
    BatchRefused,
    resume_batch,
    run_batch,
    run_unfinished,
    start_batch,
    stop_batch,
)
from certificates.services.documents import make, make_missing
from courses.models import ActivityType, TrainingAction
from otec_portal.core.models import TrainingBody
from tests.at_once import at_once
from tests.certificates.desk import TODAY, certifiable
from tests.conftest import SignedIn
from tests.factories import NOW, TrainingActionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def now() -> datetime:
    return NOW


def ready(body: TrainingBody, number: int = 3) -> list[TrainingAction]:
    return [
        certifiable(body, people=1, billing_reference=f"F-{n}") for n in range(number)
    ]


def started(body: TrainingBody, actions: list[TrainingAction]) -> EmissionBatch:
    rows = TrainingAction.objects.filter(pk__in=[one.pk for one in actions])
    found = candidates(
        list(rows.select_related("course__training_body").order_by("pk")), today=TODAY
    )
    return start_batch(found, body=body, justification="", by=UserFactory(), at=NOW)


def test_batch_emits_each_once(our_body: TrainingBody) -> None:
    batch = started(our_body, ready(our_body))
    assert run_batch(batch.pk, clock=now) == 3
    assert run_batch(batch.pk, clock=now) == 0
    assert sorted(Certificate.objects.values_list("sequence", flat=True)) == [1, 2, 3]
    assert set(BatchItem.objects.values_list("state", flat=True)) == {ItemState.EMITTED}


def test_what_can_not_be_emitted_any_more_is_told_and_the_rest_goes_on(
    our_body: TrainingBody,
) -> None:
    actions = ready(our_body)
    batch = started(our_body, actions)
    TrainingAction.objects.filter(pk=actions[1].pk).update(decision="annulled")
    changed = AttendanceTotal.objects.filter(enrolment__action=actions[2])
    changed.update(outside_seconds=60)
    assert run_batch(batch.pk, clock=now) == 1
    reasons = list(BatchItem.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons[0] == ""
    assert "anulada" in reasons[1]
    assert "Algo cambió" in reasons[2]


def test_stopped_batch_emits_no_more_until_it_goes_on(our_body: TrainingBody) -> None:
    batch = started(our_body, ready(our_body))
    by = UserFactory()
    calls: list[int] = []

    def stops_after_the_first() -> datetime:
        calls.append(1)
        if len(calls) == 2:
            stop_batch(EmissionBatch.objects.get(), by=by, at=NOW)
        return NOW

    run_batch(batch.pk, clock=stops_after_the_first)
    assert BatchItem.objects.filter(state=ItemState.WAITING).exists()
    assert run_unfinished(clock=now) == 0
    batch.refresh_from_db()
    assert batch.state == BatchState.STOPPED
    resume_batch(batch, by=by, at=NOW)
    run_unfinished(clock=now)
    assert not BatchItem.objects.filter(state=ItemState.WAITING).exists()
    assert Certificate.objects.count() == 3


def test_batch_whose_worker_died_is_taken_up_again(our_body: TrainingBody) -> None:
    started(our_body, ready(our_body))
    calls: list[int] = []

    def dies_at_the_second() -> datetime:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return NOW

    with pytest.raises(KeyboardInterrupt):
        run_unfinished(clock=dies_at_the_second)
    assert Certificate.objects.count() == 1
    assert run_unfinished(clock=now) == 2
    assert Certificate.objects.count() == 3


def test_batch_of_nothing_is_refused(our_body: TrainingBody) -> None:
    with pytest.raises(BatchRefused) as refused:
        started(our_body, [certifiable(our_body)])  # without a billing reference
    assert refused.value.code == "nothing_to_emit"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"billing_reference": ""}, "no_billing_reference"),
        ({"activity_type": ActivityType.PARTIAL}, "no_real_date"),
    ],
)
def test_action_that_lacks_data_is_told_by_its_reason(
    our_body: TrainingBody, fields: dict[str, Any], code: str
) -> None:
    certifiable(our_body, **{"billing_reference": "F-1", **fields})
    rows = TrainingAction.objects.select_related("course__training_body")
    (one,) = candidates(list(rows), today=TODAY)
    assert [notice.code for notice in one.hindrances] == [code]


def test_list_of_what_is_to_be_emitted_knows_what_is(
    admin: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    one, done = ready(our_body, 2)
    run_batch(started(our_body, [done]).pk, clock=now)
    TrainingActionFactory(course__training_body=our_body)  # in SENCE's test environment
    ready(rival_body, 1)
    assert list(emittable(admin.membership)) == [one]


@pytest.fixture
def chosen(our_body: TrainingBody) -> list[TrainingAction]:
    return [*ready(our_body, 2), certifiable(our_body)]


def test_flow_from_the_list_to_the_zip(
    admin: SignedIn, chosen: list[TrainingAction]
) -> None:
    listed = admin.client.get(reverse("certificates:choose"))
    assert all(one.action_code in listed.text for one in chosen)
    summary = admin.client.post(
        reverse("certificates:review_batch"), {"which": "todas"}
    )
    assert "Se van a emitir (2)" in summary.text
    assert "No se pueden emitir (1)" in summary.text
    assert "Falta el N° de factura" in summary.text
    answer = admin.client.post(
        reverse("certificates:accept_batch"),
        {
            "seen": summary.context["seen"],
            "chosen": [one.public_id for one in chosen],
        },
    )
    url = answer["Location"]
    assert "0 de 2" in admin.client.get(url).text
    run_unfinished(clock=now)
    not_ready = admin.client.get(f"{url}zip/", follow=True)
    assert "Los PDF todavía no están listos." in not_ready.text
    make_missing(now=NOW)
    assert "Descargar los PDF (ZIP)" in admin.client.get(url).text
    first, again = (_zip_of(admin.client.get(f"{url}zip/")) for _ in range(2))
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == [
            "certificado-1-2026.pdf",
            "certificado-2-2026.pdf",
        ]
        assert all(archive.read(one).startswith(b"%PDF") for one in archive.namelist())


def _zip_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_summary_that_is_no_longer_so_is_shown_again(
    admin: SignedIn, chosen: list[TrainingAction]
) -> None:
    summary = admin.client.post(
        reverse("certificates:review_batch"), {"which": "todas"}
    )
    AttendanceTotal.objects.update(outside_seconds=60)
    answer = admin.client.post(
        reverse("certificates:accept_batch"),
        {
            "seen": summary.context["seen"],
            "chosen": [one.public_id for one in chosen],
        },
    )
    assert "Algo cambió desde que viste el resumen" in answer.text
    assert not EmissionBatch.objects.exists()


def test_choice_of_nothing_says_what_to_do(
    admin: SignedIn, chosen: list[TrainingAction]
) -> None:
    answer = admin.client.post(
        reverse("certificates:review_batch"), {"which": "elegidas"}
    )
    assert answer.status_code == 422
    assert "Marca al menos una acción en la lista." in answer.text


def test_regional_admin_sees_what_is_of_their_regions(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    batch = started(our_body, [*ready(our_body, 1), _elsewhere(our_body)])
    page = regional_admin.client.get(
        reverse("certificates:batch", args=[batch.public_id])
    )
    assert "0 de 1" in page.text


def test_batch_out_of_reach_is_not_there(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    batch = started(our_body, [_elsewhere(our_body)])
    url = reverse("certificates:batch", args=[batch.public_id])
    assert regional_admin.client.get(url).status_code == 404


def _elsewhere(body: TrainingBody) -> TrainingAction:
    return certifiable(body, people=1, billing_reference="F-9", region="TA")


def test_summary_asks_the_same_number_of_queries_for_more(
    our_body: TrainingBody, django_assert_num_queries: Any
) -> None:
    ready(our_body, 6)
    rows = TrainingAction.objects.select_related("course__training_body")
    for number in (1, 6):
        actions = list(rows[:number])
        with django_assert_num_queries(6):
            candidates(actions, today=TODAY)


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
@pytest.mark.django_db(transaction=True)
def test_batch_run_by_two_workers_at_once_emits_each_once(
    our_body: TrainingBody,
) -> None:
    batch = started(our_body, ready(our_body, 6))
    runs: list[Callable[[], int]] = [partial(run_batch, batch.pk, clock=now)] * 2
    assert sum(at_once(*runs)) == 6
    numbers = sorted(Certificate.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, 7))
    assert not BatchItem.objects.exclude(state=ItemState.EMITTED).exists()
    assert all(make(one, now=NOW) for one in Certificate.objects.all()[:1])
