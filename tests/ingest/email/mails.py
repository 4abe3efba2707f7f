"""The labelled mails of `tests/data/mails/screen`, and a profile that knows a few senders."""

from dataclasses import dataclass
from pathlib import Path

from cases.event import SenderKind
from cases.profile import KnownSender, Mailbox, Profile
from cases.tokens import Signer

MAILS = Path(__file__).parents[2] / "data" / "mails" / "screen"
SIGNER = Signer(b"a secret of thirty-two characters")
PROFILE = Profile(
    name="test",
    case_prefix="MP",
    service={"fr": "Mon Permis"},
    mail_domain="permis.example.org",
    authserv_ids=("mx.permis.example.org",),
    staff_domains=("spw.example.be",),
    categories=(),
    motifs=(),
    tools=(),
    mailboxes=(
        Mailbox(
            name="info", address="info@permis.example.org", display_name="Info", aliases=("aide@permis.example.org",)
        ),
    ),
    senders=(
        KnownSender(match="noreply@forms.example.be", kind=SenderKind.FORM, label="Formulaire"),
        KnownSender(match="@1718.example.be", kind=SenderKind.RELAY, label="1718"),
    ),
)


@dataclass(frozen=True)
class Labelled:
    """One mail with the kind that it is, and the rule that says so ('' where none does)."""

    title: str
    kind: str
    rule: str
    raw: bytes


def labelled(name: str) -> list[Labelled]:
    """The mails of a file, each below a line `##### kind rule title`."""
    return [_labelled(record) for record in (MAILS / name).read_text("utf-8").split("##### ")[1:]]


def screened_mail(title: str) -> bytes:
    """The raw automatic mail with that title."""
    return next(mail.raw for mail in labelled("automatic.txt") if mail.title == title)


def _labelled(record: str) -> Labelled:
    label, _, raw = record.partition("\n")
    kind, rule, title = label.split()
    return Labelled(title, kind, rule.strip("-"), raw.encode())
