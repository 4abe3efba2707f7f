"""What came while somebody wrote: told by ids, whatever its time says."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.composer.since import since
from desk.timeline import Decision, Line, Message

AT = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def message(identity: int, minutes: int = 0) -> Message:
    at = AT + timedelta(minutes=minutes)
    return Message(id=identity, at=at, name="", address="", subject="", lang="fr", text="Bonjour")


def test_a_message_that_came_late_is_new_all_the_same() -> None:
    lines: list[Line] = [message(2, minutes=-60), message(1), Decision(at=AT, word="note", id=7, actor="nora")]
    assert since(lines, "1.7.0") == [lines[0]]


def test_what_machines_did_is_told_only_where_it_is_all() -> None:
    routed = Decision(at=AT, word="routed", id=8)
    assert since([message(2), routed], "1.7.0") == [message(2)]
    assert since([message(1), routed], "1.7.0") == [routed]


@pytest.mark.parametrize("word", ["", "1.2", "1.2.x", "1.2.3.4", "9" * 40 + ".1.1"])
def test_a_word_that_is_none_of_ours_tells_nothing(word: str) -> None:
    assert since([message(1)], word) == []
