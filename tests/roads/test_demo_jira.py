"""The demonstration lets one see a case live in Jira: a ticket for each, a comment and a status that come back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from cases.case import EntryKind
from tests.roads.demo import Demo, demonstrating
from tests.servers.process import wait_until

TICKET = "/desk/demo/jira/DIG-1"


@contextmanager
def signed_in(demo: Demo) -> Iterator[httpx2.Client]:
    """A browser that has followed the link that the demonstration prints."""
    headers = {"origin": demo.address, "accept-language": "fr"}
    with httpx2.Client(base_url=demo.address, headers=headers, follow_redirects=True, timeout=30) as found:
        assert found.get(demo.entrance).status_code == 200
        yield found


def told(demo: Demo) -> tuple[int, list[str], Any]:
    """How many cases have a ticket, and the kinds of lines and the status of the case of the first one."""
    store = demo.store()
    with store.reading() as tx:
        cases = tx.cases.latest(100)
        made = [one for one in map(tx.tickets.of_case, (case.id for case in cases)) if one and one.key]
        first = next((one for one in made if one.key == "DIG-1"), None)
        kinds = [line.kind for line in tx.cases.entries(first.case_id)] if first else []
        status = next((case.status for case in cases if first and case.id == first.case_id), "")
    store.engine.dispose()
    return len(made) - len(cases), kinds, status


def test_somebody_of_digital_comments_and_closes_a_ticket_by_a_page() -> None:
    with demonstrating() as demo, signed_in(demo) as browser:
        wait_until(lambda: told(demo)[0] == 0, "every case has a ticket", 60)
        assert "DIG-1" in browser.get("/desk/demo/jira").text
        assert "Nous regardons." in browser.post(f"{TICKET}/comment", data={"text": "Nous regardons."}).text
        wait_until(lambda: EntryKind.TICKET_WROTE in told(demo)[1], "the comment is heard", 30)
        assert (
            "<strong><bdi>En cours</bdi></strong>" in browser.post(f"{TICKET}/move", data={"status": "En cours"}).text
        )
        wait_until(lambda: told(demo)[2] == "open", "its status is taken over", 30)
