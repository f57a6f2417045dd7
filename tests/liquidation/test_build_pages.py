"""The page on which a packet is built, and its two files."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings

from liquidation.models import PacketBuild
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.conftest import SignedIn
from tests.liquidation.building import built, stored, whole_packet
from tests.liquidation.packing import packet_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    private = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": private}


def test_page_says_in_words_what_is_missing(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """F16: and has no button."""
    packet = packet_of(our_body).packet
    url = reverse("liquidation:build", args=[packet.public_id])
    page = admin.client.get(url).content.decode()
    assert "Falta la factura de la OTEC." in page
    assert '<button type="submit" class="button button--primary">' not in page
    refused = admin.client.post(url)
    assert refused.status_code == 422
    assert not PacketBuild.objects.exists()


def test_files_are_taken_whole_and_who_took_them_is_written_down(
    admin: SignedIn, rival: SignedIn, our_body: TrainingBody
) -> None:
    packet = whole_packet(our_body).packet
    url = reverse("liquidation:build", args=[packet.public_id])
    assert admin.client.post(url).status_code == 302
    build = built(packet)
    assert build.pdf_sha256 in admin.client.get(url).content.decode()
    for which in ("pdf", "zip"):
        file = reverse(f"liquidation:build_{which}", args=[build.public_id])
        answer: Any = admin.client.get(file)
        content = b"".join(answer.streaming_content)
        assert content == stored(getattr(build, f"{which}_key"))
        assert answer.headers["Content-Length"] == str(len(content))
        assert rival.client.get(file).status_code == 404
    assert rival.client.get(url).status_code == 404
    taken = AuditEntry.objects.filter(action="liquidation.packet_downloaded")
    assert [one.data["file"] for one in taken.order_by("pk")] == ["PDF", "ZIP"]
