"""Many certificates in one go: what can be is emitted, once, whoever interrupts it."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from attendance.models import AttendanceTotal
from certificates.bulk import candidates, emittable
from certificates.models import (
    BatchItem,
    BatchState,
    Certificate,
    EmissionBatch,
    ItemState,
)
from certificates.services import batches
from certificates.services.batches import (
    BatchRefused,
    resume_batch,
    run_batch,
    run_unfinished,
    start_batch,
    stop_batch,
)
from certificates.services.documents import GRACE, make, make_missing
from certificates.services.emission import emit
from courses.models import ActivityType, TrainingAction
from otec_portal.core.models import Membership, Role, TrainingBody, User
from tests.at_once import at_once
from tests.attendance.book import mark
from tests.certificates.annulments import RIGHT, answered, requested
from tests.certificates.desk import TODAY, certifiable, emitted
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.core import MembershipFactory, UserFactory
from tests.factories.courses import TrainingActionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
DAY = timedelta(days=1)


def now() -> datetime:
    return NOW


def ready(body: TrainingBody, number: int = 3) -> list[TrainingAction]:
    return [
        certifiable(body, people=1, billing_reference=f"F-{n}") for n in range(number)
    ]


def who_may(body: TrainingBody) -> User:
    """Somebody who may emit the certificates of `body`."""
    one: Membership = MembershipFactory(training_body=body)
    return one.user


def started(
    body: TrainingBody,
    actions: list[TrainingAction],
    *,
    by: User | None = None,
    justification: str = "",
) -> EmissionBatch:
    rows = TrainingAction.objects.filter(pk__in=[one.pk for one in actions])
    found = candidates(
        list(rows.select_related("course__training_body").order_by("pk")), today=TODAY
    )
    return start_batch(
        found, body=body, justification=justification, by=by or who_may(body), at=NOW
    )


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
    assert list(emittable(admin.membership, today=TODAY)) == [one]


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
    make_missing(clock=lambda: NOW + GRACE)
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


def test_summary_says_on_which_level_the_hours_of_each_action_stand(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """protocol.md: the screen of a certificate always says it."""
    first, _ = ready(our_body, 2)
    mark(first.enrolments.get(), "09:00:00", "10:30:00")
    summary = admin.client.post(
        reverse("certificates:review_batch"), {"which": "todas"}
    )
    cells = summary.text.split('data-label="Horas por nivel">')[1:]
    told = [" ".join(strip_tags(one.split("</td>")[0]).split()) for one in cells]
    assert told == ["Recibida 01:30:00", "—"]


def test_summary_asks_the_same_number_of_queries_for_more(
    our_body: TrainingBody, django_assert_num_queries: Any
) -> None:
    ready(our_body, 6)
    rows = TrainingAction.objects.select_related("course__training_body")
    for number in (1, 6):
        actions = list(rows[:number])
        with django_assert_num_queries(8):
            candidates(actions, today=TODAY)


def test_re_emission_in_a_batch_takes_the_approved_number(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """What was frozen with the first certificate is the wrong one."""
    action = certifiable(our_body, people=1)
    answered(requested(emitted(action)), at=NOW)
    assert RIGHT in admin.client.get(reverse("certificates:choose")).text
    summary = admin.client.post(
        reverse("certificates:review_batch"), {"which": "todas"}
    )
    (one,) = summary.context["able"]
    assert (one.order.billing_reference, one.hindrances) == (RIGHT, [])
    assert "not_the_approved_reference" not in [told.code for told in one.cautions]
    admin.client.post(
        reverse("certificates:accept_batch"),
        {"seen": summary.context["seen"], "chosen": [action.public_id]},
    )
    run_unfinished(clock=now)
    numbers = Certificate.objects.order_by("pk").values_list("billing_reference")
    assert [number for (number,) in numbers] == ["F-1234", RIGHT]


def test_justification_of_a_batch_is_part_of_what_is_accepted(
    our_body: TrainingBody,
) -> None:
    action = certifiable(
        our_body,
        people=1,
        billing_reference="F-1",
        starts_on=TODAY - 50 * DAY,
        ends_on=TODAY - 41 * DAY,
    )
    started(our_body, [action], justification="Faltó la factura.")
    assert run_unfinished(clock=now) == 1
    assert Certificate.objects.get().justification == "Faltó la factura."


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[TrainingAction], None]:
    """Let the emission of an action fail as nobody foresaw."""

    def break_at(action: TrainingAction) -> None:
        def fails(given: TrainingAction, **told: Any) -> Certificate:
            if given.pk == action.pk:
                raise RuntimeError
            return emit(given, **told)

        monkeypatch.setattr("certificates.services.batches.emit", fails)

    return break_at


def test_item_that_fails_keeps_neither_its_batch_nor_the_next_one(
    our_body: TrainingBody,
    rival_body: TrainingBody,
    breaks: Callable[[TrainingAction], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    actions = ready(our_body)
    started(our_body, actions)
    started(rival_body, ready(rival_body, 1))
    breaks(actions[0])
    assert run_unfinished(clock=now) == 3
    (waiting,) = BatchItem.objects.filter(state=ItemState.WAITING)
    assert waiting.action == actions[0]
    assert f"item {waiting.pk} of batch" in caplog.text


def test_batch_that_fails_as_a_whole_keeps_no_other(
    our_body: TrainingBody,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = (started(our_body, ready(our_body, 1)) for _ in range(2))

    def fails(pk: int, **told: Any) -> int:
        if pk == first.pk:
            raise RuntimeError
        return run_batch(pk, **told)

    monkeypatch.setattr("certificates.services.batches.run_batch", fails)
    assert run_unfinished(clock=now) == 1
    assert second.items.get().state == ItemState.EMITTED
    assert f"batch {first.pk} did not go on" in caplog.text


@pytest.mark.parametrize(
    ("change", "emitted_by_then"),
    [
        ({}, 1),
        ({"suspended_at": NOW}, 0),
        ({"role": Role.FACILITATOR}, 0),
        ({"role": Role.REGIONAL_ADMIN}, 0),  # of no region
    ],
)
def test_batch_of_who_may_emit_no_more_is_refused_in_words(
    our_body: TrainingBody, change: dict[str, Any], emitted_by_then: int
) -> None:
    batch = started(our_body, ready(our_body, 1))
    Membership.objects.filter(user=batch.by).update(**change)
    assert run_batch(batch.pk, clock=now) == emitted_by_then
    item = batch.items.get()
    assert ("ya no puede emitir" in item.reason) == (not emitted_by_then)


def test_batch_of_an_account_that_was_closed_is_refused(our_body: TrainingBody) -> None:
    batch = started(our_body, ready(our_body, 1))
    User.objects.filter(pk=batch.by_id).update(is_active=False)
    assert run_batch(batch.pk, clock=now) == 0


@pytest.mark.parametrize("name", ["stop_batch", "resume_batch"])
def test_batch_of_other_regions_too_is_moved_by_who_acts_in_all_of_them(
    regional_admin: SignedIn, admin: SignedIn, our_body: TrainingBody, name: str
) -> None:
    batch = started(our_body, [*ready(our_body, 1), _elsewhere(our_body)])
    url = reverse(f"certificates:{name}", args=[batch.public_id])
    page = reverse("certificates:batch", args=[batch.public_id])
    assert url.replace("resume", "stop") not in regional_admin.client.get(page).text
    if name == "resume_batch":
        stop_batch(batch, by=admin.membership.user, at=NOW)
        assert url not in regional_admin.client.get(page).text
    before = EmissionBatch.objects.get().state
    assert regional_admin.client.post(url).status_code == 403
    assert EmissionBatch.objects.get().state == before
    assert admin.client.post(url).status_code == 302
    assert EmissionBatch.objects.get().state != before


@pytest.mark.parametrize(("days", "listed"), [(59, True), (60, False)])
def test_action_whose_term_is_over_is_listed_apart(
    admin: SignedIn, our_body: TrainingBody, days: int, listed: bool
) -> None:
    """They are never emitted: "todas" would be full of them."""
    ends = TODAY - days * DAY
    dates = {"starts_on": ends, "ends_on": ends}
    old = certifiable(our_body, people=1, billing_reference="F-1", **dates)
    (fresh,) = ready(our_body, 1)
    found = list(emittable(admin.membership, today=TODAY))
    assert found == ([old, fresh] if listed else [fresh])
    page = admin.client.get(reverse("certificates:choose"))
    assert [one.pk for one in page.context["expired"]] == ([] if listed else [old.pk])
    assert ("Fuera de plazo (1)" in page.text) == (not listed)


def test_oldest_term_comes_first_not_the_earliest_end(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Of a partial action the terms run from 31 December until its end is known."""
    (usual,) = ready(our_body, 1)
    partial_one = certifiable(
        our_body,
        activity_type=ActivityType.PARTIAL,
        starts_on=usual.starts_on,
        ends_on=usual.ends_on - DAY,
    )
    assert list(emittable(admin.membership, today=TODAY)) == [usual, partial_one]
    shown = admin.client.get(reverse("certificates:choose")).context["list"]
    assert [one.pk for one in shown.page] == [usual.pk, partial_one.pk]


def test_lists_of_what_is_to_be_emitted_show_the_state(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    answered(requested(emitted(certifiable(our_body, people=1))), at=NOW)
    ready(our_body, 1)
    words = ("Pendiente de emitir", "Aprobado para su re-emisión")
    for page in (
        admin.client.get(reverse("certificates:choose")),
        admin.client.post(reverse("certificates:review_batch"), {"which": "todas"}),
    ):
        assert all(one in page.text for one in words)


@pytest.mark.parametrize("by_then", [0, 1, 2])
def test_button_pressed_twice_makes_one_batch(
    admin: SignedIn, our_body: TrainingBody, by_then: int
) -> None:
    """However far the worker has come between the two."""
    actions = ready(our_body, 2)
    summary = admin.client.post(
        reverse("certificates:review_batch"), {"which": "todas"}
    )
    sent = {
        "seen": summary.context["seen"],
        "chosen": [one.public_id for one in actions],
    }
    first = admin.client.post(reverse("certificates:accept_batch"), sent)
    for item in BatchItem.objects.order_by("pk")[:by_then]:
        assert batches._emit(item.pk, at=NOW)
    again = admin.client.post(reverse("certificates:accept_batch"), sent)
    assert again["Location"] == first["Location"]
    assert EmissionBatch.objects.count() == 1


def test_action_that_waits_in_a_batch_enters_no_other(our_body: TrainingBody) -> None:
    actions = ready(our_body, 2)
    first = started(our_body, actions[:1])
    with pytest.raises(BatchRefused) as refused:
        started(our_body, actions)
    assert refused.value.code == "under_way"
    stop_batch(first, by=UserFactory(), at=NOW)
    started(our_body, actions)


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
@pytest.mark.django_db(transaction=True)
def test_batch_accepted_twice_at_once_is_one(our_body: TrainingBody) -> None:
    actions, by = ready(our_body, 2), who_may(our_body)

    def accept() -> str:
        try:
            started(our_body, actions, by=by)
        except BatchRefused as refused:
            return refused.code
        return "started"

    assert sorted(at_once(accept, accept)) == ["started", "under_way"]
    assert EmissionBatch.objects.count() == 1


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


def test_action_without_its_number_leads_to_where_it_is_typed(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """The batch is no dead end: nobody has to search for the page that mends it."""
    lacking = certifiable(our_body, billing_reference="")
    sent = {"which": "elegidas", "chosen": lacking.public_id}
    shown = admin.client.post(reverse("certificates:review_batch"), sent).text
    assert "Falta el N° de factura" in shown
    assert reverse("courses:edit_action", args=[lacking.public_id]) in shown
