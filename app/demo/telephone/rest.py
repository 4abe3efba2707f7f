"""The provider's REST API, as far as a service needs it: calls, recordings and how its numbers are set
(twilio.com/docs/voice/api)."""

import base64
import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, SimpleUser
from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.demo.telephone.call import Call, Webhooks
from app.demo.telephone.process import Ended, HungUp
from app.demo.telephone.provider import VERSION, Provider
from app.demo.telephone.record import Recording
from app.demo.telephone.script import Diverted, Go

PAGE = 50
Resource = dict[str, Any]


def application(provider: Provider) -> Starlette:
    """The API of that provider."""
    api = Api(provider)
    base = f"/{VERSION}/Accounts/{provider.account_sid}"
    routes = [
        Route(f"{base}/Calls.json", api.create, methods=["POST"]),
        Route(f"{base}/Calls.json", api.calls),
        Route(f"{base}/Calls/{{sid}}.json", api.update, methods=["POST"]),
        Route(f"{base}/Calls/{{sid}}.json", api.call),
        Route(f"{base}/IncomingPhoneNumbers.json", api.numbers),
        Route(f"{base}/Recordings.json", api.recordings),
        Route(f"{base}/Recordings/{{sid}}.json", api.forget, methods=["DELETE"]),
        Route(f"{base}/Recordings/{{sid}}.json", api.recording),
        Route(f"{base}/Recordings/{{sid}}.wav", api.media),
        Route(f"{base}/Recordings/{{sid}}", api.media),
    ]
    guard = Middleware(AuthenticationMiddleware, backend=Basic(provider), on_error=_refused)
    return Starlette(routes=routes, middleware=[guard], exception_handlers={HTTPException: _failed})


class Basic(AuthenticationBackend):
    """HTTP basic authentication with account SID and auth token (RFC 7617)."""

    def __init__(self, provider: Provider) -> None:
        self._expected = f"{provider.account_sid}:{provider.token}".encode()

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, SimpleUser]:
        scheme, _, given = conn.headers.get("authorization", "").partition(" ")
        try:
            right = hmac.compare_digest(base64.b64decode(given, validate=True), self._expected)
        except ValueError:
            right = False
        if scheme.lower() != "basic" or not right:
            raise AuthenticationError("Authenticate")
        return AuthCredentials(["account"]), SimpleUser("account")


class Api:
    """What each address does. Calls that are asked for begin when time passes."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def create(self, request: Request) -> Response:
        form = await request.form()
        to, from_ = _word(form, "To"), _word(form, "From")
        document = _word(form, "Twiml").encode()
        if not to.removeprefix("+").isdigit():
            raise _error(21211, f"{to!r} is no number that can be called")
        if not self._provider.owns(from_):
            raise _error(21210, f"{from_!r} is not one of the account's numbers")
        if not document and not _word(form, "Url"):
            raise _error(21205, "a call wants an address or a document")
        timeout = float(_word(form, "Timeout") or 60)
        call = self._provider.create(to, from_, _webhooks(form), timeout, document)
        return JSONResponse(self._of_call(call), status_code=201)

    async def calls(self, request: Request) -> Response:
        asked = request.query_params
        found = [one for one in list(self._provider.calls.values()) if _matches(one, asked)]
        newest = sorted(found, key=lambda one: one.created_at, reverse=True)
        return self._page(request, "calls", [self._of_call(one) for one in newest])

    async def call(self, request: Request) -> Response:
        return JSONResponse(self._of_call(self._known_call(request)))

    async def update(self, request: Request) -> Response:
        """End a call, cancel one that still rings, or send it to another document."""
        call, form = self._known_call(request), await request.form()
        status, document = _word(form, "Status"), _word(form, "Twiml").encode()
        if call.ended:
            raise _error(21220, "the call is over")
        if status == "canceled" and call.status == "queued":
            call.status, call.ended_at = "canceled", self._provider.timeline.now
        elif status:
            call.interrupt(HungUp() if call.answered_at else Ended("canceled"))
        else:
            call.interrupt(Diverted(Go(_word(form, "Url"), method=_word(form, "Method") or "POST", document=document)))
        return JSONResponse(self._of_call(call))

    async def recordings(self, request: Request) -> Response:
        asked = request.query_params
        found = [
            one
            for one in list(self._provider.recordings.values())
            if one.call_sid == asked.get("CallSid", one.call_sid) and _within(one.started_at, asked, "DateCreated")
        ]
        newest = sorted(found, key=lambda one: one.started_at, reverse=True)
        return self._page(request, "recordings", [self._of_recording(one) for one in newest])

    async def recording(self, request: Request) -> Response:
        return JSONResponse(self._of_recording(self._known_recording(request)))

    async def numbers(self, request: Request) -> Response:
        """The account's numbers; where that is not to be checked it has whichever is asked for."""
        asked = request.query_params.get("PhoneNumber", "")
        known = self._provider.owned or frozenset({asked} - {""})
        found = [self._of_number(one) for one in sorted(known) if asked in one]
        return self._page(request, "incoming_phone_numbers", found)

    async def forget(self, request: Request) -> Response:
        del self._provider.recordings[self._known_recording(request).sid]
        return Response(status_code=204)

    async def media(self, request: Request) -> Response:
        """The sound. It may not be there yet although the recording is."""
        recording = self._known_recording(request)
        if not recording.wav or self._provider.timeline.now < recording.ready_at:
            raise _error(20404, "the sound is not there", 404)
        return Response(recording.wav, media_type="audio/x-wav")

    def _known_call(self, request: Request) -> Call:
        found = self._provider.calls.get(request.path_params["sid"])
        if found is None:
            raise _error(20404, "there is no such call", 404)
        return found

    def _known_recording(self, request: Request) -> Recording:
        found = self._provider.recordings.get(request.path_params["sid"])
        if found is None:
            raise _error(20404, "there is no such recording", 404)
        return found

    def _page(self, request: Request, name: str, found: Sequence[Resource]) -> Response:
        size, page = int(request.query_params.get("PageSize", PAGE)), int(request.query_params.get("Page", 0))
        following = request.url.include_query_params(Page=page + 1) if (page + 1) * size < len(found) else None
        return JSONResponse(
            {
                name: found[page * size : (page + 1) * size],
                "page": page,
                "page_size": size,
                "uri": f"{request.url.path}?{request.url.query}",
                "next_page_uri": f"{following.path}?{following.query}" if following else None,
            }
        )

    def _of_call(self, call: Call) -> Resource:
        return {
            "sid": call.sid,
            "account_sid": self._provider.account_sid,
            "parent_call_sid": call.parent or None,
            "to": call.to,
            "from": call.from_,
            "status": call.status,
            "direction": call.direction,
            "date_created": _date(call.created_at),
            "start_time": _date(call.answered_at),
            "end_time": _date(call.ended_at),
            "duration": str(call.seconds) if call.ended_at else None,
            "api_version": VERSION,
            "uri": f"/{VERSION}/Accounts/{self._provider.account_sid}/Calls/{call.sid}.json",
        }

    def _of_number(self, number: str) -> Resource:
        webhooks = self._provider.numbers.get(number, self._provider.webhooks)
        return {
            "phone_number": number,
            "voice_url": webhooks.voice,
            "voice_method": "POST",
            "voice_fallback_url": webhooks.fallback,
            "voice_fallback_method": "POST",
            "status_callback": webhooks.status,
            "status_callback_method": "POST",
        }

    def _of_recording(self, recording: Recording) -> Resource:
        return {
            "sid": recording.sid,
            "account_sid": self._provider.account_sid,
            "call_sid": recording.call_sid,
            "status": recording.status,
            "duration": str(recording.seconds),
            "channels": 1,
            "source": "RecordVerb",
            "date_created": _date(recording.started_at),
            "start_time": _date(recording.started_at),
            "media_url": self._provider.media_url(recording),
            "uri": f"/{VERSION}/Accounts/{self._provider.account_sid}/Recordings/{recording.sid}.json",
        }


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _webhooks(form: FormData) -> Webhooks:
    events = [one for one in form.getlist("StatusCallbackEvent") if isinstance(one, str)] or ["completed"]
    wanted = frozenset(" ".join(events).split())
    return Webhooks(_word(form, "Url"), _word(form, "FallbackUrl"), _word(form, "StatusCallback"), wanted)


def _matches(call: Call, asked: QueryParams) -> bool:
    shown = {"To": call.to, "From": call.from_, "Status": call.status, "ParentCallSid": call.parent}
    return all(asked.get(name, value) == value for name, value in shown.items()) and _within(
        call.created_at, asked, "StartTime"
    )


def _within(moment: datetime, asked: QueryParams, name: str) -> bool:
    """Whether a moment is in the range that is asked for: `StartTime`, `StartTime>`, `StartTime<`, each with `=`."""
    checks: dict[str, Callable[[datetime], bool]] = {
        name: lambda limit: moment.date() == limit.date(),
        f"{name}>": lambda limit: moment >= limit,
        f"{name}<": lambda limit: moment <= limit,
    }
    return all(check(_moment(asked[key])) for key, check in checks.items() if key in asked)


def _moment(text: str) -> datetime:
    """A date, or a moment of ISO 8601; UTC where it does not say."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _error(20001, f"{text!r} is no date") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _date(moment: datetime | None) -> str | None:
    return format_datetime(moment.astimezone(UTC)) if moment else None


def _error(code: int, message: str, status: int = 400) -> HTTPException:
    return HTTPException(status, detail=f"{code} {message}")


async def _failed(request: Request, error: Exception) -> Response:
    """An error in the provider's shape."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code, _, message = str(getattr(error, "detail", "")).partition(" ")
    number = int(code) if code.isdigit() else 20000 + status
    return JSONResponse({"code": number, "message": message, "status": status}, status_code=status)


def _refused(request: HTTPConnection, error: Exception) -> Response:
    return JSONResponse({"code": 20003, "message": str(error), "status": 401}, status_code=401)
