"""Looking at cases: a view or a search, a page at a time; one case; its files; what left."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from cases.etag import etag
from cases.refusal import Refusal, RefusedError
from cases.seconding import chosen_files
from desk.api import cursors, representation, shapes
from desk.api.etags import is_unchanged
from desk.api.problems import EVERYWHERE, ProblemError, documented, invalid, missing, of_refusal
from desk.api.rules import CASE, PATH
from desk.enclosures import enclosures
from desk.inbox import query
from desk.loading import Loading
from desk.routes_files import download
from desk.service import Service
from store.inbox import Place, View, place
from store.tx import Transaction

VIEWS = tuple(view for view in View if view not in (View.CALLBACKS, View.HELD))
MOST = 100

Number = Annotated[
    str,
    Path(
        description="The number of a case.",
        pattern=r"^[A-Za-z]{1,10}-[0-9]{2}-[0-9]{5,8}$",
        examples=[shapes.NUMBER],
    ),
]
PRIVATE = {"cache-control": "private, no-cache"}
"""Nobody but who asked may keep it, and asks each time whether it is the same still."""


@dataclass(frozen=True)
class Cases:
    """What there is to read."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        known: dict[str, Any] = {"responses": documented(EVERYWHERE), "tags": ["cases"]}
        found.get("/cases", response_model=shapes.CasePage, operation_id="list_cases", **_with_link(known))(self.cases)
        found.get(CASE, response_model=shapes.CaseShape, operation_id="get_case", **_with_tag(known))(self.case)
        found.get(f"{CASE}/mails", response_model=shapes.Mails, operation_id="list_mails", **known)(self.mails)
        found.get(f"{CASE}/files/{{place}}", operation_id="get_file", response_class=Response, **_with_bytes(known))(
            self.file
        )

    def cases(
        self,
        request: Request,
        view: Annotated[View, Query(description=f"One of {', '.join(VIEWS)}.")] = View.OPEN,
        q: Annotated[str, Query(max_length=query.LONGEST, description="A search, as docs/inbox.md has it.")] = "",
        cursor: Annotated[str, Query(max_length=cursors.LONGEST, description="From the Link of a page.")] = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> Response:
        """List cases: those of a view, the next due first, or those that a search finds, the newest first."""
        start = cursors.read(cursor)
        if view not in VIEWS:
            raise invalid([("query.view", f"it is one of {', '.join(VIEWS)}")])
        asked = {"q": q} if q.strip() else {"view": view.value}
        rows, cut = self._found(q, start, limit) if q.strip() else (self._view(request, view, start, limit), False)
        last = rows[limit - 1] if len(rows) > limit else None
        following = _address(asked, _opened(last) if q.strip() else place(view, last), limit) if last else None
        page = shapes.CasePage.model_validate(
            {"cases": [representation.line(row) for row in rows[:limit]], "next": following, "cut": cut}
        )
        link = {"link": f'<{following}>; rel="next"'} if following else {}
        return JSONResponse(page.model_dump(mode="json"), headers=link)

    def case(
        self,
        number: Number,
        if_none_match: Annotated[str | None, Header(description="The ETag that is there already: 304.")] = None,
    ) -> Response:
        """Get one case with its messages and its timeline."""
        with self.service.store.reading() as tx:
            row = _row(tx, number)
            tag = etag(row.version, tx.hooks.line_of(row.id), row.touched_at)
            if is_unchanged(if_none_match, tag):
                return Response(status_code=304, headers={"etag": tag, **PRIVATE})
            found = Loading(tx, self.service.profile, self.service.clock()).load([row.number])[row.number]
        shown = representation.case(row, found, self.service.profile)
        return JSONResponse(shown.model_dump(mode="json"), headers={"etag": tag, **PRIVATE})

    def mails(self, number: Number) -> shapes.Mails:
        """List what left for a case, and what is to leave."""
        with self.service.store.reading() as tx:
            row = _row(tx, number)
            return representation.mails(tx.cases.outbound(row.id, *tx.cases.merged(row.id)))

    def file(self, number: Number, place: Annotated[int, Path(ge=1, le=10_000)]) -> Response:
        """Get a file that came with a case. It is never to be opened unseen: strangers sent it."""
        with self.service.store.reading() as tx:
            row = _row(tx, number)
            found = Loading(tx, self.service.profile, self.service.clock()).load([row.number])[row.number]
        try:
            chosen_files(found, [place])
            [enclosed] = enclosures(self.service.store, found, [place], self.service.scan)
        except RefusedError as error:
            raise missing(error.cause, error.mend) from error
        return download(enclosed.body, enclosed.filename)

    def _view(self, request: Request, view: View, start: Place | None, limit: int) -> list[Any]:
        with self.service.store.reading() as tx:
            return tx.inbox.cases(view, request.state.program.id, self.service.clock(), start, limit + 1)

    def _found(self, q: str, start: Place | None, limit: int) -> tuple[list[Any], bool]:
        asked = query.read(q, query.Reading(self.service.profile, self.service.today))
        if asked.faults:
            raise invalid([("query.q", _fault(one)) for one in asked.faults])
        with self.service.store.reading() as tx:
            found = tx.search.find(asked.wanted, start, limit + 1)
        return found.rows, found.cut


def _row(tx: Transaction, number: str) -> Any:
    """The row of a case. Raises ProblemError."""
    row = tx.cases.find_number(number.upper())
    if row is None:
        raise no_such_case(number)
    return row


def no_such_case(number: str) -> ProblemError:
    return of_refusal(RefusedError(Refusal.NO_SUCH_CASE, number=number), number)


def _fault(one: query.Fault) -> str:
    known = f"; use one of {', '.join(one.known)}" if one.known else ""
    return f"{one.part or 'the search'} is not understood ({one.wrong}){known}"


def _opened(row: Any) -> Place:
    return Place(row.opened_at, row.id)


def _address(asked: dict[str, str], end: Place, limit: int) -> str:
    return f"{PATH}/cases?{urlencode({**asked, 'limit': limit, 'cursor': cursors.written(end)})}"


def _with_link(known: dict[str, Any]) -> dict[str, Any]:
    link = {"description": 'The next page, as rel="next" (RFC 8288).', "schema": {"type": "string"}}
    return known | {"responses": {**known["responses"], 200: {"headers": {"Link": link}}}}


def _with_tag(known: dict[str, Any]) -> dict[str, Any]:
    tag = {"ETag": {"description": "What an act names in If-Match.", "schema": {"type": "string"}}}
    same = {"description": "It is the same still", "headers": tag}
    return known | {"responses": {**known["responses"], 200: {"headers": tag}, 304: same}}


def _with_bytes(known: dict[str, Any]) -> dict[str, Any]:
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return known | {"responses": {**known["responses"], 200: {"description": "Its bytes", "content": content}}}
