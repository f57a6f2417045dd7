"""SENCE's own names for what crosses the wire, and how long each may be.

Only this package and the simulator know them. Source: seeds/003, sections 3.2 and 3.3.
`CodSence` is the code of the course, `CodigoCurso` the code of the training action.
"""

from enum import IntEnum, StrEnum
from typing import Final

TEST: Final = "test"
PRODUCTION: Final = "production"
START_PATHS: Final = {
    TEST: "/rcetest/Registro/IniciarSesion",
    PRODUCTION: "/rce/Registro/IniciarSesion",
}
CLOSE_PATHS: Final = {
    TEST: "/rcetest/Registro/CerrarSesion",
    PRODUCTION: "/rce/Registro/CerrarSesion",
}


class Field(StrEnum):
    """The official names of the form fields, sent and received."""

    OTEC_RUT = "RutOtec"
    TOKEN = "Token"
    SENCE_CODE = "CodSence"
    ACTION_CODE = "CodigoCurso"
    LINE = "LineaCapacitacion"
    RUN = "RunAlumno"
    NONCE = "IdSesionAlumno"
    SENCE_ID = "IdSesionSence"
    SUCCESS_URL = "UrlRetoma"
    ERROR_URL = "UrlError"
    DATE_TIME = "FechaHora"
    TIME_ZONE = "ZonaHoraria"
    ERROR = "GlosaError"


class Line(IntEnum):
    """LineaCapacitacion: which programme pays for the training."""

    SOCIAL_PROGRAMMES = 1
    TAX_FRANCHISE = 3
    FPT = 6


START_FIELDS: Final = (
    Field.OTEC_RUT,
    Field.TOKEN,
    Field.SENCE_CODE,
    Field.ACTION_CODE,
    Field.LINE,
    Field.RUN,
    Field.NONCE,
    Field.SUCCESS_URL,
    Field.ERROR_URL,
)
CLOSE_FIELDS: Final = (*START_FIELDS[:7], Field.SENCE_ID, *START_FIELDS[7:])

MAX_LENGTHS: Final = {
    Field.OTEC_RUT: 10,
    Field.TOKEN: 36,
    Field.SENCE_CODE: 10,
    Field.ACTION_CODE: 50,
    Field.RUN: 10,
    Field.NONCE: 149,
    Field.SENCE_ID: 149,
    Field.SUCCESS_URL: 100,
    Field.ERROR_URL: 100,
    Field.TIME_ZONE: 100,
}

# SENCE's are GUIDs of 36, and the manual's own example has 33 (protocol.md); the bound
# leaves room for a stand-in's, and its last four tell little of one so long [choice]
TOKEN_MIN_LENGTH: Final = 12
SENCE_CODE_LENGTH: Final = 10
ACTION_CODE_MIN_LENGTH: Final = 7  # not for line 6 [1.1.6]
UNCHECKED_CODE: Final = "-1"  # disables SENCE's checks of a code, in test only
DATE_TIME_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
