"""A service of a few documents, written by hand: what the provider asks of it, in order, and what it answered."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from app.demo.telephone.provider import Provider
from app.demo.telephone.web import Answer, Request

BASE = "http://127.0.0.1:8080"
LINE = "+3281001718"
CALLER = "+32470001234"
INCOMING, STATUS, FALLBACK = "/voice/twilio/incoming", "/voice/twilio/status", "/voice/twilio/fallback"

Document = str | Answer | Callable[[Mapping[str, str]], "str | Answer"]


class Service:
    """Documents by path; a path that nobody wrote answers 404."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {STATUS: "<Response/>"}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        fields = dict(request.fields)
        self.asked.append((parts.path, fields))
        found = self.documents.get(parts.path)
        if callable(found):
            found = found(fields)
        if isinstance(found, Answer):
            return found
        return Answer(200, "text/xml", found.encode()) if found is not None else Answer(404, "text/plain", b"no")

    def answer(self, **documents: Document) -> None:
        """`one=...` is what `/one` answers, `incoming` the first document of a call."""
        for name, document in documents.items():
            self.documents[INCOMING if name == "incoming" else f"/{name}"] = document

    @property
    def paths(self) -> list[str]:
        return [path.removeprefix("/voice/twilio") for path, _ in self.asked]

    def last(self, path: str) -> dict[str, str]:
        return next(fields for asked, fields in reversed(self.asked) if asked == path)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def provider(service: Service) -> Provider:
    start = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
    return Provider(BASE, "AC" + "0" * 32, "invented", fetch=service, start=start)
