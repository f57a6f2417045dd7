"""SENCE tokens: listed, added, looked at, revoked."""

from django.utils import timezone

from attendance.models import SenceToken
from tests.browser.stage import Stage
from tests.browser.states.registry import state
from tests.factories.tokens import SenceTokenFactory


def _token(stage: Stage) -> SenceToken:
    return SenceToken.objects.get(training_body=stage.body)


@state
def tokens_none(stage: Stage) -> None:
    stage.is_signed_in_as(stage.stranger().user)
    stage.opens("/tokens/")


@state
def tokens_of_every_state(stage: Stage) -> None:
    stage.start_is_refused("212")
    SenceTokenFactory(training_body=stage.body, label="Token nuevo")
    SenceTokenFactory(
        training_body=stage.body,
        label="Token de la sede anterior, pedido en marzo",
        state="revoked",
        revoked_at=timezone.now(),
    )
    stage.signs_in()
    stage.opens("/tokens/")


@state
def token_added_badly(stage: Stage) -> None:
    stage.signs_in()
    stage.opens("/tokens/nuevo/")
    stage.page.get_by_label("Nombre").fill("Token de la sede Talca")
    stage.sends_the_form("Agregar token")
    stage.is_refused()


@state
def token_with_its_actions(stage: Stage) -> None:
    stage.start_is_confirmed()
    stage.signs_in()
    stage.opens(f"/tokens/{_token(stage).public_id}/")


@state
def token_in_doubt(stage: Stage) -> None:
    stage.start_is_refused("211")
    stage.signs_in()
    stage.opens(f"/tokens/{_token(stage).public_id}/")


@state
def token_to_revoke(stage: Stage) -> None:
    stage.signs_in()
    stage.opens(f"/tokens/{_token(stage).public_id}/revocar/")
