"""What the simulator can be told to do, over HTTP and from its page."""

import html
import json

import pytest

from attendance.simulator.behaviours import EXAMPLE, NOTHING

CLOSE = "/rcetest/Registro/CerrarSesion"
AT_ONCE = {"match": {"all": True}, "skip_sign_in": True}


def tell(browser, **behaviour):
    page = browser.api("behaviours", {**AT_ONCE, **behaviour})
    assert page.status == 201, page.text
    return page.json()["id"]


def test_skip_sign_in_told_answers_at_once(browser, form):
    tell(browser)
    assert browser.start(form).answer.action == form["UrlRetoma"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"codes": ["300"]}, "300"),
        ({"codes": [211, "204"]}, "211;204"),
        ({"codes": ["211", "204"], "separator": ","}, "211,204"),
        ({"codes": ["999"]}, "999"),
        ({"codes": [""]}, ""),
    ],
)
def test_codes_told_are_answered_in_glosa_error(browser, form, desk, told, expected):
    tell(browser, **told)
    answer = browser.start(form).answer
    assert answer.action == form["UrlError"]
    assert answer.fields["GlosaError"] == expected
    assert desk.store.sessions(10) == []


def test_sence_id_told_goes_with_the_error_of_a_start_alone(browser, form, desk):
    """A13, told over HTTP; nothing is registered."""
    sence_id = browser.open(form)
    tell(browser, codes=["300"], sence_id_in_error=True)
    other = {**form, "IdSesionAlumno": "another"}
    fields = browser.start(other).answer.fields
    assert fields["GlosaError"] == "300"
    assert fields["IdSesionSence"] not in {"", sence_id}
    assert [one.sence_id for one in desk.store.sessions(10)] == [sence_id]
    closing = browser.post(CLOSE, {**form, "IdSesionSence": sence_id}).answer.fields
    assert "IdSesionSence" not in closing


def test_codes_told_come_after_the_sign_in_unless_skipped(browser, form):
    tell(browser, codes=["305"], skip_sign_in=False)
    page = browser.start(form)
    assert "data-autosubmit" not in page.text
    assert browser.sign_in(page).codes == ["305"]


def test_delay_told_holds_the_answer_back_until_due(browser, form, clock):
    tell(browser, delay_seconds=20)
    page = browser.start(form)
    assert "data-autosubmit" not in page.text
    path = page.text.split("20;url=")[1].split('"')[0]

    clock.advance(19.9)
    assert "data-autosubmit" not in browser.get(path).text
    clock.advance(0.1)
    answer = browser.get(path).answer
    assert answer.fields["FechaHora"] == "2026-03-02 12:00:00"


def test_times_told_posts_copies_into_frames_before(browser, form):
    tell(browser, times=3)
    page = browser.start(form)
    targets = [f.attributes.get("target") for f in page.forms]
    assert targets == ["copia-1", "copia-2", None]
    assert page.text.count("<iframe") == 2
    assert len({str(f.fields) for f in page.forms}) == 1
    assert {f.action for f in page.forms} == {form["UrlRetoma"]}


def test_silence_told_says_that_nothing_comes(browser, form, desk):
    tell(browser, silent=True, skip_sign_in=False)
    page = browser.sign_in(browser.start(form))
    assert page.status == 200
    assert not page.forms
    assert len(desk.store.sessions(10)) == 1  # registered, but never said


def test_stray_spaces_told_stand_in_every_name(browser, form):
    tell(browser, stray_spaces=True, codes=["204", "205"])
    fields = browser.start(form).answer.fields
    assert "LineaCapacitacion " in fields
    assert all(name.endswith(" ") for name in fields)
    assert fields["GlosaError "] == " 204;205 "


def test_time_zone_told_missing_is_not_sent(browser, form):
    tell(browser, without_time_zone=True)
    assert "ZonaHoraria" not in browser.start(form).answer.fields


def test_other_run_told_is_answered(browser, form, cast):
    tell(browser, other_run=cast["other_run"])
    assert browser.start(form).answer.fields["RunAlumno"] == cast["other_run"]


def test_next_told_twice_serves_two_sessions_in_order(browser, form):
    tell(browser, match={"next": True}, codes=["300"])
    tell(browser, match={"next": True}, codes=["301"])
    pages = [browser.start(form) for _ in range(3)]
    assert [page.codes for page in pages[:2]] == [["300"], ["301"]]
    assert "data-autosubmit" not in pages[2].text


def test_next_close_told_waits_for_a_close(browser, form):
    tell(browser, match={"next": True}, on="close", codes=["304"])
    form["IdSesionSence"] = browser.open(form)
    assert browser.start(form, CLOSE).codes == ["304"]


@pytest.mark.parametrize("match", ["nonce", "run"])
def test_match_told_leaves_others_alone(browser, form, cast, match):
    field = {"nonce": "IdSesionAlumno", "run": "RunAlumno"}[match]
    other = {"nonce": "nonce-2", "run": cast["other_run"]}[match]
    tell(browser, match={match: form[field]}, codes=["300"])
    assert browser.start(form).codes == ["300"]
    assert "data-autosubmit" not in browser.start(form | {field: other}).text


def test_behaviour_told_while_the_person_signs_in_holds(browser, form):
    page = browser.start(form)
    tell(browser, match={"nonce": "nonce-1"}, codes=["302"])
    assert browser.sign_in(page).codes == ["302"]


def test_closer_match_wins_over_all(browser, form):
    tell(browser, codes=["300"], without_time_zone=True)
    tell(browser, match={"nonce": "nonce-1"}, codes=["301"])
    page = browser.start(form)
    assert page.codes == ["301"]
    assert "ZonaHoraria" not in page.answer.fields


@pytest.mark.parametrize("how", ["delete all", "delete one", "clear", "reset"])
def test_behaviours_cleared_over_http_are_gone(browser, how):
    told = tell(browser)
    if how == "delete all":
        page = browser.api("behaviours", method="DELETE")
    elif how == "delete one":
        page = browser.api(f"behaviours/{told}", method="DELETE")
    elif how == "clear":
        page = browser.api("behaviours/clear")
    else:
        page = browser.api("reset")
    assert page.status == 200
    assert browser.api("state", method="GET").json()["behaviours"] == []


def test_behaviour_unknown_deleted_gives_404(browser):
    assert browser.api("behaviours/nada", method="DELETE").status == 404


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"match": {}},
        {"match": {"next": True, "all": True}},
        {"match": {"next": False}},
        {"match": {"nonce": ""}},
        {"match": {"nonce": 5}},
        {"match": {"all": True}, "code": ["211"]},
        {"match": {"all": True}, "on": "never"},
        {"match": {"all": True}, "codes": "211"},
        {"match": {"all": True}, "codes": [None]},
        {"match": {"all": True}, "codes": ["x" * 150]},
        {"match": {"all": True}, "separator": "x"},
        {"match": {"all": True}, "delay_seconds": -1},
        {"match": {"all": True}, "delay_seconds": 3_601},
        {"match": {"all": True}, "delay_seconds": float("nan")},
        {"match": {"all": True}, "times": 6},
        {"match": {"all": True}, "times": "2"},
        {"match": {"all": True}, "silent": 1},
        {"match": {"all": True}, "other_run": 5},
    ],
)
def test_behaviour_that_makes_no_sense_gives_400(browser, desk, data):
    page = browser.api("behaviours", data)
    assert page.status == 400
    assert page.json()["error"]
    assert desk.store.behaviours() == []


def test_body_that_is_no_json_gives_400(browser):
    for body in (b"{", b"\xff", b"[" * 100_000):
        page = browser.request("POST", "/simulador/api/behaviours", body)
        assert page.status == 400
        assert page.json()["error"]


def test_mode_switched_over_http_is_told_in_state(browser):
    assert browser.api("mode", {"mode": "clave-unica"}).status == 200
    assert browser.api("state", method="GET").json()["mode"] == "clave-unica"
    unusable: tuple[object, ...] = ({"mode": "x"}, {"mode": []}, [], {})
    for bad in unusable:
        assert browser.api("mode", bad).status == 400


def test_behaviour_told_from_the_page_is_shown_and_removed(browser, desk):
    fields = {
        "match": "next",
        "on": "start",
        "codes": "211, 204",
        "separator": ",",
        "delay_seconds": "1,5",
        "times": "2",
        "silent": "on",
    }
    page = browser.post("/simulador/comportamientos", fields)
    assert page.status == 303
    (told,) = desk.store.behaviours()
    assert told.instruction.codes == ("211", "204")
    assert told.instruction.delay_seconds == 1.5
    assert "211, 204" in browser.get("/simulador/").text

    browser.post("/simulador/comportamientos/quitar", {"id": told.id})
    assert desk.store.behaviours() == []


def test_behaviour_mistyped_on_the_page_is_told_why(browser, desk):
    fields = {"match": "run", "on": "start", "delay_seconds": "mucho"}
    page = browser.post("/simulador/comportamientos", fields)
    assert page.status == 400
    assert "No es un número: mucho" in page.text
    assert desk.store.behaviours() == []


def test_mode_and_reset_from_the_page_take_effect(browser, desk, form):
    browser.start(form)
    assert browser.post("/simulador/modo", {"mode": "clave-unica"}).status == 303
    assert desk.mode == "clave-unica"
    assert browser.post("/simulador/modo", {"mode": "otro"}).status == 400
    assert browser.post("/simulador/reiniciar", {}).status == 303
    assert desk.mode == "clave-sence"
    assert desk.store.attempts(5) == []


def test_page_prefills_the_session_named_in_its_address(browser, form):
    browser.start(form | {"IdSesionAlumno": "a&b <c>"})
    text = browser.get("/simulador/").text
    assert "nonce=a%26b%20%3Cc%3E" in text
    assert "<c>" not in text
    assert 'value="nonce-9"' in browser.get("/simulador/?nonce=nonce-9").text


def test_orders_from_another_site_give_403(browser, desk):
    elsewhere = {"HTTP_SEC_FETCH_SITE": "cross-site"}
    page = browser.request("POST", "/simulador/reiniciar", **elsewhere)
    assert page.status == 403


@pytest.mark.parametrize("match", ["next", "all"])
def test_match_of_everybody_may_be_a_bare_word(browser, match):
    page = browser.api("behaviours", {"match": match, "codes": ["208"]})
    assert page.status == 201
    assert page.json()["match"] == {match: True}


@pytest.mark.parametrize("match", ["nobody", {"next": "yes"}, {}, {"nonce": ""}, 7])
def test_match_in_disorder_is_answered_with_an_example_that_works(browser, match):
    page = browser.api("behaviours", {"match": match})
    assert page.status == 400
    example = page.json()["error"].partition("Por ejemplo: ")[2]
    assert browser.api("behaviours", json.loads(example)).status == 201


def test_control_page_explains_every_key_that_http_takes(browser):
    page = browser.get("/simulador/").text
    assert "POST" in page
    assert all(f"<dt>{key}</dt>" in page for key in vars(NOTHING))
    assert html.escape(EXAMPLE) in page


@pytest.mark.parametrize(
    ("match", "words"),
    [("nonce", "Escribe el IdSesionAlumno"), ("run", "Escribe el RUN")],
)
def test_behaviour_for_nobody_is_answered_in_words(browser, match, words):
    form = {"match": match, "value": " ", "on": "both", "codes": "208"}
    page = browser.post("/simulador/comportamientos", form)
    assert page.status == 400
    assert words in page.text
