"""Numbers and names as people in Chile write them."""

import pytest

from otec_portal.core.attention import how_many
from otec_portal.core.templatetags.portal import full_stop, some


def test_numbers_are_written_as_in_chile() -> None:
    assert how_many(1, "alerta", "alertas") == "1 alerta"
    assert how_many(12_345, "alerta", "alertas") == "12.345 alertas"


@pytest.mark.parametrize("name", ["OTEC Sur Ltda", "OTEC Sur Ltda."])
def test_sentence_that_ends_with_a_name_has_one_full_stop(name: str) -> None:
    assert full_stop(name) == "OTEC Sur Ltda."


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Ana"], "Ana"),
        (["Ana", "Eva"], "Ana y Eva"),
        (["Ana", "Eva", "Luz"], "Ana, Eva y Luz"),
        (["Ana", "Eva", "Luz", "Sol"], "Ana, Eva, Luz y 1 más"),
    ],
)
def test_some_names_are_written_and_the_others_counted(
    names: list[str], words: str
) -> None:
    assert some(names, 3) == words
