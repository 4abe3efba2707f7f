"""The lines of a case and their order; what is folded is never lost."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desk.timeline import Decision, Mail, Message, acknowledged, folded, timeline

AT = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Re\xc3\xa7u\r\nContent-Language: fr\r\n\r\nBonjour\r\n"


def inbound(**columns: Any) -> Any:
    content = {
        "from": {"name": "Jeanne", "address": "jeanne@example.org"},
        "lang": "fr",
        "text": "Bonjour",
        "reply_text": "Bonjour",
        "attachments": [],
        "defects": [],
        "relay": "",
    }
    row = {
        "id": 1,
        "received_at": AT,
        "sender": "jeanne@example.org",
        "subject": "Question",
        "size": 12,
        "disposition": "case",
        "reason": "new_case",
        "acknowledgement": "new_case",
        "state": "done",
        "last_error": None,
        "escalation_id": None,
        "content": content,
    }
    return SimpleNamespace(**row | columns)


def outbound(**columns: Any) -> Any:
    row = {
        "id": 7,
        "kind": "acknowledgement",
        "created_at": AT + timedelta(seconds=1),
        "sent_at": None,
        "recipient": "jeanne@example.org",
        "lang": "fr",
        "escalation_id": None,
        "state": "pending",
        "outcome": None,
        "smtp_reply": None,
        "last_error": None,
        "sha256": None,
        "key": "acknowledgement:1",
        "context": {},
    }
    return SimpleNamespace(**row | columns)


def entry(**columns: Any) -> Any:
    return SimpleNamespace(**{"id": 3, "at": AT, "kind": "note", "actor": "intake", "text": "", "data": {}} | columns)


def test_lines_stand_in_the_order_of_time() -> None:
    later = inbound(id=2, received_at=AT + timedelta(hours=1), disposition="reply", acknowledgement="not_a_new_case")
    lines = timeline([inbound(), later], [entry(at=AT + timedelta(minutes=5))], [outbound()], {})
    assert [line.kind for line in lines] == ["message", "mail", "decision", "message"]


def test_at_one_moment_the_message_comes_before_what_it_caused() -> None:
    lines = timeline([inbound()], [entry()], [outbound(created_at=AT)], {})
    assert [line.kind for line in lines] == ["message", "decision", "mail"]


def test_why_nobody_was_acknowledged_is_a_line() -> None:
    lines = timeline([inbound(acknowledgement="message_too_old")], [], [], {})
    assert [line.data for line in lines if isinstance(line, Decision)] == [{"verdict": "message_too_old"}]
    assert acknowledged(lines) is None


def test_an_acknowledged_message_and_a_reply_need_no_such_line() -> None:
    reply = inbound(disposition="reply", acknowledgement="not_a_new_case")
    assert not [one for one in timeline([inbound(), reply], [], [], {}) if isinstance(one, Decision)]


def test_a_mail_that_left_shows_its_bytes_and_the_servers_words() -> None:
    sent = outbound(sent_at=AT, outcome="sent", smtp_reply="250 ok", sha256="x", state="done")
    found = acknowledged(timeline([], [], [sent], {"x": MAIL}))
    assert isinstance(found, Mail)
    assert (found.state, found.smtp_reply, found.at) == ("sent", "250 ok", AT)
    assert found.letter is not None
    assert found.letter.text == "Bonjour"


def test_a_message_that_was_not_read_yet_has_a_line_all_the_same() -> None:
    line = timeline(
        [inbound(content=None, disposition=None, state="held", reason=None, last_error="too odd")], [], [], {}
    )
    assert isinstance(line[0], Message)
    assert (line[0].text, line[0].disposition, line[0].reason) == ("", "held", "too odd")


def test_a_proposed_requester_is_named() -> None:
    data = {"address": {"name": "Luc", "address": "luc@example.org"}, "confidence": 0.9, "reason": "forward"}
    line = timeline([], [entry(kind="requester_proposed", data=data)], [], {})[0]
    assert isinstance(line, Decision)
    assert (line.data["name"], line.data["address"]) == ("Luc", "luc@example.org")


def test_quoted_text_is_folded_away() -> None:
    text = "Merci.\n\nLe lundi 1 mars 2026, A <a@example.org> a écrit :\n> Bonjour\n> Bien à vous"
    new, rest = folded(text, "Merci.")
    assert new == "Merci."
    assert "> Bonjour" in rest


def test_a_new_text_that_is_put_together_keeps_the_whole_beside_it() -> None:
    assert folded("note\n\nde: luc\n\nquestion", "note\n\nquestion") == (
        "note\n\nquestion",
        "note\n\nde: luc\n\nquestion",
    )


def test_where_nothing_is_new_everything_is_shown() -> None:
    assert folded("> tout", "") == ("> tout", "")


@given(st.text(max_size=400), st.text(max_size=80))
def test_no_word_is_lost_whatever_the_two_texts(text: str, new: str) -> None:
    shown = "\n".join(folded(text, new))
    assert set(text.split()) <= set(shown.split()) | set(new.split())


def test_what_is_said_in_the_thread_with_the_second_level_is_private() -> None:
    words = ("escalated", "n2_written", "n2_wrote", "returned", "routed", "note", "closed")
    assert [word for word in words if Decision(at=AT, word=word).private] == list(words[:4])


def test_an_answer_is_said_once_by_its_mail_with_its_text_and_files() -> None:
    context = {"by": "Nora", "text": "C'est réparé.", "files": [{"filename": "mode.pdf"}]}
    reply = outbound(kind="reply", key="reply:202600000001:3", context=context)
    copy = outbound(id=8, kind="reply", key="reply:202600000001:3:copy", context=context)
    lines = timeline([], [entry(kind="answered", actor="nora")], [reply, copy], {})
    mails = [line for line in lines if isinstance(line, Mail)]
    assert len(lines) == len(mails) == 2
    assert [(one.by, one.text, one.files, one.copy) for one in mails] == [
        ("Nora", "C'est réparé.", ("mode.pdf",), False),
        ("Nora", "C'est réparé.", ("mode.pdf",), True),
    ]


def test_an_answer_whose_mail_is_not_there_is_a_line() -> None:
    [line] = timeline([], [entry(kind="answered", actor="nora", text="C'est réparé.")], [], {})
    assert isinstance(line, Decision)
    assert (line.word, line.actor, line.data["text"]) == ("answered", "nora", "C'est réparé.")
