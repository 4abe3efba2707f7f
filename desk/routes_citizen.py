"""The one question at the end of a case, by the link that its citizen was sent (`cases.tokens`), without an account.

The page shows neither a name nor a message: mail is forwarded, and programs follow every link in it. For the same
reason an answer counts only once it is posted.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from cases.case import EntryKind
from desk.service import Service
from store.tx import Transaction

LONGEST = 1000
"""Characters of a comment; what is longer is cut."""

Token = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9.-]+$")]
Answer = Annotated[Literal["yes", "no", ""], Form()]


@dataclass(frozen=True)
class CitizenPages:
    """What may be seen and said without an account."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/survey/{token}")(self.question)
        found.post("/survey/{token}")(self.answer)

    def question(self, request: Request, token: Token) -> Response:
        """The question, with the answer that was given before."""
        with self.service.store.reading() as tx:
            case, closing = self._asked(tx, token)
            said = tx.satisfactions.find(case.id, closing) if case is not None else None
        if case is None:
            return self._nowhere(request)
        return self._survey(request, case, said)

    def answer(
        self, request: Request, token: Token, answer: Answer = "", comment: Annotated[str, Form()] = ""
    ) -> Response:
        """Keep the answer; the last one counts."""
        said = {"satisfied": answer == "yes", "comment": comment[:LONGEST].replace("\x00", "")}

        def kept(tx: Transaction) -> Any:
            case, closing = self._asked(tx, token)
            if case is not None and answer:
                self._keep(tx, case, closing, said)
            return case

        case = self.service.store.run("citizen.answer", kept)
        if case is None:
            return self._nowhere(request)
        return self._survey(request, case, said, thanked=bool(answer), unchosen=not answer)

    def _keep(self, tx: Transaction, case: Any, closing: int, said: dict[str, Any]) -> None:
        known = tx.satisfactions.find(case.id, closing)
        if known and (known.satisfied, known.comment) == (said["satisfied"], said["comment"]):
            return  # pressed twice
        now, mine = self.service.clock(), {"case_id": case.id, "person_key": case.person_key}
        tx.satisfactions.say({**mine, "closing": closing, "at": now, **said})
        data = {"satisfied": said["satisfied"], "closing": closing}
        line = {"kind": EntryKind.SATISFACTION, "at": now, "actor": "requester", "text": said["comment"], "data": data}
        tx.cases.add_entries([{**mine, **line}])

    def _asked(self, tx: Transaction, token: str) -> tuple[Any, int]:
        """The case and the number of its closing that the token names; no case where it names none."""
        identity, closing = self.service.signer.surveyed(token) or (0, 0)
        return tx.cases.find(identity), closing

    def _survey(
        self, request: Request, case: Any, said: Any, *, thanked: bool = False, unchosen: bool = False
    ) -> Response:
        values = {"case": case, "said": said, "thanked": thanked, "unchosen": unchosen, "longest": LONGEST}
        return self.service.reader.page(request, "survey.html", status=422 if unchosen else 200, **values)

    def _nowhere(self, request: Request) -> Response:
        return self.service.reader.page(request, "nowhere.html", status=404)
