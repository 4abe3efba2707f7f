"""What we ask of Twilio (twilio.com/docs/voice/api). Its client is heavy: only jobs load this module.

No error repeats what the provider answered in words, since these hold numbers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from cases.errors import AiguillageError, PermanentError, TransientError
from ingest.voice.provider import CallSeen, Dial, Outcome, RecordingSeen, Sound, Standing, UnsureError
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.addresses import Addresses

TIMEOUT = 10.0
_PAGE = 1_000
_MENDABLE = frozenset({401, 403, 404, 408, 425, 429})
"""Refusals that another time may not be: of sign-in, of what is not there yet, of too much at once."""
_CALL_IS_OVER = 21220
_ID = re.compile("[A-Za-z0-9_-]{1,64}")
_NOTHING_FROM_THE_ENVIRONMENT = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}
_OUTCOMES: Mapping[str, Outcome] = {str(one): one for one in Outcome}


@dataclass(frozen=True, slots=True)
class NumberSeen:
    """The addresses that a number of ours asks by POST; '' for none, and for one that it asks otherwise."""

    voice_url: str
    fallback_url: str
    status_url: str


class TwilioRest:
    """Implements `ingest.voice.provider.Provider`; several threads may share it."""

    name = "twilio"

    def __init__(self, account: Account, addresses: Addresses) -> None:
        self._addresses = addresses
        self._http = _Http(account.api_url)
        self._client = Client(
            account.sid,
            account.tokens[0],
            region=account.region or None,
            edge=account.edge or None,
            http_client=self._http,
            environment=_NOTHING_FROM_THE_ENVIRONMENT,
        )

    def dial(self, call: Dial) -> str:
        """Place a call. Its documents tell how it goes; only its end is told besides."""
        with _asking(unclear=UnsureError):
            placed = self._client.calls.create(
                to=call.number,
                from_=call.line_number,
                url=self._addresses.of("leg", call.leg_id),
                status_callback=self._addresses.notice("leg-status", call.leg_id),
                status_callback_event=["completed"],
                timeout=call.timeout,
            )
            return str(placed.sid)

    def hang_up(self, call_sid: str) -> None:
        """End a call, ringing or not."""
        try:
            with _asking():
                self._client.calls(call_sid).update(status="completed")
        except RefusedError as refused:
            if refused.code != _CALL_IS_OVER and refused.status != 404:
                raise

    def recording(self, recording_sid: str) -> Sound:
        """The sound. Its address is ours to build: one that a request named is never asked."""
        with _asking():
            return self._http.sound(self._media(recording_sid), self._client.auth)

    def forget(self, recording_sid: str) -> None:
        """Delete a recording."""
        try:
            with _asking():
                self._client.recordings(_checked(recording_sid)).delete()
        except RefusedError as refused:
            if refused.status != 404:
                raise

    def call(self, call_sid: str) -> CallSeen:
        """One call."""
        try:
            with _asking():
                return _call(self._client.calls(_checked(call_sid)).fetch())
        except RefusedError as refused:
            if refused.status == 404:
                raise PermanentError("the phone provider knows no such call") from None
            raise

    def calls_since(self, moment: datetime) -> Sequence[CallSeen]:
        """Calls in and out, a few seconds of earlier ones included."""
        with _asking():
            found = self._client.calls.list(start_time_after=moment.astimezone(UTC), page_size=_PAGE)
            return sorted(map(_call, found), key=lambda one: one.started_at)

    def recordings_since(self, moment: datetime) -> Sequence[RecordingSeen]:
        """Recordings that are there or are known to be empty; those under way are seen the next time."""
        with _asking():
            found = self._client.recordings.list(date_created_after=moment.astimezone(UTC), page_size=_PAGE)
            settled = [one for one in found if one.status in ("completed", "absent")]
            return sorted(map(_recording, settled), key=lambda one: one.recorded_at)

    def number(self, number: str) -> NumberSeen | None:
        """How one of the account's numbers is set, None where it has no such number."""
        with _asking():
            found = self._client.incoming_phone_numbers.list(phone_number=number, limit=_PAGE)
        same = (one for one in found if one.phone_number == number)  # the provider looks for a part of it
        return next((_number(one) for one in same), None)

    def _media(self, recording_sid: str) -> str:
        path = f"/Accounts/{self._client.account_sid}/Recordings/{_checked(recording_sid)}.wav"
        return str(self._client.get_hostname(self._client.api.v2010.absolute_url(path)))


class RefusedError(TransientError):
    """The provider has answered no."""

    def __init__(self, status: int, code: int | None) -> None:
        super().__init__(f"the phone provider answered {status} (error {code})")
        self.status = status
        self.code = code


class _Http(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """The package's HTTP client, with a time limit, sounds, and another host where one is set."""

    def __init__(self, api_url: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self._api_url = api_url.rstrip("/")

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Any:
        return super().request(method, self._moved(url), *arguments, **named)

    def sound(self, url: str, auth: tuple[str, str]) -> Sound:
        """The bytes of a sound; the package would make text of them."""
        answer = self.session.get(self._moved(url), auth=auth, timeout=TIMEOUT)
        if not answer.ok:
            raise RefusedError(answer.status_code, None)
        return Sound(body=answer.content, content_type=answer.headers.get("content-type", "").partition(";")[0])

    def _moved(self, url: str) -> str:
        if not self._api_url:
            return url
        parts = urlsplit(url)
        return f"{self._api_url}{parts.path}{'?' if parts.query else ''}{parts.query}"


@contextmanager
def _asking(unclear: type[TransientError] = TransientError) -> Iterator[None]:
    """Raise our errors instead of the packages'; `unclear` where what was asked may have been done all the same."""
    try:
        yield
    except TwilioException as error:
        raise _refusal(error, unclear) from None
    except requests.RequestException as error:
        words = f"the phone provider does not answer ({type(error).__name__})"
        raise (TransientError if _never_left(error) else unclear)(words) from None
    except (ValueError, TypeError, KeyError) as error:
        raise unclear(f"the phone provider's answer cannot be read ({type(error).__name__})") from None


def _refusal(error: TwilioException, unclear: type[TransientError]) -> AiguillageError:
    status, code = _status(error)
    refused = RefusedError(status, code)
    if status >= 500:
        return unclear(str(refused))
    return refused if status in _MENDABLE or code == _CALL_IS_OVER else PermanentError(str(refused))


def _status(error: TwilioException) -> tuple[int, int | None]:
    """The HTTP status and the provider's own number; for a page of a list the package gives the whole answer."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return error.status, error.code
    answers = [one for one in error.args if isinstance(one, Response)]
    return answers[0].status_code if answers else 500, None


def _never_left(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(error, ConnectTimeout) or (
        isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
    )


def _checked(identity: str) -> str:
    """An id as part of an address. Raises PermanentError for what leads elsewhere."""
    if not _ID.fullmatch(identity):
        raise PermanentError("this is no id of the phone provider")
    return identity


def _call(found: Any) -> CallSeen:
    outcome = _OUTCOMES.get(found.status)
    return CallSeen(
        call_sid=found.sid,
        called=found.to or "",
        caller_raw=found._from or "",  # noqa: SLF001 (`from` is a keyword)
        started_at=found.start_time or found.date_created,
        outgoing=(found.direction or "").startswith("outbound"),
        standing=Standing(outcome=outcome, seconds=_whole(found.duration), ended_at=found.end_time),
    )


def _recording(found: Any) -> RecordingSeen:
    return RecordingSeen(
        recording_sid=found.sid,
        call_sid=found.call_sid,
        seconds=max(0, _whole(found.duration)),
        recorded_at=found.start_time or found.date_created,
        absent=found.status == "absent",
    )


def _number(found: Any) -> NumberSeen:
    settings = (
        (found.voice_url, found.voice_method),
        (found.voice_fallback_url, found.voice_fallback_method),
        (found.status_callback, found.status_callback_method),
    )
    return NumberSeen(*((url or "") if (method or "POST") == "POST" else "" for url, method in settings))


def _whole(text: str | None) -> int:
    return int(text or 0)
