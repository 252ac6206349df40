"""Settings: one file, read from HEZHU_* variables (and DATABASE_URL). A bad value stops the start and names itself."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pgtrigger
from django.core.exceptions import ImproperlyConfigured

from hezhu.config.embedded import data_folder

BASE = Path(__file__).resolve().parents[2]
VAR = data_folder()


def flag(name: str, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on or 0, false, no, off."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={text!r}: write 1 or 0")


def number(name: str, default: int) -> int:
    """A whole-number variable, at least 1."""
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) < 1:
        raise ImproperlyConfigured(f"{name}={text!r}: write a whole number of at least 1")
    return int(text)


def _secret_key() -> str:
    """HEZHU_SECRET_KEY, else a key made once and kept in the data folder, readable by its owner only."""
    if key := os.environ.get("HEZHU_SECRET_KEY"):
        return key
    file = VAR / "secret-key"
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(48))
        file.chmod(0o600)
    return file.read_text().strip()


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "HOST": "no-database-run-hezhu-run-first"}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL starts with {parts.scheme!r}: write postgresql://user:password@host:port/name")
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 3600,  # a connection keeps the plans it has made
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": os.environ.get("HEZHU_TEST_DATABASE", "test_hezhu")},
    }


SECRET_KEY = _secret_key()
# Keys under which personal numbers are stored (core/register/seal.py); unset, they are made once in the data folder.
SEAL_KEYS = os.environ.get("HEZHU_SEAL_KEYS", "")
BLIND_KEY = os.environ.get("HEZHU_BLIND_KEY", "")
SEAL_FILE = VAR / "seal-keys"
DEBUG = flag("HEZHU_DEBUG", False)
ALLOWED_HOSTS = os.environ.get("HEZHU_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in {"testserver"} and "*" not in host]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "hezhu.core.schema",
    "hezhu.core.ui",
    "hezhu.core.access",
    "hezhu.core.history",
    "hezhu.core.oauth",
    "hezhu.core.register",
    "hezhu.core.calendar",
    "hezhu.core.numbering",
    "hezhu.core.files",
    "hezhu.core.jobs",
    "hezhu.core.intake",
    "hezhu.core.cases",
    "hezhu.registers.projects",
    "hezhu.registers.enterprises",
    "hezhu.registers.people",
    "hezhu.registers.equipment",
    "hezhu.registers.credit",
    "hezhu.registers.documents",
    "hezhu.industry",
    "hezhu.programme",
    "hezhu.bim",
    "hezhu.gate",
    "hezhu.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hezhu.core.oauth.middleware.OpenToPrograms",
    "hezhu.core.ui.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hezhu.core.ui.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hezhu.core.access.middleware.SignedIn",
    "hezhu.core.history.middleware.HistoryMiddleware",
    "hezhu.core.register.absence.LookedUpOnce",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hezhu.core.errors.middleware.ErrorPages",
]

ROOT_URLCONF = "hezhu.config.urls"
WSGI_APPLICATION = "hezhu.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hezhu.core.ui.context.frame",
            ],
            "builtins": [
                "hezhu.core.ui.templatetags.hezhu",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "hezhu.core.ui.templatetags.quick",
                "hezhu.core.ui.templatetags.frame",
            ],
        },
    }
]

FORM_RENDERER = "hezhu.core.ui.rendering.QuickForms"

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["hezhu.core.access.backends.LockingBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "hezhu.core.access.passwords.MixedCharacters"},
]
CSRF_FAILURE_VIEW = "hezhu.core.errors.handlers.csrf_failure"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
SIGN_IN_FAILURES = number("HEZHU_SIGN_IN_FAILURES", 5)
SIGN_IN_LOCK_MINUTES = number("HEZHU_SIGN_IN_LOCK_MINUTES", 15)
SESSION_IDLE_MINUTES = number("HEZHU_SESSION_IDLE_MINUTES", 30)
SESSION_ENGINE = "hezhu.core.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("HEZHU_HTTPS", False)
SESSION_COOKIE_SAMESITE = "Lax"
if flag("HEZHU_HTTPS", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "hezhu" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [folder for folder in (BASE / "web" / "dist",) if folder.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MIMETYPES = {".frag": "application/octet-stream", ".mjs": "text/javascript", ".wasm": "application/wasm"}

MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": os.environ["HEZHU_S3_BUCKET"],
                "endpoint_url": os.environ.get("HEZHU_S3_ENDPOINT") or None,
                "file_overwrite": True,
                "default_acl": None,
            },
        }
        if os.environ.get("HEZHU_S3_BUCKET")
        else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}}
    ),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The address under which others reach the platform: printed in QR codes.
PUBLIC_URL = os.environ.get("HEZHU_PUBLIC_URL", "http://127.0.0.1:8000")
UPLOAD_LIMIT_BYTES = number("HEZHU_UPLOAD_LIMIT_MB", 1024) * 1024 * 1024
UPLOAD_QUOTA_BYTES = number("HEZHU_UPLOAD_QUOTA_MB", 4096) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "hezhu.core.files.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640

WORKER_CONCURRENCY = number("HEZHU_WORKER_CONCURRENCY", 1)
CITY_DIVISION = os.environ.get("HEZHU_CITY", "330400")
RULEPACKS = Path(os.environ.get("HEZHU_RULEPACKS") or BASE / "rulepacks")
# Declared sources: the folder of their YAML files, the folders files may be fetched from, and the hosts the platform may call.
SOURCES = Path(os.environ.get("HEZHU_SOURCES") or VAR / "sources")
SOURCE_FOLDERS = [Path(folder).resolve() for folder in os.environ.get("HEZHU_SOURCE_FOLDERS", "").split(":") if folder] or [
    (VAR / "drop").resolve()
]
SOURCE_HOSTS = [host.strip().lower() for host in os.environ.get("HEZHU_SOURCE_HOSTS", "").split(",") if host.strip()]
LOG_LEVEL = os.environ.get("HEZHU_LOG", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"hezhu": {"level": LOG_LEVEL}},
}
PGHISTORY_LEVEL = pgtrigger.Statement  # one event insert a statement: a sheet of 100,000 rows writes in a seventh of the time
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
DJANGO_TABLES2_TEMPLATE = "register/table.html"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
SILENCED_SYSTEM_CHECKS: list[str] = []
