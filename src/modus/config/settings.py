"""The one settings file. Every value that may differ between installations is read from the environment.

The names are explained in docs/administrator/settings.md; a test holds that page against this file.
"""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from modus.config import environment

PACKAGE = Path(__file__).resolve().parent.parent
DATA_FOLDER = environment.folder("MODUS_DATA_FOLDER", "modus-data")

DEBUG = environment.boolean("MODUS_DEBUG", default=False)
SECRET_KEY = environment.secret("MODUS_SECRET_KEY", DATA_FOLDER / "secret-key")
# What was signed with an earlier secret stays valid for a while: nobody is signed out when the secret changes.
SECRET_KEY_FALLBACKS = environment.old_secrets("MODUS_OLD_SECRET_KEYS", DATA_FOLDER / "secret-key.old")
SITE_ADDRESS = environment.text("MODUS_SITE_ADDRESS", "http://localhost:8000").rstrip("/")
SITE_NAME = environment.text("MODUS_SITE_NAME", "modus")
SITE_HOST = urlsplit(SITE_ADDRESS).hostname or "localhost"
ALLOWED_HOSTS = [SITE_HOST, *environment.words("MODUS_HOSTS")]
if SITE_HOST == "localhost":
    ALLOWED_HOSTS += ["127.0.0.1", "[::1]"]
IS_SECURE = SITE_ADDRESS.startswith("https://")

# Rooms, doors and foundations: the plan in docs/developer/architecture.md.
ROOMS = [
    "directory",
    "surveys",
    "finance",
    "strategy",
    "opportunities",
    "events",
    "academy",
    "matchmaking",
    "outreach",
    "insight",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before allauth, so that its pages and mails are ours.
    "modus.web",
    "modus.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_countries",
    "django_htmx",
    "django_tasks",
    "template_partials",
    "modus.core",
    "modus.directory",
    "modus.cli",
]

MIDDLEWARE = [
    # Headers first, so that files, redirects and refusals bear them like pages.
    "csp.middleware.CSPMiddleware",
    "modus.web.ui.headers.HeadersMiddleware",
    "modus.web.operations.figures.RequestsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before anything reads what was sent.
    "modus.web.ui.uploads.UploadsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "modus.web.account.keeping.SessionsMiddleware",
    "modus.web.ui.errors.ErrorsMiddleware",
]

ROOT_URLCONF = "modus.config.urls"
WSGI_APPLICATION = "modus.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "modus.web.ui.context.frame",
            ],
            "builtins": ["modus.web.ui.tags", "template_partials.templatetags.partials"],
        },
    },
]


# What may follow the address of a database after a question mark.
WAYS_TO_THE_DATABASE = {"sslmode", "sslrootcert", "connect_timeout", "application_name"}


def _database(address: str) -> dict[str, object]:
    """Read a database address; SQLite in the data folder when there is none."""
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_FOLDER / "modus.sqlite3",
            # Opening the file anew costs a request 2 to 4 ms of CPU, so each thread keeps its connection; the file is
            # read through memory that all processes share, so that none of them needs a large cache.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                # Readers never wait and writers queue: without these, parallel writers answer "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000; "
                "PRAGMA mmap_size=1073741824",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("MODUS_DATABASE begins with postgresql://, or is empty for SQLite.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {name: value for name, value in parse_qsl(parts.query) if name in WAYS_TO_THE_DATABASE},
    }


DATABASES = {"default": _database(environment.text("MODUS_DATABASE"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Work in the background: a queue in the database. All queues are one, hence none is named.
TASKS = {"default": {"BACKEND": "modus.core.tasks.backend.Backend", "QUEUES": []}}
# A worker that says nothing for so long is taken for dead.
TASK_LEASE_SECONDS = environment.integer("MODUS_TASK_LEASE_SECONDS", 60, least=1)
TASK_LIMIT_SECONDS = environment.integer("MODUS_TASK_LIMIT_SECONDS", 900, least=1)
TASK_FIRST_PAUSE_SECONDS = environment.integer("MODUS_TASK_FIRST_PAUSE_SECONDS", 15)
TASKS_RUNNING_PER_CLUSTER = environment.integer("MODUS_TASKS_RUNNING", 1, least=1)
TASKS_WAITING_PER_CLUSTER = environment.integer("MODUS_TASKS_WAITING", 100, least=1)

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["modus.web.account.backend.Backend"]
PASSWORD_HASHERS = [
    "modus.core.passwords.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "modus.core.passwords.LengthValidator"},
    {"NAME": "modus.core.passwords.KnownWordsValidator"},
    # A list of 20,000 that comes with Django and is read from the disk.
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:home"
ACCOUNT_ADAPTER = "modus.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# Tries are limited by modus.web.account.limiting, with counters that all workers share.
ACCOUNT_RATE_LIMITS = False
# The owner is told by mail when a password or a second factor changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "modus.web.account.forms.SignInForm",
    "change_password": "modus.web.account.forms.PasswordChangeForm",
    "set_password": "modus.web.account.forms.PasswordSetForm",
    "reauthenticate": "modus.web.account.forms.ProofForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
# Nobody gets a mail because a stranger typed her address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"

# Whoever has just proved who she is may change what keeps strangers out.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Who needs a second factor: staff (and managers and offices), all, or no (whoever wants one).
SECOND_FACTOR = environment.choice("MODUS_SECOND_FACTOR", ("staff", "all", "no"), default="no")
MFA_ADAPTER = "modus.web.account.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A clock that is half a minute wrong is no fault; that a code works once is seen to in the forms.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "modus.web.account.second_factor.CodeOnceForm",
    "reauthenticate": "modus.web.account.second_factor.ProofCodeForm",
    "authenticate_webauthn": "modus.web.account.second_factor.PasskeyForm",
    "reauthenticate_webauthn": "modus.web.account.second_factor.ProofPasskeyForm",
}

# An identity provider that speaks OpenID Connect; none when it has no name.
OIDC_NAME = environment.text("MODUS_OIDC_NAME")
OIDC_ISSUER = environment.text("MODUS_OIDC_ISSUER").rstrip("/")
SOCIALACCOUNT_ADAPTER = "modus.web.account.provider.SocialAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": environment.text("MODUS_OIDC_CLIENT_ID"),
                "secret": environment.text("MODUS_OIDC_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
}

# Without an invitation people may make an account; it gives no right until somebody grants a position.
SIGN_UP_IS_OPEN = environment.boolean("MODUS_SIGN_UP_IS_OPEN", default=True)

# Mails are rows of the outbox (core/outbox). "show": nothing leaves, pages show them; "send": the sender hands them on.
MAIL_HOST = environment.text("MODUS_MAIL_HOST")
MAIL_MODE = environment.choice("MODUS_MAIL", ("show", "send"), default="send" if MAIL_HOST else "show")
if MAIL_MODE == "send" and not MAIL_HOST:
    raise ImproperlyConfigured("MODUS_MAIL is 'send'; name the server in MODUS_MAIL_HOST.")
DEFAULT_FROM_EMAIL = environment.text("MODUS_MAIL_FROM", "modus@localhost")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = MAIL_HOST
EMAIL_PORT = environment.integer("MODUS_MAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("MODUS_MAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("MODUS_MAIL_PASSWORD")
EMAIL_TIMEOUT = environment.integer("MODUS_MAIL_SECONDS", 20, least=1)
# The certificate is verified, and a server that offers no encryption gets no mail; only a program on this machine may.
MAIL_TLS = environment.choice(
    "MODUS_MAIL_TLS", ("starttls", "tls", "none"), default="tls" if EMAIL_PORT == 465 else "starttls"
)
if MAIL_TLS == "none" and MAIL_HOST not in {"localhost", "127.0.0.1", "::1"}:
    raise ImproperlyConfigured("MODUS_MAIL_TLS is 'none'; that is for a mail server on this machine only.")
EMAIL_USE_TLS = MAIL_TLS == "starttls"
EMAIL_USE_SSL = MAIL_TLS == "tls"
# The page that ends mails on a topic, and what mails are about: each room's list of topics by its dotted name.
MAIL_STOP_VIEW = "account:mail-stop"
MAIL_TOPICS = ["modus.core.outbox.topics.TOPICS", "modus.directory.notifications.TOPICS"]

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
# Day boundaries ("is this membership still active today?") follow this zone; moments are stored in UTC.
TIME_ZONE = environment.text("MODUS_TIME_ZONE", "Europe/Brussels")

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"


def _files(bucket: str) -> dict[str, object]:
    """Where uploaded files lie: in a folder that only we read, or in a bucket whose address nobody gets."""
    if not bucket:
        options: dict[str, object] = {"location": DATA_FOLDER / "files", "base_url": None}
        return {"BACKEND": "modus.core.files.storage.FolderStorage", "OPTIONS": options}
    options = {
        "bucket_name": bucket,
        "endpoint_url": environment.text("MODUS_FILES_ENDPOINT") or None,
        "access_key": environment.text("MODUS_FILES_KEY") or None,
        "secret_key": environment.text("MODUS_FILES_SECRET") or None,
        "region_name": environment.text("MODUS_FILES_REGION") or None,
        "location": environment.text("MODUS_FILES_PREFIX"),
    }
    return {"BACKEND": "modus.core.files.bucket.BucketStorage", "OPTIONS": options}


STORAGES = {
    "default": _files(environment.text("MODUS_FILES_BUCKET")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_NAME = "__Host-session" if IS_SECURE else "session"
SESSION_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_SECURE else "csrf"
CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS] if IS_SECURE else []
CSRF_FAILURE_VIEW = "modus.web.ui.errors.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
SECURE_SSL_REDIRECT = IS_SECURE and environment.boolean("MODUS_REDIRECT_TO_HTTPS", default=True)
# Whoever asks for the health asks this machine, not by the public address.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
IS_BEHIND_PROXY = environment.boolean("MODUS_BEHIND_PROXY", default=False)
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whether browsers know this host before their first visit is for its owner to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # The button to sign in by the identity provider is a form that ends there.
        "form-action": [SELF, *(["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER))] if OIDC_NAME else [])],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# A GET that writes raises: in development and in tests.
GUARD_READS = environment.boolean("MODUS_GUARD_READS", default=DEBUG)

# The hosts that the site itself may call (webhooks); none named means every public host.
OUTBOUND_HOSTS = environment.words("MODUS_OUTBOUND_HOSTS")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# Uploads stay in memory, so that no temporary file is ever left behind; UploadsMiddleware refuses by its header what is
# larger than the page that was asked may take.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 30_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "modus.core.logs.line_formatter",
            "as_json": environment.boolean("MODUS_LOG_JSON", default=False),
        }
    },
    "filters": {"address": {"()": "modus.core.logs.AddressFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["address"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "modus": {"level": environment.text("MODUS_LOG_LEVEL", "INFO").upper()},
        "modus.requests": {
            "level": "INFO" if environment.boolean("MODUS_LOG_REQUESTS", default=IS_SECURE) else "WARNING"
        },
        # Its own handlers would print addresses with what they hold.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}

# Without a key there is no page of figures, without a contact no security.txt.
METRICS_KEY = environment.text("MODUS_METRICS_KEY")
SECURITY_CONTACT = environment.text("MODUS_SECURITY_CONTACT")
