"""The demonstration lets one see a case live in Jira: a ticket for each, a comment and a status that come back."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from cases.case import EntryKind
from tests.roads.demo import Demo, demonstrating
from tests.servers.process import wait_until


@contextmanager
def signed_in(demo: Demo) -> Iterator[httpx2.Client]:
    """A browser that has followed the link that the demonstration prints."""
    headers = {"origin": demo.address, "accept-language": "fr"}
    with httpx2.Client(base_url=demo.address, headers=headers, follow_redirects=True, timeout=30) as found:
        assert found.get(demo.entrance).status_code == 200
        yield found


def cases(demo: Demo) -> list[tuple[str, str, list[str]]]:
    """Of every case the key of its ticket ('' without one), its status, and the kinds of its lines."""
    store = demo.store()
    with store.reading() as tx:
        rows = [(case, tx.tickets.of_case(case.id)) for case in tx.cases.latest(100)]
        found = [
            (ticket.key or "" if ticket else "", case.status, [line.kind for line in tx.cases.entries(case.id)])
            for case, ticket in rows
        ]
    store.engine.dispose()
    return found


def test_somebody_of_digital_comments_and_moves_a_ticket_by_a_page() -> None:
    with demonstrating() as demo, signed_in(demo) as browser:
        wait_until(lambda: all(key for key, *_ in cases(demo)), "every case has a ticket", 60)
        key = next(key for key, status, _ in cases(demo) if status == "new")
        page = f"/desk/demo/jira/{key}"
        assert f'href="{page}"' in browser.get("/desk/demo/jira").text
        assert "Nous regardons." in browser.post(f"{page}/comment", data={"text": "Nous regardons."}).text
        heard = (key, "new", EntryKind.TICKET_WROTE)
        wait_until(lambda: heard in told(demo), "the comment is heard", 30)
        assert "<strong><bdi>En cours</bdi></strong>" in browser.post(f"{page}/move", data={"status": "En cours"}).text
        wait_until(lambda: (key, "open", EntryKind.TICKET_MOVED) in told(demo), "its status is taken over", 30)


def told(demo: Demo) -> set[tuple[str, str, str]]:
    """The same, a line each."""
    return {(key, status, kind) for key, status, kinds in cases(demo) for kind in kinds}
