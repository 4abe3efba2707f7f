"""How long answers take is measured, a provider's requests apart from pages."""

from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.testclient import TestClient

from app.watching.timing import LATENCY, Timing


def counted(what: str, status: str) -> float:
    return sum(
        sample.value
        for metric in LATENCY.collect()
        for sample in metric.samples
        if sample.name == "aiguillage_request_seconds_count" and sample.labels == {"what": what, "status": status}
    )


def test_each_answer_is_counted_once() -> None:
    app = FastAPI()
    app.add_middleware(Timing)
    app.get("/voice/ring")(lambda: "heard")
    app.get("/desk/live")(lambda: "goes on")
    app.get("/desk/bad")(lambda: Response(status_code=503))
    before = counted("webhook", "2xx"), counted("page", "5xx"), counted("page", "2xx")
    with TestClient(app) as client:
        for path in ("/voice/ring", "/desk/live", "/desk/bad"):
            client.get(path)
    assert (counted("webhook", "2xx"), counted("page", "5xx"), counted("page", "2xx")) == (
        before[0] + 1,
        before[1] + 1,
        before[2],
    )
