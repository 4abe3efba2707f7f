"""Settings and check: the profile's faults and warnings, mailboxes with a live test, lines, how long data is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from cases.errors import AiguillageError
from desk.backstage import Step
from desk.going_back import back_to
from desk.service import Service
from desk.settings.routes_look import PAGE, LookPages
from desk.settings.routes_rows import RowPages
from desk.settings.routes_try import TrialPages
from desk.signin.paths import PLAIN
from store.audit import Noted

Name = Annotated[str, Path(max_length=64, pattern=PLAIN)]


@dataclass(frozen=True)
class SettingsPages:
    """The pages under `/desk/settings`."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.overview)
        found.get(PAGE + "/mailboxes/{name}")(self.back)
        found.post(PAGE + "/mailboxes/{name}")(self.test_mailbox)
        found.get(PAGE + "/lines/{name}")(self.back)
        found.post(PAGE + "/lines/{name}")(self.test_line)
        for pages in (LookPages, TrialPages, RowPages):
            pages(self.service).add_to(found)

    def overview(self, request: Request) -> Response:
        return self._page(request)

    def back(self, request: Request, name: str) -> Response:
        """Whoever loads the answer to a form again, or asks for it in another language, sees the page."""
        return back_to(request, PAGE)

    def test_mailbox(self, request: Request, name: Name) -> Response:
        """Log in to a mailbox and its mail server, now, and say what was found. Nothing else is asked over the net."""
        backstage = self.service.backstage
        if backstage is None or name not in {box.name for box in self.service.profile.mailboxes}:
            return self.service.reader.missing(request)
        steps = _looked(lambda: backstage.checks.mailbox(name))
        self._note(request, Noted.TESTED, {"mailbox": name}, steps)
        return self._page(request, tested=f"box-{name}", steps=steps)

    def test_line(self, request: Request, name: Name) -> Response:
        """Look at a line at its provider, and at our own address from outside, now. Nobody is called."""
        backstage = self.service.backstage
        if backstage is None or name not in {line.name for line in self.service.profile.lines}:
            return self.service.reader.missing(request)
        steps = _looked(lambda: backstage.checks.line(name))
        self._note(request, Noted.LINE_TESTED, {"line": name}, steps)
        return self._page(request, tested=f"line-{name}", steps=steps)

    def _note(self, request: Request, noted: Noted, about: dict[str, str], steps: Sequence[Step]) -> None:
        data = {**about, "ok": all(one.ok for one in steps)}
        with self.service.store.transaction("desk.tested") as tx:
            tx.audit.note(noted, self.service.clock(), request.state.person.id, "", data)

    def _page(self, request: Request, *, tested: str = "", steps: Sequence[Step] = ()) -> Response:
        service, backstage = self.service, self.service.backstage
        checks = backstage.checks if backstage else None
        with service.store.reading() as tx:
            polled = {row.name: row for row in tx.mailboxes.all()}
        boxes = service.profile.mailboxes
        return service.reader.page(
            request,
            "settings.html",
            state=checks.profile() if checks else None,
            boxes=boxes,
            polled=polled,
            connected={box.name for box in boxes if checks and checks.connected(box.name)},
            lines=service.profile.lines,
            open_lines={line.name for line in service.profile.lines if self._is_open(line.hours)},
            kept=kept(getattr(service.profile, "retention", None)),
            tested=tested,
            steps=steps,
        )

    def _is_open(self, hours: str) -> bool:
        calendar = self.service.calendars.get(hours)
        return calendar is None or calendar.is_open(self.service.clock())


def _looked(look: Callable[[], Sequence[Step]]) -> Sequence[Step]:
    try:
        return look()
    except AiguillageError as error:
        return (Step(False, str(error)),)


def kept(retention: Any) -> dict[str, int]:
    """How many days each kind of data is kept, by its key in the profile."""
    if not is_dataclass(retention):
        return {}
    days = {one.name: getattr(retention, one.name) for one in fields(retention)}
    return {name: value for name, value in days.items() if isinstance(value, int) and not isinstance(value, bool)}
