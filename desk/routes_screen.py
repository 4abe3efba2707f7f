"""The screen of a seat: the case of the call in hand, there the moment that somebody picks up, and who waits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from desk.service import Service
from ingest.voice.numbers import written
from ingest.voice.pop import ScreenPop, screen_pop
from store.tx import Transaction

AFTER = timedelta(minutes=10)
"""How long the last call stays on the screen, for what is to be noted about it."""

Digits = Annotated[str, Path(pattern=r"^[0-9]{3,20}$")]


@dataclass(frozen=True, slots=True)
class InHand:
    """A call as its seat sees it. `running` is false for the one that was in hand last."""

    case: Any
    pop: ScreenPop
    running: bool


@dataclass(frozen=True)
class ScreenPages:
    """The screens of the directory's seats."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/screen")(self.seats)
        found.get("/desk/screen/{digits}")(self.seat)

    def seats(self, request: Request) -> Response:
        """Which seat is yours?"""
        return self._page(request, None)

    def seat(self, request: Request, digits: Digits) -> Response:
        """What that seat has in hand."""
        with self.service.store.reading() as tx:
            mine = tx.seats.find(f"+{digits}")
        return self._page(request, mine) if mine else self.service.reader.missing(request)

    def _page(self, request: Request, mine: Any) -> Response:
        with self.service.store.reading() as tx:
            return self.service.reader.page(
                request,
                "screen.html",
                seats=[one for one in tx.seats.all() if one.active],
                mine=mine,
                in_hand=self._in_hand(tx, mine.number) if mine else None,
                waiting=tx.calls.waiting(),
                written=written,
            )

    def _in_hand(self, tx: Transaction, number: str) -> InHand | None:
        """The call that the seat has taken, or the one it had last, if that is not long ago."""
        legs = [*tx.legs.running(), *tx.legs.ended_since(self.service.clock() - AFTER)]
        taken = [leg for leg in legs if leg.number == number and leg.answered_at]
        if not taken:
            return None
        leg = max(taken, key=lambda one: one.answered_at)
        case = self._case(tx, leg)
        return case and InHand(case, screen_pop(tx, self.service.signer, case), leg.ended_at is None)

    def _case(self, tx: Transaction, leg: Any) -> Any:
        about = tx.callbacks.find(leg.callback_id) if leg.callback_id else tx.calls.find(leg.call_id)
        return tx.cases.find(about.case_id) if about.case_id else None
