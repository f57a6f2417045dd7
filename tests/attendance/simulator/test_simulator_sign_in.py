"""Clave SENCE and Clave Única: from the portal's form to the answer."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

START = "/rcetest/Registro/IniciarSesion"
CLOSE = "/rcetest/Registro/CerrarSesion"


def test_start_with_the_right_clave_posts_the_manuals_fields(browser, form):
    page = browser.start(form)
    assert page.status == 200
    assert "Clave SENCE" in page.text

    answer = browser.sign_in(page).answer

    assert answer.action == form["UrlRetoma"]
    sence_id = answer.fields.pop("IdSesionSence")
    assert re.fullmatch(r"\d{12}", sence_id)
    assert answer.fields == {
        "CodSence": "1238000001",
        "CodigoCurso": "6000001",
        "IdSesionAlumno": "nonce-1",
        "RunAlumno": form["RunAlumno"],
        "FechaHora": "2026-03-02 12:00:00",
        "ZonaHoraria": "(UTC-03:00) Santiago",
        "LineaCapacitacion": "3",
    }


def test_close_with_the_right_clave_carries_no_sence_id(browser, form):
    form["IdSesionSence"] = browser.open(form)
    answer = browser.sign_in(browser.start(form, CLOSE)).answer

    assert answer.action == form["UrlRetoma"]
    assert set(answer.fields) == {
        "CodSence",
        "CodigoCurso",
        "IdSesionAlumno",
        "RunAlumno",
        "FechaHora",
        "ZonaHoraria",
        "LineaCapacitacion",
    }


def test_start_refused_posts_the_error_at_once(browser, form, cast):
    form["RunAlumno"] = cast["stranger"]
    answer = browser.start(form).answer

    assert answer.action == form["UrlError"]
    assert answer.fields["GlosaError"] == "208"
    assert answer.fields["IdSesionSence"] == ""
    assert answer.fields["FechaHora"] == "2026-03-02 12:00:00"


def test_close_refused_carries_no_sence_id(browser, form):
    form["IdSesionSence"] = "123"
    answer = browser.start(form, CLOSE).answer
    assert answer.fields["GlosaError"] == "305"
    assert "IdSesionSence" not in answer.fields


@pytest.mark.parametrize(
    ("changes", "code"), [({"UrlError": ""}, "201"), ({"UrlError": "x"}, "203")]
)
def test_error_url_unusable_shows_the_code_on_a_page(browser, form, changes, code):
    page = browser.start(form | changes)
    assert page.status == 400
    assert page.codes == [code]
    assert not page.forms


def test_success_url_unusable_goes_to_the_error_url(browser, form):
    answer = browser.start(form | {"UrlRetoma": "x"}).answer
    assert answer.action == form["UrlError"]
    assert answer.fields["GlosaError"] == "202"


def test_close_twice_gives_305(browser, form):
    form["IdSesionSence"] = browser.open(form)
    first, second = (browser.start(form, CLOSE) for _ in range(2))

    assert "GlosaError" not in browser.sign_in(first).answer.fields
    assert browser.sign_in(second).codes == ["305"]
    assert browser.start(form, CLOSE).codes == ["305"]


def test_close_in_the_other_environment_gives_313(browser, form):
    form["IdSesionSence"] = browser.open(form)
    assert browser.start(form, "/rce/Registro/CerrarSesion").codes == ["313"]


def test_third_wrong_clave_gives_100(browser, form):
    page = browser.start(form)
    for left in ("2", "1"):
        page = browser.sign_in(page, clave="otra")
        assert f"quedan: <strong>{left}</strong>" in page.text
        assert "RUT o Clave SENCE incorrectos" in page.text

    page = browser.sign_in(page, clave="otra")
    assert page.answer.action == form["UrlError"]
    assert page.codes == ["100"]


def test_right_clave_at_the_third_try_registers(browser, form):
    page = browser.start(form)
    for _ in range(2):
        page = browser.sign_in(page, clave="otra")
    assert "GlosaError" not in browser.sign_in(page).answer.fields


def test_another_run_with_its_clave_counts_as_wrong(browser, form, cast):
    page = browser.start(form)
    for _ in range(3):
        page = browser.sign_in(page, run=cast["other_run"])
    assert page.codes == ["100"]


def test_run_typed_with_dots_is_understood(browser, form):
    number, digit = form["RunAlumno"].split("-")
    typed = f"{int(number):,}".replace(",", ".") + f"-{digit.upper()}"
    page = browser.sign_in(browser.start(form), run=typed)
    assert "GlosaError" not in page.answer.fields


def test_empty_clave_counts_no_try(browser, form):
    page = browser.start(form)
    for _ in range(4):
        page = browser.sign_in(page, clave="")
    assert "quedan: <strong>3</strong>" in page.text


def test_clave_at_the_very_limit_registers(browser, form, clock):
    page = browser.start(form)
    clock.advance(180)
    assert "GlosaError" not in browser.sign_in(page).answer.fields


def test_clave_after_three_minutes_gives_210(browser, form, clock):
    page = browser.start(form)
    clock.advance(180.001)
    assert browser.sign_in(page).codes == ["210"]


def test_page_left_open_refreshes_into_210(browser, form, clock):
    page = browser.start(form)
    [(seconds, path)] = re.findall(r'content="(\d+);url=([^"]+)"', page.text)
    clock.advance(int(seconds))
    assert int(seconds) == 181
    assert browser.get(path).codes == ["210"]


def test_answered_attempt_signed_in_again_keeps_its_answer(browser, form, desk):
    page = browser.start(form)
    first, second = browser.sign_in(page), browser.sign_in(page, clave="otra")
    assert first.answer.fields == second.answer.fields
    assert len(desk.store.sessions(10)) == 1


def test_signed_in_twice_at_once_registers_once(desk, form):
    attempt = desk.begin("start", "test", form)
    with ThreadPoolExecutor(4) as pool:
        tries = [
            pool.submit(desk.sign_in, attempt.id, form["RunAlumno"], desk.clave)
            for _ in range(8)
        ]
    assert len({t.result().answer.fields for t in tries}) == 1
    assert len(desk.store.sessions(10)) == 1


def test_unknown_attempt_gives_404(browser):
    assert browser.get("/rcetest/Registro/Clave/nada").status == 404
    assert browser.post("/claveunica/nada", {"run": "1", "clave": "2"}).status == 404


def test_clave_unica_start_goes_through_a_chain_of_redirects(browser, form, desk):
    desk.switch_mode("clave-unica")
    page = browser.start(form)
    assert page.status == 302
    assert page.headers["Location"].startswith("/claveunica/")

    page = browser.follow(page)
    answered = browser.post(
        page.forms[0].action, {"run": form["RunAlumno"], "clave": "clave123"}
    )
    assert answered.status == 302
    assert browser.follow(answered).answer.action == form["UrlRetoma"]


def test_clave_unica_wrong_keeps_the_person_without_answer(browser, form, desk, clock):
    desk.switch_mode("clave-unica")
    page = browser.follow(browser.start(form))
    clock.advance(3_600)
    for _ in range(10):
        page = browser.sign_in(page, clave="otra")
        assert "RUN o Clave Única incorrectos" in page.text
    assert desk.store.attempts(1)[0].answer is None


def test_clave_unica_of_another_run_gives_311(browser, form, desk, cast):
    desk.switch_mode("clave-unica")
    page = browser.follow(browser.start(form))
    assert browser.sign_in(page, run=cast["stranger"]).status == 200
    assert desk.store.attempts(1)[0].answer is None
    assert browser.sign_in(page, run=cast["other_run"]).codes == ["311"]


def test_clave_unica_failing_gives_312(browser, form, desk):
    desk.switch_mode("clave-unica")
    page = browser.follow(browser.start(form))
    failed = browser.post(page.forms[1].action, {})
    assert browser.follow(failed).codes == ["312"]


def test_clave_unica_failure_is_not_for_clave_sence(browser, form, desk):
    browser.start(form)
    attempt = desk.store.attempts(1)[0]
    browser.post(f"/claveunica/{attempt.id}/falla", {})
    assert desk.store.attempts(1)[0].answer is None


def test_mode_switched_leaves_attempts_under_way_alone(browser, form, desk):
    page = browser.start(form)
    desk.switch_mode("clave-unica")
    assert "GlosaError" not in browser.sign_in(page).answer.fields


def test_desk_without_registry_accepts_what_is_well_formed(
    make_desk, browse, form, cast
):
    browser = browse(make_desk(registry=lambda: None))
    form["RunAlumno"] = cast["stranger"]
    page = browser.sign_in(browser.start(form), run=cast["stranger"])
    assert "GlosaError" not in page.answer.fields


def test_attempt_past_its_three_minutes_is_shown_as_over(browser, form, desk, clock):
    """On the control page and over HTTP, though nobody came back to the Clave page."""

    def told() -> str:
        state = browser.api("state", method="GET").json()
        (attempt,) = state["attempts"]
        assert attempt["outcome"] in browser.get("/simulador/").text
        return attempt["outcome"]

    browser.start(form)
    clock.advance(180)
    assert told() == "esperando la Clave"
    clock.advance(0.001)
    assert told().startswith("se acabó el tiempo")


def test_attempt_with_clave_unica_waits_without_end(browser, form, desk, clock):
    desk.switch_mode("clave-unica")
    browser.start(form)
    clock.advance(3_600)
    assert "esperando la Clave" in browser.get("/simulador/").text
