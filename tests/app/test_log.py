"""What a log line may not hold."""

import json
import logging

import pytest
import structlog

from app.log import configure, mask


def test_what_slips_into_a_log_line_is_masked() -> None:
    frames = [{"exc_value": "550 <claire@example.org> unknown", "line": 3}]
    told = mask(None, "error", {"event": "failed", "reason": "NN 85.07.30-033.28", "exception": frames, "inbound": 412})
    assert told == {
        "event": "failed",
        "reason": "NN [national_number]",
        "exception": [{"exc_value": "550 <[email]> unknown", "line": 3}],
        "inbound": 412,
    }


@pytest.mark.parametrize("pretty", [False, True])
def test_nobody_begins_a_line_of_their_own(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, pretty: bool
) -> None:
    """Neither in a line of ours nor in one of a library's (OWASP ASVS 16.4.1)."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure(pretty=pretty)
    forged = 'ok\n{"event": "signed-in", "account": "nora"}\r\nWARNING desk signed-in\x1b[2K'
    structlog.get_logger().warning("seen", reason=forged)
    logging.getLogger("a library").warning("cannot read %s", forged)
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all("\x1b[2K" not in line for line in lines)
    if not pretty:
        assert [json.loads(line)["level"] for line in lines] == ["warning", "warning"]
        assert json.loads(lines[1])["logger"] == "a library"
