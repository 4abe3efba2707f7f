"""What is wrong with the settings of a machine, each fault with its variable and how to mend it."""

import ipaddress
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from desk.guard import is_loopback, is_outside

PREFIX = "AIGUILLAGE_"
SHORTEST_KEY = 16

Fault = tuple[str, str, str]


def check(plain: Mapping[str, str]) -> list[Fault]:
    """Every fault of the settings, by their names in lower case without the prefix."""
    faults: list[Fault] = []
    short = [key for key in ("secret_key", "signing_key", "signing_key_2") if _is_short(plain.get(key, ""))]
    faults += [(PREFIX + key.upper(), "is too short", "use at least 16 random characters") for key in short]
    if not plain.get("clamd", "unix:/").startswith(("unix:/", "tcp://")):
        mend = "write it as unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310"
        faults.append((PREFIX + "CLAMD", "is not an address of a scanner", mend))
    for key in ("http_bind", "lmtp_bind", "smtp_bind", "metrics_bind"):
        if plain.get(key):
            faults += _check_bind(PREFIX + key.upper(), plain[key])
    if not all(map(_is_network, _listed(plain.get("trusted_proxies", "")))):
        mend = "write addresses or networks such as 127.0.0.1,10.0.0.0/8"
        faults.append((PREFIX + "TRUSTED_PROXIES", "is not a list of addresses", mend))
    if not plain.get("disk_floor_mb", "0").isdecimal():
        faults.append((PREFIX + "DISK_FLOOR_MB", "is not a whole number", "write the megabytes to keep free"))
    if not plain.get("redis_url", "redis://").startswith(("redis://", "rediss://", "unix://")):
        faults.append((PREFIX + "REDIS_URL", "is not an address of a Redis", "write it as redis://host:6379/0"))
    on_server = "database_url" in plain and not plain["database_url"].startswith("sqlite")
    if on_server and not plain.get("secret_key"):
        faults.append((PREFIX + "SECRET_KEY", "is missing", "set the same 32 random characters for every process"))
    return (
        faults
        + _check_phone(plain)
        + _check_jira(plain)
        + _check_oidc(plain)
        + _check_watching(plain)
        + _check_rehearsal(plain)
    )


def _is_short(secret: str) -> bool:
    return 0 < len(secret.encode()) < SHORTEST_KEY


def _check_phone(plain: Mapping[str, str]) -> list[Fault]:
    faults = []
    pair = ("twilio_account_sid", "twilio_auth_token")
    lacking = [key for key in pair if not plain.get(key)]
    if len(lacking) == 1:
        faults.append((PREFIX + lacking[0].upper(), "is missing", "set account and token, or neither"))
    if plain.get("twilio_auth_token_2") and not plain.get("twilio_auth_token"):
        faults.append((PREFIX + "TWILIO_AUTH_TOKEN_2", "stands alone", "set TWILIO_AUTH_TOKEN too, or remove it"))
    if not plain.get("twilio_account_sid", "AC").startswith("AC"):
        faults.append((PREFIX + "TWILIO_ACCOUNT_SID", "is not an account's id", "copy the one that begins with AC"))
    if not all(pairs(plain.get("twilio_shared_keys", "")).values()):
        faults.append((PREFIX + "TWILIO_SHARED_KEYS", "is not id=secret,...", "write each key as id=secret"))
    if bool(plain.get("twilio_region")) != bool(plain.get("twilio_edge")):
        mend = "set region and edge, such as ie1 and dublin, or neither: one alone leads to another region"
        faults.append((PREFIX + "TWILIO_REGION", "and TWILIO_EDGE go together", mend))
    if not _is_web_address(plain.get("twilio_api_url", "https://example.org")):
        faults.append((PREFIX + "TWILIO_API_URL", "is not an address", "write it as http://127.0.0.1:8099"))
    if plain.get("speech_model") and not Path(plain["speech_model"]).is_dir():
        faults.append((PREFIX + "SPEECH_MODEL", "is not a folder", "name the folder of a faster-whisper model"))
    return faults


def _check_jira(plain: Mapping[str, str]) -> list[Fault]:
    faults = []
    url = plain.get("jira_url", "")
    guarded = url.startswith("https://") or (_is_web_address(url) and not is_outside(url))
    if url and not guarded:
        mend = "write it as https://api.atlassian.com/ex/jira/CLOUD-ID, or as your data center's address"
        faults.append((PREFIX + "JIRA_URL", "is not an encrypted address", mend))
    if bool(url) != bool(plain.get("jira_token")):
        faults.append((PREFIX + "JIRA_TOKEN", "and JIRA_URL go together", "set both, or neither"))
    if not _is_day(plain.get("jira_token_expires", "2026-01-01")):
        faults.append((PREFIX + "JIRA_TOKEN_EXPIRES", "is not a day", "write it as 2027-03-01"))
    short = [key for key in ("jira_webhook_secret", "jira_webhook_secret_2") if _is_short(plain.get(key, ""))]
    mend = "use the secret that Jira made, or at least 16 random characters"
    faults += [(PREFIX + key.upper(), "is too short", mend) for key in short]
    return faults


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _check_oidc(plain: Mapping[str, str]) -> list[Fault]:
    faults = []
    issuer, client = plain.get("oidc_issuer", ""), plain.get("oidc_client_id", "")
    guarded = issuer.startswith("https://") or (_is_web_address(issuer) and not is_outside(issuer))
    if issuer and not guarded:
        mend = "write it as https://login.example.org/realms/mine"
        faults.append((PREFIX + "OIDC_ISSUER", "is not an encrypted address", mend))
    if bool(issuer) != bool(client):
        faults.append((PREFIX + "OIDC_CLIENT_ID", "and OIDC_ISSUER go together", "set both, or neither"))
    if plain.get("oidc_client_secret") and not client:
        faults.append((PREFIX + "OIDC_CLIENT_SECRET", "stands alone", "set OIDC_ISSUER and OIDC_CLIENT_ID too"))
    return faults


def _check_watching(plain: Mapping[str, str]) -> list[Fault]:
    """Metrics name mailboxes and lines: beyond this machine they are for who has the token."""
    faults = []
    token, host = plain.get("metrics_token", ""), plain.get("metrics_bind", "").rpartition(":")[0]
    if host and not is_loopback(host) and len(token) < SHORTEST_KEY:
        mend = "set at least 16 random characters, which who asks sends as a bearer token, or bind to 127.0.0.1"
        faults.append((PREFIX + "METRICS_TOKEN", "is missing or too short for an address that others reach", mend))
    if not _is_web_address(plain.get("heartbeat_url", "https://example.org")):
        mend = "write it as https://watch.example.org/ping/1"
        faults.append((PREFIX + "HEARTBEAT_URL", "is not an address", mend))
    if not all(map(_is_day, pairs(plain.get("secrets_expire", "")).values())):
        mend = "write each secret with its last day: twilio=2027-01-31"
        faults.append((PREFIX + "SECRETS_EXPIRE", "is not name=2027-01-31,...", mend))
    return faults


def _check_rehearsal(plain: Mapping[str, str]) -> list[Fault]:
    """A rehearsal moves the clock and tells what callers said: nobody outside this machine may do it."""
    rehearsal = plain.get("rehearsal", "0")
    if rehearsal not in ("0", "1"):
        return [(PREFIX + "REHEARSAL", "is neither 0 nor 1", "write 1 to rehearse, or remove it")]
    if rehearsal == "1" and is_outside(plain["public_url"]):
        mend = "remove it, or make AIGUILLAGE_PUBLIC_URL an address of this machine alone"
        return [(PREFIX + "REHEARSAL", "is on at an address that others reach", mend)]
    return []


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_network(text: str) -> bool:
    try:
        return bool(ipaddress.ip_network(text))
    except ValueError:
        return False


def _is_web_address(text: str) -> bool:
    try:
        found = urlsplit(text)
        return found.scheme in ("http", "https") and bool(found.hostname)
    except ValueError:
        return False


def _check_bind(key: str, value: str) -> list[Fault]:
    try:
        host_and_port(value)
    except ValueError:
        return [(key, f"{value} is not HOST:PORT", "write it as 127.0.0.1:8080")]
    return []


def host_and_port(bind: str) -> tuple[str, int]:
    """The two parts of HOST:PORT. Raises ValueError."""
    host, _, port = bind.rpartition(":")
    if not host or not 0 <= int(port) <= 65535:
        raise ValueError(bind)
    return host.strip("[]"), int(port)


def pairs(text: str) -> dict[str, str]:
    """`id=secret,...` as a mapping; a part that is none has no secret."""
    parts = (part.strip().partition("=") for part in text.split(",") if part.strip())
    return {name.strip(): secret.strip() if name.strip() else "" for name, _, secret in parts}
