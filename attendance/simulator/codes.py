"""What each GlosaError means, in SENCE's words.

100 to 306: seeds/003, Anexo 2. 307 to 313: edition 1.1.6, Anexo 2.
"""

from typing import Final

MEANINGS: Final = {
    "100": "Contraseña incorrecta o el usuario no tiene Clave SENCE.",
    "200": "El POST tiene uno o más parámetros mandatorios sin información.",
    "201": "La URL de Retoma y/o URL de Error no tienen información.",
    "202": "La URL de Retoma tiene formato incorrecto.",
    "203": "La URL de Error tiene formato incorrecto.",
    "204": "El Código SENCE tiene menos de 10 caracteres y/o no es código válido.",
    "205": "El Código Curso tiene menos de 7 caracteres y/o no es código válido.",
    "206": "La línea de capacitación es incorrecta.",
    "207": "El Run Alumno tiene formato o dígito verificador incorrecto.",
    "208": "El Run Alumno no está autorizado para realizar el curso.",
    "209": "El Rut OTEC tiene formato o dígito verificador incorrecto.",
    "210": "Expiró el tiempo disponible para el ingreso de RUT y Contraseña.",
    "211": "El Token no pertenece al OTEC.",
    "212": "El Token no está vigente.",
    "300": "Error interno no clasificado.",
    "301": "No se pudo registrar el ingreso o cierre de sesión: la Línea de "
    "Capacitación o el Código de Curso es incorrecto.",
    "302": "No se pudo validar la información del Organismo.",
    "303": "El Token no existe, o su formato es incorrecto.",
    "304": "No se pudieron verificar los datos enviados.",
    "305": "No se pudo registrar la información.",
    "306": "El Código Curso no corresponde al Código SENCE.",
    "307": "El Código Curso no tiene modalidad E-learning.",
    "308": "El Código Curso no corresponde al RUT OTEC.",
    "309": "Las fechas de ejecución comunicadas no corresponden a la fecha actual.",
    "310": "El Código Curso está en estado Terminado o Anulado.",
    "311": "El Run ingresado en Clave Única no corresponde con el Run alumno.",
    "312": "No se pudo completar la autenticación con Clave Única.",
    "313": "URL de Cierre de sesión Incorrecta.",
}
UNKNOWN: Final = "Código que no está en el manual."


def describe(code: str) -> str:
    """Return SENCE's meaning of `code` in Spanish."""
    return MEANINGS.get(code.strip(), UNKNOWN)
