"""The demonstration's Jira, as those see it who work there."""

from fastapi.testclient import TestClient

from tests.desk.conftest import ORIGIN, QuietDemo

TICKET = "/desk/demo/jira/DIG-1"


def test_its_tickets_are_listed_and_each_shows_what_was_said(browser: TestClient) -> None:
    assert f'href="{TICKET}"' in browser.get("/desk/demo/jira").text
    page = browser.get(TICKET).text
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in page
    assert "capture.png" in page
    assert "<option>En cours</option>" in page
    assert browser.get("/desk/demo/jira/DIG-2").status_code == 404
    assert browser.get("/desk/demo/jira/..").status_code in (404, 422)


def test_one_comments_and_moves_it(browser: TestClient, demo: QuietDemo) -> None:
    def post(what: str, **said: str) -> int:
        return browser.post(f"{TICKET}/{what}", data=said, headers=ORIGIN, follow_redirects=False).status_code

    assert post("comment", text=" Réparé. ") == 303
    assert post("comment", text="Voyez.", public="1") == 303
    assert post("comment", text="  ") == 422
    assert post("move", status="Terminé") == 303
    assert post("move", status="Nulle part") == 303
    assert demo.jira.done == [
        ("DIG-1", "Réparé.", "internal"),
        ("DIG-1", "Voyez.", "public"),
        ("DIG-1", "Terminé"),
    ]
