"""The demonstration's pages: write a mail into the mailbox, read what was sent out."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.demo import Demo, Draft
from desk.mail import read
from desk.routes_files import FORMATTED, download
from desk.routes_reader import Reader

LONGEST_TEXT = 20_000
Field = Annotated[str, Form()]


@dataclass(frozen=True)
class DemoPages:
    """Only where the demonstration runs."""

    demo: Demo
    reader: Reader

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/demo/write")(self.write)
        found.post("/desk/demo/write")(self.send)
        found.get("/desk/demo/caught")(self.caught)
        found.get("/desk/demo/caught/{name}/html")(self.html)
        found.get("/desk/demo/caught/{name}/raw")(self.raw)

    def write(self, request: Request, sent: bool = False) -> Response:
        return self._form(request, Draft("", "", ""), (), sent=sent)

    def send(self, request: Request, sender: Field = "", subject: Field = "", text: Field = "") -> Response:
        """Deliver what was typed; what is wrong is said beside its field, and nothing typed is lost."""
        draft = Draft(sender.strip(), subject.strip(), text.replace("\r\n", "\n"))
        faults = faults_of(draft)
        if faults:
            return self._form(request, draft, faults, status=422)
        self.demo.send(draft)
        return RedirectResponse("/desk/demo/write?sent=1", status_code=303)

    def caught(self, request: Request) -> Response:
        letters = [(one, read(one.raw)) for one in self.demo.caught()]
        return self.reader.page(request, "caught.html", letters=letters)

    def html(self, request: Request, name: str) -> Response:
        found = self.demo.find_caught(name)
        if found is None:
            return self.reader.missing(request)
        return HTMLResponse(read(found.raw).html, headers=FORMATTED)

    def raw(self, request: Request, name: str) -> Response:
        found = self.demo.find_caught(name)
        return download(found.raw, f"{name}.eml") if found else self.reader.missing(request)

    def _form(
        self, request: Request, draft: Draft, faults: tuple[str, ...], *, sent: bool = False, status: int = 200
    ) -> Response:
        return self.reader.page(
            request, "write.html", status=status, draft=draft, faults=faults, sent=sent, address=self.demo.address
        )


def faults_of(draft: Draft) -> tuple[str, ...]:
    """The names of the fields that cannot be sent as they are."""
    local, at, domain = draft.sender.rpartition("@")
    sender = local and at and domain and draft.sender.isprintable() and not set(draft.sender) & set(" <>,;\"'()")
    text = (draft.subject or draft.text.strip()) and len(draft.text) <= LONGEST_TEXT
    checks = {"sender": sender and len(draft.sender) <= 254, "subject": len(draft.subject) <= 500, "text": text}
    return tuple(name for name, good in checks.items() if not good)
