"""The demonstration's Jira: every case has a ticket in it, and people work there by a page of the desk."""

import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.demo.jira.issue import Issue
from app.demo.jira.project import PROJECT
from app.demo.jira.server import Server
from app.demo.jira.site import OURS
from cases.case import Status
from cases.profile import Profile
from cases.ticket import Files, Jira, Pushed
from desk.demo import Remark, Ticket

JIRA = Jira(
    push=Pushed.EVERY,
    project=PROJECT,
    request_type="Assistance Mon Permis",
    reference="Dossier",
    fields={"Priorité": "priority"},
    files=Files.EVERY,
    statuses={
        "Ouvert": Status.NEW,
        "En cours": Status.OPEN,
        "En attente": Status.WAITING,
        "Escaladé": Status.ESCALATED,
        "Terminé": Status.CLOSED,
    },
)
"""What the demonstration adds to the profile that it shows."""


class RunningJira:
    """Implements `desk.demo.Tickets`. Token and secret are invented at each start; the tickets stay."""

    def __init__(self, folder: Path, public_url: str) -> None:
        self.token, self.secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        own = public_url.rstrip("/")
        self._site = Server(
            token=self.token,
            secret=self.secret,
            hook=f"{own}/jira/webhook",
            web=f"{own}/desk/demo/jira",
            file=folder / "jira.json",
        )

    @property
    def url(self) -> str:
        return self._site.url

    def start(self) -> None:
        self._site.start()

    def stop(self) -> None:
        self._site.stop()

    def joined(self, profile: Profile) -> Profile:
        """The profile with tickets in this Jira, where it has none elsewhere."""
        return profile if profile.jira.is_on else replace(profile, jira=JIRA)

    def all(self) -> list[Ticket]:
        with self._site.lock:
            return [self._ticket(one) for one in reversed(self._site.issues.values())]

    def find(self, key: str) -> Ticket | None:
        with self._site.lock:
            found = self._site.issues.get(key)
            return self._ticket(found) if found else None

    def write(self, key: str, text: str, *, public: bool) -> None:
        self._site.comments(key, text, public=public)

    def move(self, key: str, status: str) -> None:
        self._site.moves(key, status)

    def _ticket(self, issue: Issue) -> Ticket:
        ours = self._site.user(OURS)
        return Ticket(
            key=issue.key,
            summary=issue.fields["summary"],
            description=issue.fields["description"],
            status=issue.status,
            ways=self._site.workflow[issue.status],
            files=tuple(issue.files),
            remarks=tuple(
                Remark(
                    name=one["author"]["displayName"],
                    at=datetime.fromisoformat(one["created"]["iso8601"]),
                    text=one["body"],
                    public=one["public"],
                    ours=one["author"] == ours,
                )
                for one in issue.comments
            ),
        )
