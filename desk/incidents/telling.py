"""Messages to all who are concerned by an incident, and the closing of its cases: some cases in each transaction.

What was decided stands in the incident's row (`messages`); how far it was done in those of its cases (`told`). So a
crash between two batches costs nothing, and nobody is told twice: the key of each mail has the message and the person.
"""

from dataclasses import dataclass

from cases.acting import Acting
from cases.major import Incident
from cases.refusal import RefusedError
from cases.routing import Agent
from cases.secondlevel import Role
from cases.telling import Told, tell
from desk.actions import Desk
from desk.incidents.rows import incident_of
from desk.loading import Loading
from store.tx import Transaction

BATCH = 50
"""Cases in one transaction; on SQLite a caller on the phone may wait for it to end."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells the people of one service."""

    desk: Desk

    def process(self) -> int:
        """Do one batch of what waits; how many cases."""
        with self.desk.store.reading() as tx:
            if not tx.incidents.untold(1):
                return 0
        return self.desk.store.run("incident.told", self._told)

    def _told(self, tx: Transaction) -> int:
        tx.known.serialise()
        waiting = tx.incidents.untold(BATCH)
        row = tx.incidents.find(waiting[0].incident_id) if waiting else None
        if row is None:
            return 0
        incident = incident_of(row)
        acting = self._acting(incident)
        cases = Loading(tx, self.desk.profile, acting.now).load([str(one.case_id) for one in waiting])
        known = tx.incidents.told(incident.id, incident.messages)
        for one in sorted(waiting, key=lambda one: bool(cases[str(one.case_id)].merged_into)):  # once, for the open one
            case = cases[str(one.case_id)]
            person = one.person_key or case.requester.address.lower()
            try:
                told = tell(incident, case, acting, person, known=person in known)
            except RefusedError as error:
                told = Told(None, str(error.refusal))
            if told.effect:
                self.desk.write(tx, case, acting, told.effect)
            if not told.fate:
                known.add(person)
            tx.incidents.note(incident.id, case.id, incident.messages, told.fate)
        return len(waiting)

    def _acting(self, incident: Incident) -> Acting:
        """Whoever decided what is told: they may be in no profile."""
        last = incident.history[-1]
        agent = Agent(id=last["by"], queues=(), name=last["name"], role=Role.SUPERVISOR)
        return Acting(profile=self.desk.profile, agent=agent, now=self.desk.clock())
