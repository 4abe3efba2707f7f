"""What a log line may not hold."""

from app.log import mask


def test_what_slips_into_a_log_line_is_masked() -> None:
    frames = [{"exc_value": "550 <claire@example.org> unknown", "line": 3}]
    told = mask(None, "error", {"event": "failed", "reason": "NN 85.07.30-033.28", "exception": frames, "inbound": 412})
    assert told == {
        "event": "failed",
        "reason": "NN [national_number]",
        "exception": [{"exc_value": "550 <[email]> unknown", "line": 3}],
        "inbound": 412,
    }
