"""QR codes: drawn, not written."""

from otec_portal.core.qr import qr_code


def test_code_is_a_drawing_without_the_text_in_it() -> None:
    svg = qr_code("https://portal.example/<script>")
    assert svg.startswith("<svg viewBox")
    assert 'fill="#fff"' in svg  # seen on a dark page
    assert "script" not in svg
    assert "style=" not in svg  # the CSP takes none


def test_code_of_another_text_is_another() -> None:
    assert qr_code("a") == qr_code("a") != qr_code("b")
