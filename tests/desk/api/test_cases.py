"""Reading cases: by views and searches a page at a time, one by its tag, its files, in as many statements for many."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from cases import actions
from tests.desk.api.programs import problem
from tests.desk.working import Work
from tests.mails import mail


def opened(work: Work, count: int) -> list[str]:
    letters = [
        mail(f"Bonjour {n}, le permis.", message_id=f"<m{n}@example.org>", sender=f"p{n}@example.org")
        for n in range(count)
    ]
    return [work.opened(one) for one in letters]


def walked(client: TestClient, address: str) -> list[list[str]]:
    """The numbers on each page, from that address on by its links."""
    pages = []
    while address:
        answer = client.get(address.removeprefix("/api/v1"))
        said = answer.json()
        pages.append([one["number"] for one in said["cases"]])
        assert answer.headers.get("link", "") == (f'<{said["next"]}>; rel="next"' if said["next"] else "")
        address = said["next"]
    return pages


@pytest.mark.parametrize("query", ["view=open", "q=permis", "q=status:new"])
def test_a_list_is_walked_page_by_page(client: TestClient, work: Work, query: str) -> None:
    numbers = opened(work, 5)
    pages = walked(client, f"/cases?{query}&limit=2")
    assert [len(one) for one in pages] == [2, 2, 1]
    assert sorted(number for one in pages for number in one) == numbers


def test_views_are_the_inbox_s(client: TestClient, work: Work) -> None:
    first, second = opened(work, 2)
    work.do(first, actions.close)
    assert walked(client, "/cases?view=closed") == [[first]]
    assert walked(client, "/cases") == [[second]]
    client.post(f"/cases/{second}/take", headers={"if-match": "*"})
    assert walked(client, "/cases?view=mine") == [[second]]


@pytest.mark.parametrize(
    "query",
    ["view=held", "view=none", "q=statut:rien", "cursor=x", "cursor=MjAyNg", "cursor=%C3%A9", "limit=0", "limit=101"],
)
def test_what_is_not_understood_is_said(client: TestClient, query: str) -> None:
    assert problem(client.get(f"/cases?{query}")) == (422, "invalid")


def test_a_case_is_sent_again_only_where_it_is_another(client: TestClient, work: Work, number: str) -> None:
    got = client.get(f"/cases/{number}")
    tag = got.headers["etag"]
    for same in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        answer = client.get(f"/cases/{number}", headers={"if-none-match": same})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert client.get(f"/cases/{number.lower()}").json() == got.json()
    work.do(number, actions.note, "Vu")
    again = client.get(f"/cases/{number}", headers={"if-none-match": tag})
    assert again.status_code == 200
    assert again.headers["etag"] != tag
    assert again.json()["timeline"][-1]["text"] == "Vu"


def test_what_left_is_listed(client: TestClient, work: Work, number: str) -> None:
    assert [one["kind"] for one in client.get(f"/cases/{number}/mails").json()["mails"]] == [
        row.kind for row in work.queued(number)
    ]


def test_a_file_is_sent_to_be_kept(client: TestClient, work: Work) -> None:
    number = work.opened(WITH_FILE)
    [file] = client.get(f"/cases/{number}").json()["messages"][0]["files"]
    answer = client.get(f"/cases/{number}/files/{file['place']}")
    assert (answer.content, answer.headers["content-type"]) == (b"a,b\r\n", "application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert problem(client.get(f"/cases/{number}/files/2")) == (404, "not_found")


WITH_FILE = mail(
    "--x\nContent-Type: text/plain\n\nBonjour\n--x\nContent-Type: text/csv\nContent-Disposition: attachment;"
    " filename=a.csv\n\na,b\n\n--x--\n",
    Content_Type="multipart/mixed; boundary=x",
)


def test_more_cases_take_no_more_statements(client: TestClient, work: Work) -> None:
    def counted(path: str) -> int:
        statements: list[str] = []
        client.get("/program")  # that a token is used is noted once a minute

        def note(*said: Any) -> None:
            statements.append(said[2])

        event.listen(work.store.engine, "before_cursor_execute", note)
        assert client.get(path).status_code == 200
        event.remove(work.store.engine, "before_cursor_execute", note)
        return len(statements)

    [number] = opened(work, 1)
    client.get("/cases")
    few = counted("/cases"), counted(f"/cases/{number}")
    for n in range(3):
        work.do(number, actions.note, f"Vu {n}")
    work.opened(mail(message_id="<m9@example.org>", sender="p9@example.org"))
    assert (counted("/cases"), counted(f"/cases/{number}")) == few
