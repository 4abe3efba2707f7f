"""Acting on a case: the same actions as the pages', through the same caller, with the same refusals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Request
from fastapi.responses import Response

from cases.acting import StaleError
from cases.refusal import Refusal, RefusedError
from desk.actions import Desk
from desk.actions import Done as Did
from desk.api import orders, shapes
from desk.api.acts import OPERATIONS, Asked, Operation
from desk.api.etags import wanted_versions
from desk.api.once import Answer, Once
from desk.api.problems import ACTING, Problem, ProblemError, documented, of_refusal, of_stale
from desk.api.representation import done
from desk.api.routes_cases import Number
from desk.api.rules import CASE
from desk.composer.writing import desk_of
from desk.service import Service
from store.tx import Transaction

IfMatch = Annotated[
    str | None,
    Header(description="The ETag of the case that was looked at, or `*`. Without it: 428.", examples=['"17"']),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="A new one for each request; sent again, it gets the same answer for 24 hours.",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]


@dataclass(frozen=True)
class Acts:
    """The operations on one case."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        for name, operation in OPERATIONS.items():
            found.post(
                f"{CASE}/{name}",
                summary=operation.does,
                operation_id=name.replace("-", "_"),
                response_model=shapes.Done,
                responses=documented(ACTING),
                tags=["acts"],
            )(self._operation(operation))

    def _operation(self, operation: Operation) -> Any:
        """What FastAPI is given: its body has the operation's own shape, and may be left out where that is empty."""

        def do(
            request: Request,
            number: Number,
            body: Any,
            if_match: IfMatch = None,
            idempotency_key: IdempotencyKey = None,
        ) -> Response:
            return self._do(request, number, operation, body)

        def do_without(
            request: Request,
            number: Number,
            body: Annotated[orders.Nothing | None, Body()] = None,
            if_match: IfMatch = None,
            idempotency_key: IdempotencyKey = None,
        ) -> Response:
            return self._do(request, number, operation, body)

        if operation.body is orders.Nothing:
            return do_without
        do.__annotations__["body"] = operation.body
        return do

    def _do(self, request: Request, number: str, operation: Operation, body: Any) -> Response:
        versions = wanted_versions(request.headers.get("if-match"))
        once: Once = request.state.once
        try:
            version = self._version(number, versions)
            asked = Asked(self._desk(once), number, request.state.program.agent, version)
            return _answer(operation.do(asked, body)).response
        except RefusedError as error:
            raise of_refusal(error, number) from error
        except StaleError as error:
            raise of_stale(error) from error

    def _desk(self, once: Once) -> Desk:
        def keep(tx: Transaction, did: Did) -> None:
            once.keep(tx, _answer(did))

        return replace(desk_of(self.service), say=keep)

    def _version(self, number: str, versions: Sequence[int] | None) -> int | None:
        """The one version that is acted on, None for any. Raises ProblemError, RefusedError."""
        if versions is None or len(versions) == 1:
            return versions[0] if versions else None
        with self.service.store.reading() as tx:
            row = tx.cases.find_number(number.upper())
        if row is None:
            raise RefusedError(Refusal.NO_SUCH_CASE, number=number)
        if row.version not in versions:
            cause = f"{row.number} is at version {row.version}, which If-Match does not name"
            raise ProblemError(Problem.STALE, cause, "get the case, look at it again")
        return int(row.version)


def _answer(did: Did) -> Answer:
    return Answer(200, done(did), {})
