"""The packet is built: once for the same contents, whole or not at all."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django import Settings

from liquidation.kinds import DocumentKind
from liquidation.models import BuildState, PacketBuild, PacketState, Placement
from liquidation.services import building
from liquidation.services.building import LEASE
from liquidation.services.packets import PacketRefused
from otec_portal.core import sealed
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.core.documents import written
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.packets import PacketActionFactory
from tests.liquidation.building import (
    archive,
    built,
    merged_pdf,
    paper,
    place,
    stored,
    whole_packet,
)
from tests.liquidation.packing import packet_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    backend = "django.core.files.storage.FileSystemStorage"
    private = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": private}
    return tmp_path / "private"


def _files(folder: Path) -> list[Path]:
    return [one for one in (folder / "packets").rglob("*") if one.is_file()]


def test_packet_that_is_complete_becomes_a_pdf_and_a_zip(
    our_body: TrainingBody, folder: Path
) -> None:
    held = whole_packet(our_body)
    build = built(held.packet)
    assert build.state == BuildState.BUILT, build.failure
    assert (build.done, build.total) == (5, 5)
    held.packet.refresh_from_db()
    assert held.packet.state == PacketState.READY
    for key, digest, size in (
        (build.pdf_key, build.pdf_sha256, build.pdf_size),
        (build.zip_key, build.zip_sha256, build.zip_size),
    ):
        content = stored(key)
        assert (sha256(content).hexdigest(), len(content)) == (digest, size)
    assert len(_files(folder)) == 2


def test_files_of_a_packet_can_not_be_read_on_the_disk(
    our_body: TrainingBody, folder: Path
) -> None:
    built(whole_packet(our_body).packet)
    assert not any(
        word in path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        for word in (b"%PDF", b"PK\x03\x04", b"Helvetica")
    )


def test_same_contents_asked_for_again_are_the_same_build(
    our_body: TrainingBody, folder: Path
) -> None:
    """Whoever asks, and whenever."""
    held = whole_packet(our_body)
    first = built(held.packet)
    again = built(held.packet, at=NOW + DAY)
    assert (again, PacketBuild.objects.count()) == (first, 1)
    assert again.pdf_sha256 == first.pdf_sha256
    assert building.present_build(held.packet, at=NOW + DAY) == first
    assert AuditEntry.objects.filter(action="liquidation.packet_build_asked").count()


def test_packet_that_changed_is_built_anew_and_the_old_one_stays(
    our_body: TrainingBody, folder: Path
) -> None:
    held = whole_packet(our_body)
    first = built(held.packet)
    more = paper(held.packet, written("Factura 78"))
    place(held, more, DocumentKind.INVOICE)
    assert building.present_build(held.packet, at=NOW) is None
    second = built(held.packet)
    assert second != first
    assert second.pdf_sha256 != first.pdf_sha256
    assert len(_files(folder)) == 4
    assert sha256(stored(first.zip_key)).hexdigest() == first.zip_sha256


def test_packet_that_lacks_something_is_not_built(our_body: TrainingBody) -> None:
    """F16: it says what."""
    held = packet_of(our_body)
    with pytest.raises(PacketRefused) as refused:
        building.ask(held.packet, by=UserFactory(), at=NOW)
    assert refused.value.code == "incomplete"
    assert "Falta la factura de la OTEC." in refused.value.message
    assert not PacketBuild.objects.exists()


def test_packet_that_was_sent_is_not_built_again(our_body: TrainingBody) -> None:
    held = whole_packet(our_body)
    type(held.packet).objects.update(state=PacketState.SENT)
    with pytest.raises(PacketRefused) as refused:
        building.ask(held.packet, by=UserFactory(), at=NOW)
    assert refused.value.code == "not_open"


def test_file_in_two_places_goes_in_once_at_its_first_place(
    our_body: TrainingBody, folder: Path
) -> None:
    """One invoice for two actions: the index of both points to the same page."""
    held = packet_of(our_body)
    other = PacketActionFactory(packet=held.packet, action__course=held.action.course)
    invoice = paper(held.packet, written("Factura 77"))
    proof = paper(held.packet, written("Transferencia"))
    for one in (held, other):
        place(one, invoice, DocumentKind.INVOICE)
        place(one, proof, DocumentKind.PAYMENT)
    build = built(held.packet)
    assert build.total == 2
    with archive(build) as files:
        told = json.loads(files.read("manifiesto.json"))
        assert len(files.namelist()) == 4
    pages = [
        [one["pagina"] for one in action["documentos"]] for action in told["acciones"]
    ]
    assert pages[0] == pages[1]
    assert Placement.objects.count() == 4


def test_document_damaged_at_rest_fails_the_build_by_its_name(
    our_body: TrainingBody, folder: Path
) -> None:
    """Nothing half-made stays; with a sound copy the same is built."""
    held = whole_packet(our_body)
    photo = held.packet.papers.get(name="foto.jpg")
    path = folder / photo.key
    sound = path.read_bytes()
    path.write_bytes(sound[:-5])
    failed = built(held.packet)
    assert failed.state == BuildState.FAILED
    assert "«foto.jpg» (Comprobante de pago" in failed.failure
    assert _files(folder) == []

    path.write_bytes(sound)
    again = built(held.packet)
    assert (again, again.state) == (failed, BuildState.BUILT)


def test_disk_full_leaves_nothing_and_the_old_packet_intact(
    our_body: TrainingBody, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F7."""
    held = whole_packet(our_body)
    first = built(held.packet)
    place(held, paper(held.packet, written("Otra")), DocumentKind.INVOICE)

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("otec_portal.core.scratch.os.pwrite", full)
        failed = built(held.packet)
    assert failed.state == BuildState.FAILED
    assert failed.failure.startswith("No se guardó")
    assert len(_files(folder)) == 2
    assert sha256(stored(first.pdf_key)).hexdigest() == first.pdf_sha256
    assert built(held.packet).state == BuildState.BUILT


def test_second_file_that_finds_no_room_takes_the_first_away(
    our_body: TrainingBody, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F7: the PDF was written, the ZIP was not."""
    kept: list[str] = []
    keep = sealed.keep

    def once(source: sealed.Source, *, folder: str) -> str:
        if kept:
            raise sealed.NotKept("No se guardó.")
        kept.append(keep(source, folder=folder))
        return kept[0]

    packet = whole_packet(our_body).packet
    with monkeypatch.context() as patched:
        patched.setattr("liquidation.packet.assembling.sealed.keep", once)
        failed = built(packet)
    assert failed.state == BuildState.FAILED
    assert len(kept) == 1
    assert _files(folder) == []


def _begun(build: PacketBuild, *, attempts: int = 1) -> None:
    """A worker took it at NOW, and was never seen again."""
    build.advance("claim", at=NOW, due_at=NOW + LEASE, attempts=attempts)


def test_build_is_taken_up_when_the_lease_of_its_worker_is_over(
    our_body: TrainingBody, folder: Path
) -> None:
    """F3: not before; what it left half written is gone."""
    build = building.ask(whole_packet(our_body).packet, by=UserFactory(), at=NOW)
    _begun(build)
    half = folder / building.folder_of(build) / "half"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    assert building.run_due(clock=lambda: NOW + LEASE / 2) == 0
    assert building.run_due(clock=lambda: NOW + LEASE) == 1
    build.refresh_from_db()
    assert build.state == BuildState.BUILT
    assert not half.exists()


def test_build_whose_task_got_lost_is_found_again(our_body: TrainingBody) -> None:
    """F4."""
    build = building.ask(whole_packet(our_body).packet, by=UserFactory(), at=NOW)
    assert building.run_due(clock=lambda: NOW) == 0
    assert building.run_due(clock=lambda: NOW + building.GRACE) == 1
    assert not building.run(build.pk, clock=lambda: NOW + DAY)


def test_worker_whose_lease_was_taken_over_leaves_no_files(
    our_body: TrainingBody, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow, not dead: the other one's files are the packet's."""
    build = building.ask(whole_packet(our_body).packet, by=UserFactory(), at=NOW)
    finish = building._finish

    def too_late(one: PacketBuild, files: object, *, at: object) -> None:
        monkeypatch.setattr(building, "_finish", finish)
        assert building.run(build.pk, clock=lambda: NOW + LEASE)
        finish(one, files, at=at)  # type: ignore[arg-type]

    monkeypatch.setattr(building, "_finish", too_late)
    assert not building.run(build.pk, clock=lambda: NOW)
    build.refresh_from_db()
    assert {str(one.relative_to(folder)) for one in _files(folder)} == {
        build.pdf_key,
        build.zip_key,
    }


def test_build_that_kills_its_worker_again_and_again_is_given_up(
    our_body: TrainingBody,
) -> None:
    build = building.ask(whole_packet(our_body).packet, by=UserFactory(), at=NOW)
    _begun(build, attempts=building.MOST)
    assert building.run_due(clock=lambda: NOW + LEASE) == 0
    build.refresh_from_db()
    assert build.state == BuildState.FAILED
    assert "varias veces" in build.failure
    assert built(build.packet).state == BuildState.BUILT


def test_error_that_nobody_foresaw_is_tried_again_soon(
    our_body: TrainingBody, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> bytes:
        raise LookupError

    packet = whole_packet(our_body).packet
    with monkeypatch.context() as patched:
        patched.setattr("liquidation.packet.assembling.front_of", broken)
        build = built(packet)
    assert (build.state, build.due_at) == (BuildState.BUILDING, NOW + building.AGAIN)
    assert building.run_due(clock=lambda: NOW + building.AGAIN) == 1


def test_row_says_how_far_the_worker_is(
    our_body: TrainingBody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sign of life moves the lease on."""
    build = building.ask(whole_packet(our_body).packet, by=UserFactory(), at=NOW)
    seen: list[tuple[int, object]] = []
    seconds = iter(range(10_000))
    keep_lease = building._keep_lease

    def noted(one: PacketBuild, *, done: int, at: object) -> None:
        keep_lease(one, done=done, at=at)  # type: ignore[arg-type]
        row = PacketBuild.objects.get(pk=one.pk)
        seen.append((row.done, row.due_at))

    monkeypatch.setattr(building, "_keep_lease", noted)
    assert building.run(build.pk, clock=lambda: NOW + timedelta(seconds=next(seconds)))
    done = [one for one, _ in seen]
    assert done[:5] == [1, 2, 3, 4, 5]
    assert done == sorted(done)
    assert len({due for _, due in seen}) == len(seen)


def test_pictures_become_pages_and_the_merged_pdf_has_them_all(
    our_body: TrainingBody,
) -> None:
    build = built(whole_packet(our_body).packet)
    with merged_pdf(build) as pdf:
        assert len(pdf.pages) == build.pdf_pages
        front = build.pdf_pages - build.total
        assert "/Picture" in pdf.pages[front + 1].Resources.XObject
