"""What comes back, read with tolerance: nothing raises, nothing is guessed."""

from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attendance.sence.errors import LONGEST_GLOSA, parse_codes
from attendance.sence.incoming import Incoming, parse
from attendance.sence.wire import Field

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


def part(name: str, value: str) -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    return f"--x\r\n{head}\r\n\r\n{value}\r\n".encode()


def read(incoming: Incoming) -> None:
    """Ask everything that the portal asks."""
    for name in Field:
        assert isinstance(incoming.get(name), str)
        assert incoming.has(name) == bool(incoming.get(name))
    assert isinstance(incoming.doubled, bool)
    assert incoming.nonce.isascii()
    assert len(incoming.nonce) <= 149
    assert all(code.isprintable() for code in incoming.codes)
    assert isinstance(incoming.run, str)


CONTENT_TYPES = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            FORM,
            f"{FORM}; charset=utf-16",
            f"{FORM}; charset=rot13",
            f"{FORM}; charset=",
            MULTIPART,
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=ñ",
            "multipart/form-data; boundary*=nope'en'x",
            "application/json",
        ]
    ),
)


@given(st.binary(max_size=300), CONTENT_TYPES)
@example(b"%", FORM)
@example(b"IdSesionAlumno=%00", FORM)
@example(b"IdSesionAlumno=%ff%fe&RunAlumno=%", FORM)
@example(part("IdSesionAlumno", "n") + b"--x--", MULTIPART)
@example(b"--x\r\nContent-Disposition: form-data; name*=nope'en'y\r\n\r\n1", MULTIPART)
@example(
    b"--x\r\nContent-Disposition: form-data; name=a\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n=x=\r\n--x--",
    MULTIPART,
)
def test_body_of_any_bytes_never_raises(body: bytes, content_type: str) -> None:
    read(parse(body, content_type))


@given(
    st.lists(st.tuples(st.sampled_from([*Field, "Otro"]), st.binary(max_size=60))),
    CONTENT_TYPES,
)
def test_form_of_any_values_never_raises(
    pairs: list[tuple[str, bytes]], content_type: str
) -> None:
    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
    read(parse(body.encode(), content_type))


@given(st.dictionaries(st.sampled_from(list(Field)), st.text(), min_size=1))
def test_form_of_a_browser_is_read_as_it_was_written(fields: dict[Field, str]) -> None:
    incoming = parse(
        urlencode({str(name): value for name, value in fields.items()}).encode(), FORM
    )
    assert {name: incoming.get(name) for name in fields} == {
        name: value.strip() for name, value in fields.items()
    }


@pytest.mark.parametrize(
    "name", ["LineaCapacitacion+", "+LineaCapacitacion", "LineaCapacitacion%20"]
)
def test_field_name_with_stray_spaces_is_understood(name: str) -> None:
    """A16: as in the manual's own example; what came stays as it came."""
    incoming = parse(f"{name}=3".encode(), FORM)
    assert incoming.get(Field.LINE) == "3"
    ((raw_name, _),) = incoming.pairs
    assert raw_name != Field.LINE


def test_field_names_in_another_case_are_understood() -> None:
    incoming = parse(b"idsesionalumno=n&GLOSAERROR=100", FORM)
    assert (incoming.nonce, incoming.codes) == ("n", ("100",))


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        ("Tiempo de España".encode(), FORM),
        ("Tiempo de España".encode(), f"{FORM}; charset=UTF-8"),
        ("Tiempo de España".encode("latin-1"), FORM),
        ("Tiempo de España".encode("cp1252"), f"{FORM}; charset=windows-1252"),
        ("Tiempo de España".encode("latin-1"), f'{FORM}; charset="ISO-8859-1"'),
        ("Tiempo de España".encode(), f"{FORM}; charset=us-ascii"),
        ("Tiempo de España".encode(), f"{FORM}; charset=klingon"),
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_value_in_another_encoding_is_understood(
    raw: bytes, content_type: str, escaped: bool
) -> None:
    value = quote_from_bytes(raw).encode() if escaped else raw
    incoming = parse(b"ZonaHoraria=" + value, content_type)
    assert incoming.get(Field.TIME_ZONE) == "Tiempo de España"


def test_value_in_no_encoding_at_all_is_kept_readable() -> None:
    """0x81 stands for nothing in cp1252."""
    assert parse(b"ZonaHoraria=a%81b", FORM).get(Field.TIME_ZONE) == "a\ufffdb"


@pytest.mark.parametrize(
    ("body", "doubled"),
    [
        (b"RunAlumno=1-9&RunAlumno=2-7", True),
        (b"RunAlumno=1-9&runalumno+=2-7", True),
        (b"IdSesionSence=1&IdSesionSence=2", True),
        (b"RunAlumno=1-9&RunAlumno=1-9", False),
        (b"RunAlumno=1-9&RunAlumno=+1-9+", False),
        (b"GlosaError=211&GlosaError=204", False),
        (b"Otro=1&Otro=2", False),
        (b"", False),
    ],
)
def test_field_that_came_twice_is_doubled_if_it_differs(
    body: bytes, doubled: bool
) -> None:
    assert parse(body, FORM).doubled == doubled


@pytest.mark.parametrize(
    ("glosa", "codes"),
    [
        ("GlosaError=211%3B204", ("211", "204")),
        ("GlosaError=211,204", ("211", "204")),
        ("GlosaError=+211+%3B+204+%3B", ("211", "204")),
        ("GlosaError=211&GlosaError=204", ("211", "204")),
        ("GlosaError=211&GlosaError=211", ("211",)),
        ("GlosaError=", ()),
        ("GlosaError", ()),
        ("GlosaError=%3B%2C%3B", ("",)),
        ("GlosaError=%E2%80%8B", ("",)),
        ("GlosaError=+", ()),
        ("Otro=1", ()),
    ],
)
def test_codes_one_or_several_are_understood(
    glosa: str, codes: tuple[str, ...]
) -> None:
    """A11: `211;204`, in all its spellings."""
    assert parse(glosa.encode(), FORM).codes == codes


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        ("12.345.678-5", "12345678-5"),
        ("1000005-K", "1000005-k"),
        ("123456785", "12345678-5"),
        ("12345678-9", "12345678-9"),
        ("nadie", "nadie"),
        ("", ""),
    ],
)
def test_run_with_dots_or_capital_k_is_understood(typed: str, run: str) -> None:
    assert parse(urlencode({"RunAlumno": typed}).encode(), FORM).run == run


@pytest.mark.parametrize(
    ("nonce", "usable"),
    [
        ("n", True),
        ("n" * 149, True),
        ("n" * 150, False),
        ("", False),
        ("%20", False),
        ("a%20b", False),
        ("a%00", False),
        ("%C3%B1", False),
        ("+n+", True),
    ],
)
def test_nonce_is_usable_as_printable_ascii_of_149(nonce: str, usable: bool) -> None:
    """A4"""
    got = parse(f"IdSesionAlumno={nonce}".encode(), FORM).nonce
    assert bool(got) == usable
    assert got in {nonce.strip("+"), ""}


def test_multipart_form_is_understood() -> None:
    body = part("IdSesionAlumno", "n") + part("GlosaError", "100") + b"--x--\r\n"
    incoming = parse(body, MULTIPART)
    assert (incoming.nonce, incoming.codes) == ("n", ("100",))


def test_fields_beyond_a_thousand_count_where_sence_has_a_name_for_them() -> None:
    body = b"&".join([b"a=1"] * 5_000 + [b"b=2", b" idsesionalumno+=n"])
    incoming = parse(body, FORM)
    assert incoming.nonce == "n"
    assert "b" not in dict(incoming.pairs)


def test_codes_are_looked_for_once_however_often_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A long GlosaError must not tie up a worker again and again."""
    asked: list[str] = []

    def counted(glosa: str) -> tuple[str, ...]:
        asked.append(glosa)
        return ("204",)

    monkeypatch.setattr("attendance.sence.incoming.parse_codes", counted)
    incoming = parse(b"GlosaError=204", FORM)
    assert [incoming.codes for _ in range(5)] == [("204",)] * 5
    assert asked == ["204"]


def test_codes_beyond_the_longest_glosa_are_not_looked_at() -> None:
    room = LONGEST_GLOSA - len("204;20")
    assert parse_codes(f"204;{';' * room}204") == ("204",)
    assert parse_codes(f"{';' * LONGEST_GLOSA}204") == ()
    assert parse(b"GlosaError=" + b";" * LONGEST_GLOSA + b"204", FORM).codes == ("",)


def test_code_cut_in_the_middle_is_not_taken_for_another() -> None:
    glosa = "100" + ";" * (LONGEST_GLOSA - 5) + "2045"
    assert glosa[:LONGEST_GLOSA].endswith("20")
    assert parse_codes(glosa) == ("100",)


@pytest.mark.parametrize(
    ("body", "nonce"),
    [
        (part("IdSesionAlumno", "n") + part("a", "1") * 1_010 + b"--x--\r\n", "n"),
        (part("a", "1") * 1_010 + part("idsesionalumno ", "n") + b"--x--\r\n", "n"),
        (part("a", "1") * 1_010 + part('IdSesionAlumno"; filename="f', "n"), ""),
        (part("a", "1") * 1_010, ""),
    ],
)
def test_multipart_of_too_many_fields_is_read_for_its_nonce_alone(
    body: bytes, nonce: str
) -> None:
    incoming = parse(body, MULTIPART)
    assert incoming.nonce == nonce
    assert len(incoming.pairs) == bool(nonce)


def test_multipart_of_an_unreadable_parameter_is_understood() -> None:
    body = part("IdSesionAlumno", "n") + part("GlosaError", "100") + b"--x--\r\n"
    incoming = parse(body, f"{MULTIPART}; y*=bogus''z")
    assert (incoming.nonce, incoming.codes) == ("n", ("100",))


@pytest.mark.parametrize(
    "body",
    [
        b"IdSesionAlumno=&IdSesionAlumno=n",
        b"IdSesionAlumno=%C3%B1&IdSesionAlumno=n",
        b"IdSesionAlumno=n&IdSesionAlumno=",
        b"%EF%BB%BFIdSesionAlumno=n",
    ],
)
def test_nonce_is_the_first_that_can_be_one(body: bytes) -> None:
    """What has a usable id is kept, whatever stands beside it (protocol.md)."""
    assert parse(body, FORM).nonce == "n"
