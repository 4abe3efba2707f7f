"""This machine alone, and only pages of our own."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from cases.errors import ConfigurationError
from desk.guard import LARGEST_BODY, is_loopback, refuse_unless_safe
from tests.desk.signed import BASE


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_these_can_only_mean_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "::", "192.168.1.4", "example.org", "localhost.example.org", "127.0.0.1.example.org"]
)
def test_these_can_mean_another(host: str) -> None:
    assert not is_loopback(host)


def test_loopback_may_start() -> None:
    refuse_unless_safe("127.0.0.1:8080", "http://localhost:8080/")
    refuse_unless_safe("[::1]:8080", "http://[::1]:8080")


@pytest.mark.parametrize(
    ("bind", "url", "key"),
    [
        ("0.0.0.0:80", "http://desk.example.org/", "AIGUILLAGE_PUBLIC_URL"),
        ("127.0.0.1:80", "http://desk.example.org/", "AIGUILLAGE_PUBLIC_URL"),
        ("0.0.0.0:80", "http://127.0.0.1:80", "AIGUILLAGE_HTTP_BIND"),
        ("192.0.2.1:80", "https://localhost", "AIGUILLAGE_HTTP_BIND"),
    ],
)
def test_what_could_be_overheard_refuses_to_start_and_names_its_key(bind: str, url: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        refuse_unless_safe(bind, url)
    assert [named for named, _, _ in refused.value.faults] == [key]


def test_an_encrypted_public_address_may_be_served_from_anywhere() -> None:
    refuse_unless_safe("127.0.0.1:8080", "https://desk.example.org")
    refuse_unless_safe("0.0.0.0:8080", "https://desk.example.org")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.org",
        "evil.example.org:8080",
        "127.0.0.1",
        "127.0.0.1:9999",
        "127.0.0.1:8080@evil.example.org",
        "127.0.0.1:8080/",
        "127.0.0.1:port",
        "",
    ],
)
def test_a_foreign_host_is_refused(browser: TestClient, host: str) -> None:
    answer = browser.get("/desk/cases", headers={"host": host})
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
def test_loopback_names_are_served(browser: TestClient, host: str) -> None:
    assert browser.get("/desk/cases", headers={"host": host}).status_code == 200


def test_probes_are_answered_whatever_the_host(browser: TestClient) -> None:
    assert browser.get("/health/live", headers={"host": "10.0.0.7"}).json() == {"status": "live"}
    assert browser.get("/health/ready", headers={"host": "10.0.0.7"}).json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"origin": BASE}, True),
        ({"origin": "http://evil.example.org"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://127.0.0.1:8080"}, False),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://evil.example.org", "sec-fetch-site": "same-origin"}, False),
        ({}, False),
    ],
)
def test_only_our_own_pages_may_change_something(browser: TestClient, headers: dict[str, str], allowed: bool) -> None:
    form = {"sender": "jeanne@example.org", "subject": "Question", "text": "Bonjour"}
    answer = browser.post("/desk/demo/write", data=form, headers=headers, follow_redirects=False)
    assert answer.status_code == (303 if allowed else 403)


def test_nobody_fills_the_disk(pages: FastAPI) -> None:
    """Whoever it is: the form is read before it is known."""
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield b"--x\r\ncontent-disposition: form-data; name=sheet; filename=a\r\n\r\n"
        while sent < 2 * LARGEST_BODY:
            sent += 1_000_000
            yield bytes(1_000_000)

    with TestClient(pages, base_url=BASE, headers={"origin": BASE}) as client:
        headers = {"content-type": "multipart/form-data; boundary=x"}
        answer = client.post("/desk/calls/check", content=body(), headers=headers)
    assert answer.status_code == 413


PATHS = ("/desk/cases", "/desk/day", "/desk/cases/none", "/nothing", "/static/desk.css", "/health/live")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_security_headers(browser: TestClient, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_static_files_are_kept_and_pages_are_not(browser: TestClient) -> None:
    assert "immutable" in browser.get("/static/desk.css").headers["cache-control"]
    assert browser.get("/desk/cases").headers["cache-control"] == "no-store"


def test_nothing_of_the_interface_is_described_to_strangers(pages: FastAPI) -> None:
    assert pages.openapi_url is None
    assert pages.docs_url is None
