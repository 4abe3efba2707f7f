"""The answer to a form, loaded again or asked for in another language, is the page that the form is on."""

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/desk/review/MPA-26-00001?lang=de", "/desk/review?lang=de"),
        ("/desk/review/undo", "/desk/review"),
        ("/desk/model/compare?lang=nl", "/desk/model?lang=nl"),
        ("/desk/settings/mailboxes/assistance", "/desk/settings"),
        ("/desk/phone/callbacks/1?lang=en", "/desk/phone/callbacks?lang=en"),
    ],
)
def test_it_leads_to_the_page(browser: TestClient, asked: str, led_to: str) -> None:
    answer = browser.get(asked, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, led_to)
