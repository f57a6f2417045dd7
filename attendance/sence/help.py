"""SENCE's own pages for people who can't sign in (seeds/003, section 3.2; [1.1.6])."""

HELP_LINKS = (
    ("Crear tu Clave SENCE", "https://cus.sence.cl/Account/Registrar"),
    ("Recuperar tu Clave SENCE", "https://cus.sence.cl/Account/RecuperarClave"),
    ("Cambiar tu Clave SENCE", "https://cus.sence.cl/Account/CambiarClave"),
    ("Actualizar tus datos en SENCE", "https://cus.sence.cl/Account/ActualizarDatos"),
)
CLAVE_UNICA = "https://claveunica.gob.cl/"
