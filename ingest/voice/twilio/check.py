"""What the live test of a phone line finds out: how its number is set at the provider, and whether our own addresses
answer to what the provider signs, and to nothing else. Nothing is changed, and nobody is called."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag

import requests
from twilio.request_validator import RequestValidator

from cases.errors import PermanentError, TransientError
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.addresses import Addresses
from ingest.voice.twilio.rest import TIMEOUT, NumberSeen, TwilioRest

_MEND = "see docs/twilio.md, The numbers"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do where it is not `ok`."""

    ok: bool
    what: str
    mend: str = ""


def check(number: str, account: Account, addresses: Addresses) -> Iterator[Finding]:
    """Look at a line by its number (E.164), first at the provider, then at our public address."""
    yield from _at_the_provider(number, account, addresses)
    yield from _at_our_address(account, addresses)


def _at_the_provider(number: str, account: Account, addresses: Addresses) -> Iterator[Finding]:
    try:
        seen = TwilioRest(account, addresses).number(number)
    except (TransientError, PermanentError) as error:
        mend = "check AIGUILLAGE_TWILIO_ACCOUNT_SID and AIGUILLAGE_TWILIO_AUTH_TOKEN, and the way to the provider"
        yield Finding(False, str(error), mend)
        return
    yield Finding(True, "the account lets us in")
    if seen is None:
        yield Finding(False, "the account has no such number", "buy it there, or correct `number` in voice.toml")
        return
    yield Finding(True, "the number is the account's")
    yield from _as_set(seen, addresses)


def _as_set(seen: NumberSeen, addresses: Addresses) -> Iterator[Finding]:
    """What the number asks, compared with what it is to ask; the part after `#` is for the provider alone."""
    wanted = {"incoming": seen.voice_url, "fallback": seen.fallback_url, "status": seen.status_url}
    titles = {"incoming": "A call comes in", "fallback": "Primary handler fails", "status": "Call status changes"}
    for name, found in wanted.items():
        address = addresses.of(name)
        right = urldefrag(found).url == address
        said = f"«{titles[name]}» asks {'our address' if right else 'another address, or none'}"
        yield Finding(right, said, "" if right else f"set it to {address}, HTTP POST; {_MEND}")


def _at_our_address(account: Account, addresses: Addresses) -> Iterator[Finding]:
    """Ask for the apology, which keeps nothing, as the provider would, and as nobody may."""
    address, fields = addresses.of("fallback"), {"AccountSid": account.sid}
    signature = RequestValidator(account.tokens[0]).compute_signature(address, fields)
    signed, unsigned = (_asked(address, fields, headers) for headers in ({"X-Twilio-Signature": signature}, {}))
    if isinstance(signed, str):
        yield Finding(False, f"our address does not answer ({signed})", "look at its name, certificate and proxy")
        return
    reached = signed == requests.codes.ok
    mend = "AIGUILLAGE_PUBLIC_URL has to be the very address that is asked, and a proxy may not change the path"
    yield Finding(reached, f"our address answers a signed request with {signed}", "" if reached else mend)
    refused = unsigned == requests.codes.forbidden
    mend = "somebody else answers there: look at the proxy"
    yield Finding(refused, f"our address answers an unsigned request with {unsigned}", "" if refused else mend)


def _asked(address: str, fields: dict[str, str], headers: dict[str, str]) -> int | str:
    """The status of the answer, or why none came."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(address, data=fields, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            return type(error).__name__
        return answer.status_code
