"""What works with Jira: the rows, the account there, the names looked up in the project, the time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cases.profile import Profile
from desk.actions import Desk
from notify.jira.client import Client
from notify.jira.project import Project, resolve
from store.tickets import Due
from store.tx import Store

KEPT = timedelta(hours=1)
"""How long names are not looked up again."""


@dataclass(kw_only=True)
class Office:
    """One service's. What is looked up is kept for a while; while Jira wants a pause, nothing is asked."""

    store: Store
    profile: Profile
    client: Client
    desk: Desk
    clock: Callable[[], datetime]
    known_account: str = field(default="", init=False)
    _project: tuple[datetime, Project] | None = field(default=None, init=False)
    _quiet_until: datetime | None = field(default=None, init=False)

    def project(self) -> Project:
        """The names, looked up. Raises MisfitError, AwayError, DeniedError."""
        now = self.clock()
        if self._project is None or now - self._project[0] > KEPT:
            self._project = now, resolve(self.client, self.profile.jira)
        return self._project[1]

    def account(self) -> str:
        """Our own account there. Raises AwayError, DeniedError."""
        if not self.known_account:
            self.known_account = self.client.account()
        return self.known_account

    @property
    def due(self) -> Due:
        """What there is to do now."""
        with self.store.reading() as tx:
            return tx.tickets.due(self.clock())

    def forget(self) -> None:
        """Look them up again when they are needed."""
        self._project = None

    @property
    def is_quiet(self) -> bool:
        """Whether Jira wants to be left alone now."""
        return self._quiet_until is not None and self.clock() < self._quiet_until

    def be_quiet(self, pause: timedelta) -> None:
        """Ask nothing for that long."""
        self._quiet_until = self.clock() + pause
