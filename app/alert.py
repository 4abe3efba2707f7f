"""Word that a probe is late, by another way than the one that may be broken: a mail server apart, an address on the
web, a command."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any

from app.settings import PREFIX
from cases.errors import AiguillageError, ConfigurationError
from cases.probe import Probe

PATIENCE = 20.0
"""Seconds for each way."""


def alert(rules: Probe, said: Mapping[str, Any], smtp_url: str = "", lang: str = "en") -> Iterator[str]:
    """Tell it by every way that the profile names; what could not be told, in words. `smtp_url` is the account by which
    alerts are mailed, in that language, and nothing else is."""
    if rules.alert_to and (fault := _mail(rules, letter(rules, said, lang), smtp_url)):
        yield f"the alert was not mailed: {fault}"
    if rules.webhook and (fault := _post(rules.webhook, said)):
        yield f"the webhook was not told: {fault}"
    if rules.command and (fault := _run(rules.command, said)):
        yield f"the command has failed: {fault}"
    if not (rules.alert_to or rules.webhook or rules.command):
        yield "nobody is told: the profile's [probe] names neither alert_to nor webhook nor command"


def letter(rules: Probe, said: Mapping[str, Any], lang: str) -> EmailMessage:
    """The alert for whoever is on call: a row for each probe that is late, as the command prints it. No machine is to
    answer it (RFC 3834 5)."""
    late, words = _WORDS.get(lang, _WORDS["en"])
    rows = "\n".join(", ".join(f"{name}: {value}" for name, value in one.items() if value) for one in said["late"])
    sender, message = rules.address or rules.alert_to, EmailMessage()
    message["From"], message["To"] = sender, rules.alert_to
    message["Subject"] = f"[{said['service']}] {late}: {', '.join(one['source'] for one in said['late'])}"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"], message["X-Auto-Response-Suppress"] = "auto-generated", "All"
    message.set_content(f"{words}\n\n{rows}\n", cte="quoted-printable")
    return message


_WORDS = {
    "fr": ("sonde en retard", "Ce qu'un usager recevrait n'est pas arrivé à temps."),
    "de": ("Sonde verspätet", "Was jemand bekommen würde, der schreibt oder anruft, kam nicht rechtzeitig."),
    "nl": ("sonde te laat", "Wat iemand zou krijgen die schrijft of belt, is niet op tijd aangekomen."),
    "en": ("probe late", "What somebody would get who writes or calls did not come in time."),
}


def _mail(rules: Probe, message: EmailMessage, url: str) -> str:
    from notify.account import account
    from notify.compose import Envelope
    from notify.smtp import Patience, Submission

    if not url:
        return f"{PREFIX}ALERT_SMTP_URL is missing"
    sender = rules.address or rules.alert_to
    try:
        submission = Submission(account(url, sender.rpartition("@")[2]), Patience(PATIENCE, PATIENCE, PATIENCE))
        reply = submission.send(Envelope(sender, rules.alert_to), message.as_bytes(policy=SMTP))
    except ConfigurationError:
        return f"{PREFIX}ALERT_SMTP_URL is not the address of a mail server"
    except AiguillageError as error:
        return str(error)
    return "" if reply.accepted else str(reply)


def _post(address: str, said: Mapping[str, Any]) -> str:
    import httpx2

    try:
        httpx2.post(address, json=dict(said), timeout=PATIENCE).raise_for_status()
    except httpx2.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _run(command: tuple[str, ...], said: Mapping[str, Any]) -> str:
    try:
        subprocess.run(  # noqa: S603 - the profile's own words, without a shell
            command, input=json.dumps(said).encode(), timeout=PATIENCE, check=True, capture_output=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
