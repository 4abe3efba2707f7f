"""What is fuzzed: each target takes any bytes, and fails where a promise is broken."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from app import profile as profiles
from app.files import Fault, read_toml, typed
from app.profile_faults import check
from cases.event import Dmarc
from cases.profile import Profile
from cases.tokens import Signer
from ingest.email import authres
from ingest.email.attachments import read_attachment_here
from ingest.email.markup import safe_html
from ingest.email.parse import parse_ordinary
from ingest.email.screen import screen
from ingest.voice.event import Event, Keyed, LeftQueue, Recorded, Silence, Spoke, Started, TransferEnded, Waits
from ingest.voice.menu import LONGEST_PATH, begin, step
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.signature import Received, RefusedError, Signatures
from tests.ingest.email.storability import assert_storable
from tests.ingest.email.test_fuzz import ACTIVE
from tests.ingest.voice.walks import CLOSED, OPEN

SIGNER = Signer(b"a secret of the tests")
SIGNATURES = Signatures(
    Account(sid="AC" + "1" * 32, tokens=("a token that no fuzzer knows",), shared_keys={"KY1": "nor this one"}),
    "https://permis.example.org",
)


@cache
def mon_permis() -> Profile:
    return profiles.load(profiles.find("profiles/mon-permis"))


def parser(data: bytes) -> None:
    """Any bytes are a mail that can be stored, and shown as HTML without anything active."""
    mail = parse_ordinary(data)
    assert_storable(mail)
    assert not ACTIVE.search(safe_html(mail.html))
    for attachment in mail.attachments[:2]:
        assert len(read_attachment_here(data, attachment.index)) == attachment.size


def screening(data: bytes) -> None:
    """Any mail has a verdict, and none that nobody signed is our own, or confirmed by our border."""
    profile = mon_permis()
    mail = parse_ordinary(data)
    found = screen(mail, profile, SIGNER)
    if found.dmarc is not Dmarc.NONE:
        assert authres.trusted(mail, profile.authserv_ids) is not None
    assert SIGNER.case_of(mail.message_id) is None
    authres.read(mail.subject)


def signature(data: bytes) -> None:
    """No request that nobody signed is taken for the provider's; nothing else is raised of one."""
    path, _, rest = data.partition(b"\n")
    query, _, rest = rest.partition(b"\n")
    head, _, body = rest.partition(b"\n\n")
    headers: dict[str, list[str]] = {}
    for line in head.split(b"\n")[:20]:
        name, _, value = line.decode("latin-1").partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    with suppress(RefusedError):
        SIGNATURES.fields(Received(path=path, query=query, headers=headers, body=body))
        raise AssertionError("a forged request was accepted")


def menu(data: bytes) -> None:
    """Whatever a caller does, there is something to do next, and a call that ended stays so."""
    found = next(iter(mon_permis().menus.values()))
    language, facts = ("", "fr", "de", "nl")[data[0] % 4 if data else 0], (OPEN, CLOSED)[len(data) % 2]
    state, actions = step(found, begin(found, language), Started(), facts)
    for event in _events(data[1:LONGEST_PATH]):
        before = state
        state, actions = step(found, state, event, facts)
        assert actions
        assert state.node in found.nodes
        assert state.ended or not before.ended


def _events(data: bytes) -> Iterator[Event]:
    """An event for each byte."""
    others: tuple[Event, ...] = (
        Silence(),
        Started(),
        LeftQueue(answered=True),
        LeftQueue(answered=False),
        Recorded(0, hung_up=True),
        Recorded(9, hung_up=False),
        TransferEnded(answered=True),
        TransferEnded(answered=False),
        Waits(30),
        Waits(4_000),
        Spoke("notice", 0.9),
        Spoke("\x00", None),
    )
    keys = "0123456789*#"
    for byte in data:
        yield Keyed(keys[byte % 12] * (1 + byte // 64)) if byte % 24 < 12 else others[byte % 12]


def profile(data: bytes) -> None:
    """Any part of a profile is read, or refused with faults that have a key, a cause and a mend each."""
    try:
        values = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError):
        return
    faults: list[Fault] = []
    found = typed(Profile, {**_whole(), **values}, faults)
    faults += check(found) if found is not None and not faults else []
    assert found is not None or faults
    assert all(len(fault) == 3 and all(isinstance(one, str) for one in fault) for fault in faults)


@cache
def _whole() -> Mapping[str, Any]:
    """The smallest profile that is shipped."""
    return read_toml(profiles.find("profiles/exemple-commune") / "profile.toml")


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "parser": parser,
    "screen": screening,
    "signature": signature,
    "menu": menu,
    "profile": profile,
}
