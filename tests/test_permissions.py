"""Who may open what: every address, every role; an address nobody wrote down fails.

C1: what belongs to another training body is not there (404).
"""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from otec_portal.core.models import Role, TrainingBody
from tests.conftest import enter, sign_in
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory
from tests.factories.courses import EnrolmentFactory
from tests.matrix import (
    LISTS_OF_NO_REGION,
    MATRIX,
    OF_NO_REGION,
    OF_NOBODY,
    POSTED,
    arguments,
)
from tests.matrix.kinds import (
    DEEDS,
    NATIONAL,
    OFFICE,
    OPERATOR,
    OWN,
    PARTICIPANT,
    TEACHER,
    UPLOADER,
    Scene,
)

pytestmark = pytest.mark.django_db

HAS_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-")
MARK = "Ñusta".encode()  # stands in the names of ours
DOORS = {
    *("login", "account_login", "choose_membership", "mfa_activate_totp"),
    *("mfa_authenticate", "account_reauthenticate", "admin:login"),
}
# where one's own account answers otherwise than by its page; who has just signed in
# confirms it where more depends on it
OWN_ANSWERS: dict[str, object] = {
    **dict.fromkeys(
        ("change_email", "mfa_activate_totp", "mfa_deactivate_totp"),
        "account_reauthenticate",
    ),
    "mfa_generate_recovery_codes": "account_reauthenticate",
    "mfa_view_recovery_codes": 404,  # has none
    "mfa_download_recovery_codes": 404,
    "end_sessions": 404,  # of a session that is not theirs
    "answer_offer": 410,
    "admin_password_change": "account_change_password",
}
INBOXES = {"certificates:office_inbox", "liquidation:office_packets"}
LINKS = {"to": "not_yet", "shown_at": NOW.isoformat()}
BODIES = {"courses:link_sheet": LINKS, "courses:send_links": LINKS}


def _names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, prefix + space)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_address_is_in_the_matrix() -> None:
    known = {
        name
        for name in _names(get_resolver().url_patterns)
        if not name.startswith("admin:")
    }
    assert known == set(MATRIX)


@pytest.fixture
def address(our_body: TrainingBody, stopped_clock: object) -> Callable[[str], str]:
    """Give the address of a name, with ids of our training body."""
    session = SenceSessionFactory(
        enrolment__action__course__training_body=our_body,
        enrolment__action__course__name="Ñusta",
        enrolment__participant__last_names="Ñusta",
        expired=True,
    )
    given = arguments(Scene(our_body, session))
    queries = {"courses:search": "?programa=3", "courses:search_export": "?programa=3"}
    return lambda name: reverse(name, args=given.get(name, [])) + queries.get(name, "")


def _answer(client: Client, name: str, url: str) -> Any:
    posted = name in POSTED
    return client.post(url, BODIES.get(name, {})) if posted else client.get(url)


def _status(client: Client, name: str, url: str) -> int:
    status: int = _answer(client, name, url).status_code
    return status


def _sent(answer: Any) -> str:
    """Return the name of the page that `answer` leads to, "" where it leads nowhere."""
    if answer.status_code not in {302, 303}:
        return ""
    found = resolve(urlsplit(answer.headers["Location"]).path)
    return found.view_name


def _at_the_door(answer: Any) -> bool:
    """Whether `answer` leads to signing in, or to what has to come before a page."""
    return _sent(answer) in DOORS


def _let_in(answer: Any) -> bool:
    """Whether a page opened, or a deed was done and led on."""
    led_on = bool(_sent(answer)) and not _at_the_door(answer)
    return answer.status_code == 200 or led_on


def _named(*kinds: str) -> list[str]:
    return [name for name, kind in MATRIX.items() if kind in kinds]


@pytest.mark.parametrize(
    "name", _named(OPERATOR, *DEEDS, TEACHER, UPLOADER, NATIONAL, OWN, OFFICE)
)
def test_operator_page_without_sign_in_leads_to_sign_in(
    name: str, address: Callable[[str], str]
) -> None:
    assert _sent(Client().get(address(name))) == "login"


@pytest.mark.parametrize("name", _named(OPERATOR))
@pytest.mark.parametrize(
    "role", [Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN, Role.FACILITATOR]
)
def test_operator_page_for_every_role_of_ours_opens(
    name: str, role: Role, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    client = sign_in(our_body, role, "ML").client
    assert _status(client, name, address(name)) == 200


@pytest.mark.parametrize("name", _named(OPERATOR, *DEEDS, UPLOADER, NATIONAL))
def test_page_of_a_training_body_for_a_regional_office_is_closed(
    name: str, address: Callable[[str], str]
) -> None:
    """SENCE's staff have pages of their own: 403 whatever another page is of."""
    client = sign_in(None, Role.REGIONAL_OFFICE, "ML").client
    assert _status(client, name, address(name)) == (200 if name in OF_NOBODY else 403)


@pytest.mark.parametrize("name", _named(OFFICE))
@pytest.mark.parametrize(
    ("role", "region", "status"),
    [
        (Role.REGIONAL_OFFICE, "ML", 200),
        (Role.REGIONAL_OFFICE, "MA", 404),
        (Role.NATIONAL_ADMIN, "", 403),
        (Role.REGIONAL_ADMIN, "ML", 403),
        (Role.FACILITATOR, "", 403),
    ],
)
def test_page_of_the_regional_office_is_for_that_of_the_region_alone(
    name: str,
    role: Role,
    region: str,
    status: int,
    our_body: TrainingBody,
    address: Callable[[str], str],
) -> None:
    """404 in another region; 403 for who is of the training body, and can't decide."""
    body = None if role == Role.REGIONAL_OFFICE else our_body
    client = sign_in(body, role, *[region] if region else []).client
    url = address(name)
    listed = status == 404 and name in INBOXES
    assert _status(client, name, url) == (200 if listed else status)


@pytest.mark.parametrize("name", _named(*DEEDS))
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.NATIONAL_ADMIN, True),
        (Role.REGIONAL_ADMIN, True),
        (Role.FACILITATOR, False),
    ],
)
def test_deed_is_for_admins_only(
    name: str,
    role: Role,
    allowed: bool,
    our_body: TrainingBody,
    address: Callable[[str], str],
    settings: object,
) -> None:
    """403 for who may look but not touch."""
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    client = sign_in(our_body, role, "ML").client
    answer = _answer(client, name, address(name))
    assert _let_in(answer) if allowed else answer.status_code == 403


@pytest.mark.parametrize("name", _named(TEACHER))
@pytest.mark.parametrize(
    "role", [Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN, Role.FACILITATOR]
)
def test_deed_of_a_teacher_is_for_every_role_of_ours(
    name: str, role: Role, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    client = sign_in(our_body, role, "ML").client
    expected = dict.fromkeys(
        ("courses:make_calendar_address", "courses:remove_calendar_address"),
        "courses:calendar_address",
    )
    page = expected.get(name, "attendance:classes")
    assert _sent(_answer(client, name, address(name))) == page


@pytest.mark.parametrize("name", _named(UPLOADER))
@pytest.mark.parametrize(
    ("role", "status"), [(Role.NATIONAL_ADMIN, 404), (Role.FACILITATOR, 403)]
)
def test_upload_of_a_colleague_is_not_there(
    name: str,
    role: Role,
    status: int,
    our_body: TrainingBody,
    address: Callable[[str], str],
) -> None:
    """What its uploader may see of it, tests/courses/roster/test_pages.py proves."""
    client = sign_in(our_body, role).client
    assert _status(client, name, address(name)) == status


@pytest.mark.parametrize("name", _named(NATIONAL))
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.NATIONAL_ADMIN, True),
        (Role.REGIONAL_ADMIN, False),
        (Role.FACILITATOR, False),
    ],
)
def test_page_of_the_whole_body_is_for_national_admins_only(
    name: str,
    role: Role,
    allowed: bool,
    our_body: TrainingBody,
    address: Callable[[str], str],
) -> None:
    client = sign_in(our_body, role, "ML").client
    answer = _answer(client, name, address(name))
    assert _let_in(answer) if allowed else answer.status_code == 403


@pytest.mark.parametrize("name", _named(OWN))
@pytest.mark.parametrize("role", Role)
def test_own_account_for_every_role_opens(
    name: str, role: Role, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    body = None if role == Role.REGIONAL_OFFICE else our_body
    client = sign_in(body, role).client
    answer = _answer(client, name, address(name))
    asked = _sent(answer) or answer.status_code
    assert asked == OWN_ANSWERS.get(name, 200)


@pytest.mark.parametrize(
    "name",
    [n for n in _named(OPERATOR, *DEEDS, TEACHER, UPLOADER) if ":" in n]
    + _named(NATIONAL),
)
def test_page_with_an_id_for_the_rival_is_not_there(
    name: str, rival_body: TrainingBody, address: Callable[[str], str]
) -> None:
    """C1: 404, not 403, and nothing of ours on the pages that list."""
    client = sign_in(rival_body, Role.NATIONAL_ADMIN).client
    url = address(name)
    if HAS_ID.search(url):
        assert _status(client, name, url) == 404
    elif name not in POSTED:
        page = b"".join(client.get(url))
        assert MARK not in page


@pytest.mark.parametrize(
    "name", [n for n in _named(OPERATOR, *DEEDS, TEACHER, UPLOADER) if ":" in n]
)
def test_page_with_an_id_for_an_admin_of_another_region_is_not_there(
    name: str, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    """C1: a regional admin of Magallanes sees nothing of the Maule."""
    url = address(name)
    client = sign_in(our_body, Role.REGIONAL_ADMIN, "MA").client
    if name == "courses:edit_course":  # it has actions of the Maule alone
        assert _status(client, name, url) == 403
    elif name in OF_NO_REGION:
        assert _let_in(_answer(client, name, url))
    elif HAS_ID.search(url):
        assert _status(client, name, url) == 404
    elif name in LISTS_OF_NO_REGION:
        assert MARK in b"".join(_answer(client, name, url))
    else:
        assert MARK not in b"".join(_answer(client, name, url))


@pytest.mark.parametrize(
    "name", _named(OPERATOR, *DEEDS, TEACHER, NATIONAL, OWN, OFFICE)
)
def test_page_for_a_disabled_user_leads_to_sign_in(
    name: str, our_body: TrainingBody, address: Callable[[str], str]
) -> None:
    """C9: out at once, with the session still in the browser."""
    signed_in = sign_in(our_body, Role.NATIONAL_ADMIN)
    signed_in.membership.user.is_active = False
    signed_in.membership.user.save()
    assert _sent(signed_in.client.get(address(name))) == "login"


@pytest.mark.parametrize("name", _named(PARTICIPANT))
def test_participant_page_without_a_link_asks_for_it(
    name: str, address: Callable[[str], str]
) -> None:
    assert Client().get(address(name)).status_code == 403


@pytest.mark.parametrize("name", [n for n in _named(PARTICIPANT) if "my" not in n])
def test_participant_page_for_somebody_else_is_not_there(
    name: str, address: Callable[[str], str]
) -> None:
    """C1, B4: neither another training body's people nor a classmate get in."""
    stranger = enter(Client(), EnrolmentFactory())
    url = address(name)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url).status_code == 404


def test_admin_site_for_an_otec_admin_is_closed(our_body: TrainingBody) -> None:
    client = sign_in(our_body, Role.NATIONAL_ADMIN).client
    assert _sent(client.get(reverse("admin:index"))) == "admin:login"


def test_ids_nobody_has_are_not_there(our_body: TrainingBody) -> None:
    client = sign_in(our_body, Role.NATIONAL_ADMIN).client
    for name in ("session", "report", "review", "whole_answer"):
        url = reverse(f"attendance:{name}", args=[uuid.uuid4()])
        assert client.get(url).status_code == 404
