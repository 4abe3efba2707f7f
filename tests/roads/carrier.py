"""The demonstration's phone provider, made to lose things as a real one and the network between do."""

from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException

from app.demo.telephone.call import Call
from app.demo.telephone.provider import Provider
from app.demo.telephone.record import Recording
from app.demo.telephone.web import Answer, Request, over_http


class Carrier(Provider):
    """`made` is every recording that there ever was, `early` those that were deleted while `is_durable` said no.

    `loses` names requests that never arrive, `on_failure` is called after one that found nobody; `answers_orders` is
    false where a call is placed and the answer to its order is lost.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.web.fetch = self._fetch
        self.made: dict[str, Recording] = {}
        self.early: list[str] = []
        self.is_durable: Callable[[Recording], bool] = lambda recording: True
        self.loses = ""
        self.answers_orders = True
        self.on_failure: Callable[[], object] = lambda: None
        self.recordings = _Watched(self)

    def keep(self, recording: Recording) -> Recording:
        self.made[recording.sid] = recording
        return super().keep(recording)

    def create(self, *arguments: Any, **named: Any) -> Call:
        call = super().create(*arguments, **named)
        if not self.answers_orders:
            raise HTTPException(503, detail="20503 the answer is lost")
        return call

    def _fetch(self, request: Request) -> Answer:
        if self.loses and self.loses in request.url:
            return Answer(0, failure="ct")
        answer = over_http(request)
        if answer.failure:
            self.on_failure()
        return answer


class _Watched(dict[str, Recording]):
    """The recordings that are there."""

    def __init__(self, carrier: Carrier) -> None:
        super().__init__()
        self._carrier = carrier

    def __delitem__(self, sid: str) -> None:
        if not self._carrier.is_durable(self[sid]):
            self._carrier.early.append(sid)
        super().__delitem__(sid)
