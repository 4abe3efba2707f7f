"""What the machine provides: the environment, and nothing else. Every fault is reported at once.

Each variable may also be given as `NAME_FILE`, the path of a file that holds the value (Docker and systemd secrets).
"""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile

from app.settings_faults import PREFIX as PREFIX
from app.settings_faults import SHORTEST_KEY, Fault, check, pairs
from app.settings_faults import host_and_port as host_and_port
from cases.errors import ConfigurationError
from ingest.scanning import Clamd, Scan, unscanned

MAILBOX = "MAILBOX_"
MAILBOX_KEYS = (
    "IMAP_URL",
    "SMTP_URL",
    "PASSWORD",
    "OAUTH_TOKEN_URL",
    "OAUTH_CLIENT_ID",
    "OAUTH_CLIENT_SECRET",
    "OAUTH_REFRESH_TOKEN",
    "OAUTH_SCOPE",
)
HTTP_BIND = "127.0.0.1:8080"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """Infrastructure and secrets. `mailboxes` maps a mailbox's name, as in the profile, to its credentials by key.

    `twilio_auth_token_2` is the other token while one replaces the other; `twilio_shared_keys` are `id=secret,...`.
    `agent` is who works with cases where a command does not say so. `secrets_expire` is `name=2027-01-31,...`.
    """

    database_url: str = "sqlite:///var/aiguillage.db"
    archive_url: str = ""
    copy_to_url: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    public_url: str = f"http://{HTTP_BIND}"
    http_bind: str = HTTP_BIND
    trusted_proxies: str = ""
    lmtp_bind: str = ""
    smtp_bind: str = ""
    secret_key: str = ""
    signing_key: str = ""
    signing_key_2: str = ""
    clamd: str = ""
    profile: str = "profiles/mon-permis"
    model: str = ""
    disk_floor_mb: int = 500
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_auth_token_2: str = ""
    twilio_shared_keys: str = ""
    twilio_api_url: str = ""
    twilio_region: str = ""
    twilio_edge: str = ""
    speech_model: str = ""
    jira_url: str = ""
    jira_user: str = ""
    jira_token: str = ""
    jira_token_expires: str = ""
    jira_webhook_secret: str = ""
    jira_webhook_secret_2: str = ""
    probe_imap_url: str = ""
    probe_smtp_url: str = ""
    probe_password: str = ""
    alert_smtp_url: str = ""
    webhook_hosts: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_groups_claim: str = "groups"
    rehearsal: int = 0
    metrics_bind: str = ""
    metrics_token: str = ""
    heartbeat_url: str = ""
    alive_path: str = ""
    secrets_expire: str = ""
    failpoint: str = ""
    agent: str = ""
    mailboxes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path | None:
        """Where the embedded database lives, or None on a server."""
        found = re.fullmatch(r"sqlite(?:\+\w+)?:///([^?]+)(?:\?.*)?", self.database_url)
        return Path(found[1]).resolve().parent if found else None

    @property
    def archive_address(self) -> str:
        """The URL of the archive's database, beside the embedded one where none is set; '' for none."""
        return self.archive_url or (f"sqlite:///{self.folder / 'archive.db'}" if self.folder else "")

    def make_folder(self) -> None:
        """Make the folder of the embedded database, for its owner alone. Raises ConfigurationError."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            cause = f"the folder {self.folder} cannot be made ({error.strerror})"
            raise ConfigurationError([(PREFIX + "DATABASE_URL", cause, "correct its path or its rights")]) from error

    @property
    def bind(self) -> tuple[str, int]:
        """Host and port that the pages answer on."""
        return host_and_port(self.http_bind)

    @property
    def twilio_tokens(self) -> tuple[str, ...]:
        """The tokens that the provider may sign with, the one for our own requests first."""
        return tuple(token for token in (self.twilio_auth_token, self.twilio_auth_token_2) if token)

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """The keys of our references, the one that signs first; none where the installation's own does alone."""
        first = self.signing_key.encode() or (self.secret() if self.signing_key_2 else b"")
        return tuple(one for one in (first, self.signing_key_2.encode()) if one)

    @property
    def scan(self) -> Scan:
        """What looks at files before they leave."""
        return Clamd(self.clamd) if self.clamd else unscanned

    @property
    def jira_webhook_secrets(self) -> tuple[bytes, ...]:
        """What Jira may sign with."""
        return tuple(one.encode() for one in (self.jira_webhook_secret, self.jira_webhook_secret_2) if one)

    @property
    def shared_keys(self) -> Mapping[str, str]:
        """The secrets of the provider's shared keys, by key id."""
        return pairs(self.twilio_shared_keys)

    @property
    def expiring_secrets(self) -> Mapping[str, str]:
        """The last day of each secret that was noted, as 2027-01-31, by the name that it was given."""
        return pairs(self.secrets_expire)

    def require_servers(self) -> None:
        """Refuse what several processes cannot share. Raises ConfigurationError with every fault."""
        faults: list[Fault] = []
        if self.database_url.startswith("sqlite"):
            cause = "is SQLite, whose one writer at a time only a single process can put in order"
            faults.append((PREFIX + "DATABASE_URL", cause, "set a PostgreSQL, or start `aiguillage run`"))
        if not self.redis_url:
            mend = "set it to redis://host:6379/0, or start `aiguillage run`, which needs none"
            faults.append((PREFIX + "REDIS_URL", "is missing", mend))
        elif find_spec("redis") is None:
            faults.append((PREFIX + "REDIS_URL", "needs a package that is not installed", "install the extra `redis`"))
        if self.rehearsal:
            mend = "remove it, or start `aiguillage run`"
            faults.append((PREFIX + "REHEARSAL", "sets the clock of a single process", mend))
        if faults:
            raise ConfigurationError(faults)

    def secret(self) -> bytes:
        """The installation's key; on the embedded default it is made once, in a file beside the database."""
        return self.secret_key.encode() if self.secret_key else _kept_key(self.folder)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment. Raises ConfigurationError with every fault."""
    faults: list[Fault] = []
    values = _with_files(environment, faults)
    mailboxes = _mailboxes(values, faults)
    plain = {key.lower(): value for key, value in values.items() if not key.startswith(MAILBOX)}
    plain.setdefault("public_url", f"http://{plain.get('http_bind', HTTP_BIND)}")
    unknown = [key for key in plain if key not in _PLAIN]
    faults += [(PREFIX + key.upper(), "is not a setting", "correct its spelling or remove it") for key in unknown]
    faults += check(plain)
    if faults:
        raise ConfigurationError(faults)
    numbers = {name: int(plain.pop(name)) for name in _NUMBERS if name in plain}
    return Settings(**plain, **numbers, mailboxes=mailboxes)  # type: ignore[arg-type]


_PLAIN = {one.name for one in fields(Settings)} - {"mailboxes"}
_NUMBERS = {one.name for one in fields(Settings) if one.type is int}


def _with_files(environment: Mapping[str, str], faults: list[Fault]) -> dict[str, str]:
    """Our variables without their prefix; `X_FILE` becomes `X` with the file's content."""
    values = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or not value:
            continue
        key = name.removeprefix(PREFIX)
        if key.endswith("_FILE") and environment.get(name.removesuffix("_FILE")):
            faults.append((name, "is given twice, as a value and as a file", "keep one"))
        try:
            values[key.removesuffix("_FILE")] = _content(value) if key.endswith("_FILE") else value
        except (OSError, UnicodeDecodeError):
            faults.append((name, "the file cannot be read", "check its path and rights"))
    return values


def _content(path: str) -> str:
    return Path(path).read_text(encoding="utf-8").strip()


def _mailboxes(values: Mapping[str, str], faults: list[Fault]) -> dict[str, dict[str, str]]:
    """`MAILBOX_ASSISTANCE_IMAP_URL` is the `IMAP_URL` of the mailbox `assistance`."""
    found: dict[str, dict[str, str]] = {}
    for name in filter(lambda name: name.startswith(MAILBOX), values):
        key = next((key for key in MAILBOX_KEYS if name.endswith("_" + key)), "")
        if not key:
            faults.append((PREFIX + name, "is not a setting", f"end it with one of {', '.join(MAILBOX_KEYS)}"))
            continue
        mailbox = name.removeprefix(MAILBOX).removesuffix("_" + key).lower().replace("_", "-")
        found.setdefault(mailbox, {})[key] = values[name]
    return found


def _kept_key(folder: Path | None) -> bytes:
    if folder is None:
        raise ConfigurationError([(PREFIX + "SECRET_KEY", "is missing", "set at least 16 random characters")])
    kept = folder / "secret.key"
    if not kept.exists():
        _make_key(folder, kept)
    key = kept.read_bytes()
    if len(key) < SHORTEST_KEY:
        mend = "put the copy back: without it no answer finds its case"
        raise ConfigurationError([(str(kept), "holds no whole key", mend)])
    return key


def _make_key(folder: Path, kept: Path) -> None:
    """Make the key whole before it gets its name: of two processes that start together, one wins and both read it."""
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder) as made:  # readable by its owner alone
        made.write(secrets.token_urlsafe(32).encode())
        made.flush()
        os.fsync(made.fileno())
        with suppress(FileExistsError):
            os.link(made.name, kept)
