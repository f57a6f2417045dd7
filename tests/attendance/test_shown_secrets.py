"""C4: the nonce of a session stands on no screen, whatever came with it."""

from urllib.parse import unquote

import pytest
from django.urls import reverse

from attendance.models import Receipt
from courses.models import Enrolment
from tests.conftest import SignedIn
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import post, start_confirmed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("again", [0, 1, 2])
def test_nonce_in_any_other_field_is_on_no_screen(
    again: int, admin: SignedIn, enrolment: Enrolment, stopped_clock: object
) -> None:
    """C4: however it is spelled, in a name, a value, or what SENCE calls its own."""
    session = SenceSessionFactory(enrolment=enrolment)
    echo = session.nonce
    for _ in range(again):
        echo = "".join(f"%{byte:02X}" for byte in echo.encode())
    fields = start_confirmed(session, IdSesionSence=f"S{echo}", GlosaError="")
    fields |= {"Eco": f"a{echo}b", f"x{echo}": "1"}
    assert post("start_confirmed", fields).status_code == 303
    receipt = Receipt.objects.get()
    pages = [
        reverse("attendance:session", args=[session.public_id]),
        reverse("attendance:review", args=[receipt.public_id]),
        reverse("attendance:report", args=[session.public_id]),
        reverse("attendance:whole_answer", args=[receipt.public_id]),
    ]
    for page in pages:
        shown = b"".join(admin.client.get(page)).decode()
        assert session.nonce not in unquote(unquote(shown)), page
