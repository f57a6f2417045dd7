"""Production. dev.py and test.py only loosen it; README lists the variables."""

from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from redis.backoff import NoBackoff
from redis.retry import Retry

from otec_portal.core.sence_address import OFFICIAL_BASE_URL
from otec_portal.core.web_address import host_of
from otec_portal.settings.databases import databases
from otec_portal.settings.environment import Environment
from otec_portal.settings.schedule import schedule
from otec_portal.settings.storages import private_storage

django_stubs_ext.monkeypatch()  # generic classes, for the types

env = Environment()

ROOT_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env("DATA_DIR", default=str(ROOT_DIR / "var")))

SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ENCRYPTION_KEYS = env.list(
    "ENCRYPTION_KEYS", default=[SECRET_KEY, *SECRET_KEY_FALLBACKS]
)
DEBUG = False

PORTAL_BASE_URL = env("PORTAL_BASE_URL").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[host_of(PORTAL_BASE_URL)])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0, least=0)

SENCE_BASE_URL = env("SENCE_BASE_URL", default=OFFICIAL_BASE_URL).rstrip("/")
GCA_URL = env("GCA_URL", default="http://lce.sence.cl/CertificadoAsistencia/")
SENCE_FORM_ACTION = env.list(
    "SENCE_FORM_ACTION",
    default=[
        "https://*.sence.cl",
        "https://*.claveunica.gob.cl",
        "https://claveunica.gob.cl",
    ],
)
SENCE_START_TIMEOUT = env.int("SENCE_START_TIMEOUT", default=15 * 60)
SENCE_SESSION_MAX = env.int("SENCE_SESSION_MAX", default=3 * 60 * 60)
RECONCILIATION_TOLERANCE = env.int("RECONCILIATION_TOLERANCE", default=60, least=0)
SENCE_STAND_IN_FOR_PRODUCTION = False
SENCE_SIMULATOR_ALLOWED = False
DEMO_ALLOWED = False

INSTALLED_APPS = [
    # before core, whose admin takes theirs away; without "allauth" itself, whose
    # English pages would stand in for one that we forgot (docs/adr/0010)
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "otec_portal.core",
    "courses",
    "attendance",
    "certificates",
    "liquidation",
    "otec_portal.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    # what every answer carries comes before what answers by itself
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "otec_portal.core.sign_in_first.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "otec_portal.core.sign_in.middleware.SecondFactorMiddleware",
    "otec_portal.core.sign_in.middleware.SessionSeenMiddleware",
    "otec_portal.errors.say_not_allowed",
]

ROOT_URLCONF = "otec_portal.urls"
WSGI_APPLICATION = "otec_portal.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["otec_portal.core.templatetags.forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "otec_portal.core.context.portal",
                "otec_portal.navigation.navigation",
            ],
        },
    },
]

DATABASES = databases(env, DATA_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis_url("REDIS_URL", default="")
# the cache holds counters alone: a callback does not wait for them
REDIS_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 0.3,
    "socket_timeout": 0.5,
    "retry": Retry(NoBackoff(), 0),
}
CACHES = {
    "default": {
        "BACKEND": "otec_portal.core.redis_or_here.RedisOrHereCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "otec",
        "OPTIONS": REDIS_OPTIONS,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["otec_portal.core.sign_in.backend.RutOrEmailBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "otec_portal.core.sign_in.passwords.OwnDataValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "otec_portal.core.sign_in.passwords.CommonInSpanishValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "login"
PERSONAL_LINK_VIEW = "attendance:enter"  # where participants come in
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day

SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
ACCOUNT_ADAPTER = "otec_portal.core.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "rut"
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]  # nobody signs up
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
)
ACCOUNT_RATE_LIMITS = {
    "login": None,  # ours, both: core/sign_in/guessing.py
    "login_failed": None,
    "reset_password": "20/m/ip,3/10m/key",
}
_FORMS = "otec_portal.core.sign_in.forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.SignInForm",
    "reset_password": f"{_FORMS}.ForgottenPasswordForm",
    "reset_password_from_key": f"{_FORMS}.NewPasswordForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "reauthenticate": f"{_FORMS}.ConfirmPasswordForm",
}
MFA_ADAPTER = "otec_portal.core.sign_in.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": f"{_FORMS}.CodeForm",
    "reauthenticate": f"{_FORMS}.ConfirmCodeForm",
    "activate_totp": f"{_FORMS}.EnrolForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever invites vouches for it
MFA_TOTP_ISSUER = "Portal OTEC"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s, for phones whose clock is off

LANGUAGE_CODE = "es-cl"
TIME_ZONE = "America/Santiago"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["otec_portal.formats"]
LOCALE_PATHS = [ROOT_DIR / "otec_portal" / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = ROOT_DIR / "staticfiles"
STATICFILES_DIRS = [ROOT_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "private": private_storage(DATA_DIR),
}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
vars().update(EMAIL_CONFIG)
# seconds for each answer; eight of them come within the task's soft limit (below)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20, least=1, most=30)
# bytes of a whole message, its files grown by base64: above it a packet goes by link
MAIL_LIMIT = env.int("MAIL_LIMIT", default=20 * 1024 * 1024, least=1024)
PACKET_LINK_DAYS = env.int("PACKET_LINK_DAYS", default=30, least=1, most=365)
OPERATIONS_EMAIL = env("OPERATIONS_EMAIL", default="")
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default="Portal OTEC <no-responder@localhost>"
)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000, least=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool(
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True
)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],  # only the handover page widens it
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # whoever hands work over in a request does not wait for a broker that is away
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"socket_connect_timeout": 2}
else:
    # a worker of its own process, without a server: core/folder_queue.py
    CELERY_BROKER_URL = "folder://"
    CELERY_IMPORTS = ["otec_portal.core.folder_queue"]
    _queue = DATA_DIR / "celery"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "queue"),
        "data_folder_out": str(_queue / "queue"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.1,
    }
    for _folder in ("queue", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be away for a night
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # nothing waits behind one that takes long
CELERY_TASK_SOFT_TIME_LIMIT = 270  # seconds; so as to leave things in order
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

CELERY_BEAT_SCHEDULE = schedule(env)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "otec_portal.logs.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "filters": {"one_line": {"()": "otec_portal.logs.OneLine"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one_line"],
        }
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.log_level("LOG_LEVEL", default="INFO"),
    },
    # without the default mail to ADMINS: a report would carry request data away
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # each step of each page of a PDF
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
