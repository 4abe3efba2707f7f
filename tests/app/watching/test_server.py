"""`/metrics` is nowhere unless it is asked for, and beyond this machine only for who has the token."""

import http.client
import socket
from collections.abc import Iterator

import pytest

from app import settings
from app.watching.server import Metrics
from cases.errors import ConfigurationError

TOKEN = "0123456789abcdef"


def ask(metrics: Metrics, path: str = "/metrics", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", metrics.port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.fixture(params=["", TOKEN])
def metrics(request: pytest.FixtureRequest) -> Iterator[Metrics]:
    found = Metrics("127.0.0.1:0", request.param, [])
    found.start()
    yield found
    found.stop()


def test_it_answers_who_has_the_token(metrics: Metrics, request: pytest.FixtureRequest) -> None:
    guarded = TOKEN in request.node.name
    assert ask(metrics)[0] == (401 if guarded else 200)
    assert ask(metrics, Authorization="Bearer wrong")[0] == (401 if guarded else 200)
    status, text = ask(metrics, Authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert "process_resident_memory_bytes" in text
    assert ask(metrics, "/", Authorization=f"Bearer {TOKEN}")[0] == 404


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigurationError, match="METRICS_BIND"):
        Metrics(f"127.0.0.1:{taken.getsockname()[1]}", "", []).start()


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"AIGUILLAGE_METRICS_BIND": "0.0.0.0:9100"}, "METRICS_TOKEN"),
        ({"AIGUILLAGE_METRICS_BIND": "0.0.0.0:9100", "AIGUILLAGE_METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
        ({"AIGUILLAGE_METRICS_BIND": "here"}, "METRICS_BIND"),
        ({"AIGUILLAGE_HEARTBEAT_URL": "ftp://example.org"}, "HEARTBEAT_URL"),
        ({"AIGUILLAGE_SECRETS_EXPIRE": "twilio"}, "SECRETS_EXPIRE"),
        ({"AIGUILLAGE_SECRETS_EXPIRE": "twilio=soon"}, "SECRETS_EXPIRE"),
    ],
)
def test_what_would_be_public_or_cannot_be_read_is_refused(given: dict[str, str], key: str) -> None:
    with pytest.raises(ConfigurationError, match=key):
        settings.read(given)


def test_on_this_machine_or_with_a_token_it_is_taken() -> None:
    settings.read({"AIGUILLAGE_METRICS_BIND": "127.0.0.1:9100"})
    settings.read({"AIGUILLAGE_METRICS_BIND": "0.0.0.0:9100", "AIGUILLAGE_METRICS_TOKEN": TOKEN})
