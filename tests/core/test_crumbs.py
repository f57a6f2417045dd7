"""The trail above a page."""

from otec_portal.core.templatetags.portal import crumbs


def test_trail_ends_at_this_page_without_an_address() -> None:
    assert crumbs("Curso", "/curso/", "Nómina", "/nomina/") == [
        {"label": "Curso", "url": "/curso/"},
        {"label": "Nómina", "url": ""},
    ]


def test_trail_without_a_last_label_ends_one_before() -> None:
    assert crumbs("Curso", "/curso/", "Nómina", "/nomina/", "", "")[-1] == {
        "label": "Nómina",
        "url": "",
    }
