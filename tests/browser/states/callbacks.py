"""Where SENCE's answers arrive."""

from typing import Final
from unittest import mock

from django.db import OperationalError
from django.http.request import UnreadablePostError

from tests.browser.stage import Stage
from tests.browser.states.registry import state

CALLBACKS: Final = "attendance.views.callbacks"


@state
def callback_opened_by_hand(stage: Stage) -> None:
    stage.opens("/sence/inicio/", status=405)


@state
def callback_of_no_session(stage: Stage) -> None:
    stage.posts("/sence/inicio/", status=404, IdSesionAlumno="desconocida")


@state
def callback_that_says_nothing(stage: Stage) -> None:
    stage.posts("/sence/inicio/", status=400)


@state
def callback_cut_off(stage: Stage) -> None:
    stage.patches.enter_context(
        mock.patch(f"{CALLBACKS}._body", side_effect=UnreadablePostError)
    )
    stage.posts("/sence/inicio/", status=400)


@state
def callback_once_too_often(stage: Stage) -> None:
    stage.patches.enter_context(
        mock.patch(f"{CALLBACKS}.over_limit", return_value=True)
    )
    stage.posts("/sence/inicio/", status=429, IdSesionAlumno="desconocida")


@state
def callback_without_a_database(stage: Stage) -> None:
    stage.watch.expect("503")
    stage.patches.enter_context(
        mock.patch(f"{CALLBACKS}.callbacks.store", side_effect=OperationalError)
    )
    stage.posts("/sence/inicio/", status=503, IdSesionAlumno="desconocida")
